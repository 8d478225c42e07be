"""Days at the gate, hour by hour: who tried, who came in, and what the clerk made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pytest

from qorgan.gate.config import DisruptionLimits
from qorgan.gate.database.connection import Role
from qorgan.gate.journal.entry import HERE, Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by
from qorgan.kit.database.connection import django_database

if TYPE_CHECKING:
    from tests.gate.conftest import Gate

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
FROM = Whence("198.51.100.7", 40_000, "test", "trace")


class Day:
    """What happened at the gate, minute by minute, and the clerk who looks on every half a minute."""

    def __init__(self, gate: Gate, portal: psycopg.Connection) -> None:
        self.gate, self.portal = gate, portal
        self.at = START
        self.away: str = ""
        """The service that does not answer; '' while all do."""
        self._owed: dict[str, float] = {}

    def pass_by(
        self, minutes: float, *, trying: float = 0, good: float = 0, wrong: float = 0, clerk: bool = True
    ) -> None:
        """Time in which so many a minute try what needs the service, come in without it, and give a wrong password."""
        for _ in range(round(minutes * 2)):
            self.at += timedelta(seconds=30)
            self._some("trying", trying, self.tried)
            self._some("good", good, self.came_in)
            self._some("wrong", wrong, self.was_wrong)
            if clerk:
                self.look()

    def look(self, *, is_here: bool = True) -> int:
        """The clerk looks once."""
        from qorgan.gate.disruption.watching import watch

        return watch(self.at, is_here=is_here)

    def tried(self, client: UUID | None = None) -> None:
        """Somebody tries what needs the service."""
        if not self.away:
            self.came_in()
            return
        self._write(Event.PROVIDER_UNAVAILABLE, "failed", reason=self.away, client=client or uuid4())

    def came_in(self) -> None:
        """Somebody comes in."""
        self._write(Event.SIGN_IN, "done")

    def was_wrong(self) -> None:
        """Somebody gives a wrong password."""
        self._write(Event.FACTOR_PROVEN, "failed", reason="wrong")

    def back(self) -> None:
        """The service answers again."""
        service, self.away = self.away, ""
        self.write(Entry(event=Event.PROVIDER_BACK, outcome="done", at=self.at, whence=HERE, reason=service))

    def write(self, entry: Entry) -> None:
        """An entry by the portal."""
        with self.portal.transaction():
            write_by(self.portal, entry)

    def told(self) -> list[tuple[str, str, dict]]:
        """What the journal was told of disruptions: event, cause, and all there is to it."""
        return self.gate.rows(
            "SELECT event, reason, detail FROM gate_journal WHERE event LIKE 'sign-in.%%' ORDER BY id, 1 = %s", 1
        )

    def phases(self) -> list[str]:
        """The same in a word each."""
        return [detail["phase"] for _event, _reason, detail in self.told()]

    def _some(self, what: str, a_minute: float, do) -> None:
        self._owed[what] = self._owed.get(what, 0) + a_minute / 2
        while self._owed[what] >= 1:
            self._owed[what] -= 1
            do()

    def _write(self, event: Event, outcome: str, **more: object) -> None:
        self.write(
            Entry(event=event, outcome=outcome, at=self.at, whence=FROM, ceremony=uuid4(), **more)  # type: ignore[arg-type]
        )


@pytest.fixture
def day(gate, tmp_path):
    """A gate whose clerk is Django's connection, with limits of a quarter of an hour."""
    import msgspec
    from django.conf import settings
    from django.db import connection
    from django.test import override_settings

    connection.close()
    connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
    config = msgspec.structs.replace(settings.CONFIG, state=tmp_path, disruption=DisruptionLimits())
    with override_settings(CONFIG=config), gate.connect(Role.WEB) as portal:
        yield Day(gate, portal)
