"""What a test asks of a real hub's database in a process of its own: `asking.py CONFIG ACT [JSON]` prints JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

from qorgan.hub.config import load
from qorgan.hub.database.connection import Role
from qorgan.hub.run.server import connected


def main() -> None:
    config = load(Path(sys.argv[1]))
    asked = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    with connected(config) as urls:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "qorgan.hub.settings",
            "QORGAN_HUB_CONFIG": sys.argv[1],
            "QORGAN_DATABASE_URL_WEB": urls[Role.WEB],
        }
        django.setup()
        from django.db import connection, transaction  # noqa: PLC0415 (Django is set up only now)

        try:
            with transaction.atomic():
                found = {"report": report, "stands": stands}[sys.argv[2]](argparse.Namespace(**asked))
        finally:
            connection.close()
    sys.stdout.write(json.dumps(found, default=str) + "\n")


def report(asked: argparse.Namespace) -> str:
    """The centre takes a call down, and gives its number."""
    from qorgan.hub.calls import actions  # noqa: PLC0415
    from qorgan.hub.members.access import HUB, enter, scope_of  # noqa: PLC0415
    from qorgan.hub.members.models import Organisation, Person  # noqa: PLC0415

    enter(HUB)
    institution = Organisation.objects.get(bin=asked.bin)
    officer = scope_of(Person.objects.get(email=asked.officer))
    now = datetime.now(UTC)
    made = actions.take_down(institution.pk, by=officer, now=now, content=asked.content)
    return str(actions.record(made.pk, by=officer, now=now).number)


def stands(_asked: argparse.Namespace) -> list[dict[str, object]]:
    """Every document with what of it matters."""
    from qorgan.hub.casework.models import Document, Version  # noqa: PLC0415
    from qorgan.hub.members.access import HUB, enter  # noqa: PLC0415

    enter(HUB)
    rows = []
    for one in Document.objects.order_by("kind", "created_at"):
        last = Version.objects.filter(document=one, number=one.version).first()
        content = json.loads(bytes(last.exact))["content"] if last else {}
        rows.append(
            {
                "kind": one.kind,
                "number": one.number,
                "state": one.state,
                "version": one.version,
                "about": one.about.number if one.about else None,
                "channel": content.get("channel"),
                "told": content.get("told"),
                "title": one.title,
            }
        )
    return rows


if __name__ == "__main__":
    main()
