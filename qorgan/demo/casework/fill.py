"""Lets the demonstration's people do their work of the last weeks, once.

Run as `python -m qorgan.demo.casework.fill`, in a process of its own because Django takes its settings once; it reads
the hub's configuration from the environment and prints what it did as JSON, a line for each thing. Everything is done
in one transaction: a start that is broken off leaves nothing half done, and the next one does it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Final

import django
from django.db import connection, transaction

from qorgan.demo.market import CONNECTED, PEOPLE
from qorgan.hub.config import load
from qorgan.hub.database.connection import Role as DatabaseRole
from qorgan.hub.run.server import connected
from qorgan.kit import clock

if TYPE_CHECKING:
    from qorgan.demo.casework.hands import Hands

PATIENCE: Final = 600.0
"""Seconds that it waits for an institution's first signals."""
STEP: Final = 2.0


def main() -> int:
    """Fill the hub named by QORGAN_HUB_CONFIG, unless it is filled."""
    # Told to stop, it leaves PostgreSQL in order.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with connected(load()) as urls:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
        os.environ["QORGAN_DATABASE_URL_WEB"] = urls[DatabaseRole.WEB]
        django.setup()
        _say("acts", fill(clock.now()))
        _say("from_signals", _await_signals())
        connection.close()
    return 0


@transaction.atomic
def fill(now: datetime) -> int:
    """Let everything happen that happened before a moment. Gives the number of acts: 0 when it was done before."""
    from qorgan.demo.casework import cards, inquiries, reports, warnings  # noqa: PLC0415 (tables are not known before)
    from qorgan.demo.casework.days import Days, play  # noqa: PLC0415
    from qorgan.hub.casework import calendar  # noqa: PLC0415
    from qorgan.hub.casework.models import Document  # noqa: PLC0415

    hands = hands_of_the_market()
    hands.maker("sample-bank", now)
    if Document.objects.exists():
        return 0
    days = Days(now, calendar.in_force())
    rooms = (cards, warnings, inquiries, reports)
    return play((story for room in rooms for story in room.stories(hands, days)), until=now)


def _await_signals() -> int:
    """Make the card out of signals as soon as there are some. Gives how many; 0 when it was made before."""
    from qorgan.demo.casework import signals  # noqa: PLC0415 (tables are not known before)

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with transaction.atomic():
            hands, now = hands_of_the_market(), clock.now()
            if signals.has_card(hands, now):
                return 0
            if made := signals.make_card(hands, now):
                return made
        time.sleep(STEP)
    return 0


def _say(what: str, number: int) -> None:
    sys.stdout.write(json.dumps({what: number}) + "\n")
    sys.stdout.flush()


def hands_of_the_market() -> Hands:
    """Everybody's hands, found by addresses and BINs."""
    from qorgan.demo.casework.hands import Hands  # noqa: PLC0415
    from qorgan.hub.casework import directory  # noqa: PLC0415
    from qorgan.hub.members.access import HUB, enter  # noqa: PLC0415
    from qorgan.hub.members.models import Person  # noqa: PLC0415

    enter(HUB)
    people = {person.email: person for person in Person.objects.filter(email__in=[one.email for one in PEOPLE])}
    by_bin = {entry.bin: entry.id for entry in directory.entries()}
    return Hands(people, {one.slug: by_bin[one.bin] for one in CONNECTED})


if __name__ == "__main__":
    sys.exit(main())
