"""Makes the demonstration's members in a hub: institutions, modules' codes, people who can sign in at once.

Run as `python -m qorgan.demo.seed`, in a process of its own because Django takes its settings once; it reads the hub's
configuration from the environment and prints what it made as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import django
from django.db import connection, transaction

from qorgan.demo.market import CONNECTED, INSTITUTIONS, PEOPLE, Institution
from qorgan.hub.config import load
from qorgan.hub.database.connection import Role as DatabaseRole
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.run.server import connected

_CONNECTED_BEFORE: Final = timedelta(days=60)
"""Members are there before anything that their people did."""


def main() -> int:
    """Seed the hub named by QORGAN_HUB_CONFIG; passwords and codes' secrets come on standard input as JSON."""
    secrets = Namespace(**json.load(sys.stdin))
    config = load()
    with connected(config) as urls:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
        os.environ["QORGAN_DATABASE_URL_WEB"] = urls[DatabaseRole.WEB]
        django.setup()
        made = seed(secrets, str(read_log_key(config).verifier()))
        connection.close()
    json.dump(made, sys.stdout)
    return 0


def seed(secrets: Namespace, verifier_key: str) -> dict[str, dict[str, str]]:
    """Make members and people; gives the modules' one-time codes."""
    # Models can be imported only once Django is set up.
    from qorgan.demo import applications  # noqa: PLC0415
    from qorgan.hub.members import access, actions, modules, people  # noqa: PLC0415
    from qorgan.hub.members.roles import Role  # noqa: PLC0415
    from qorgan.hub.portal.accounts import create_person  # noqa: PLC0415

    now = datetime.now(UTC)
    with transaction.atomic():
        access.enter(access.HUB)
        keys: dict[str, UUID] = {}
        for one in _socs_first():
            soc = next((keys[other.slug] for other in INSTITUTIONS if one.slug in other.serves), None)
            keys[one.slug] = actions.connect_organisation(
                applications.profile(one), served_by=soc, by=access.HUB, now=now - _CONNECTED_BEFORE
            ).pk
        codes = {
            one.slug: modules.add_module(
                keys[one.slug], f"{one.slug}-1", verifier_key=verifier_key, by=access.HUB, now=now
            ).code
            for one in INSTITUTIONS
        }
        made = {}
        for person in PEOPLE:
            account = create_person(
                email=person.email,
                full_name=person.name,
                password=secrets.password,
                totp_secret=secrets.totp,
                language=person.language,
            )
            people.give_role(account.person, keys[person.organisation], Role(person.role), by=access.HUB, now=now)
            made[person.email] = account.person
        applications.ask(keys, made, now)
    return {"codes": codes}


def _socs_first() -> list[Institution]:
    """A SOC before those it serves, for they name it."""
    return sorted(CONNECTED, key=lambda one: not one.serves)


if __name__ == "__main__":
    sys.exit(main())
