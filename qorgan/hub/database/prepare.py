"""Make a database ready for the hub: roles, tables, grants, and the ledger's first row."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from qorgan.hub.config import Config
from qorgan.hub.database.connection import DatabaseRefused, Role
from qorgan.hub.database.grants import apply_grants
from qorgan.hub.database.roles import ensure_roles
from qorgan.ledger.frontier import Frontier

SETTINGS: Final = "qorgan.hub.settings"
TIMEOUTS: Final = "-c lock_timeout=4s -c statement_timeout=120s"
"""A migration that waits for a lock makes everybody behind it wait too: it gives up and is started again."""


def prepare(config: Config, url: str) -> dict[Role, str]:
    """Bring the database at `url` (the owner's, or a superuser's) to this release; gives every role's URL.

    Raises DatabaseRefused saying what to do.
    """
    try:
        urls = ensure_roles(config, url)
        owner = make_conninfo(urls[Role.OWNER], options=TIMEOUTS)
        _migrate(owner)
        with psycopg.connect(owner) as connection:
            apply_grants(connection)
            _begin_ledger(connection, config.origin)
    except psycopg.OperationalError as error:
        raise DatabaseRefused(f"PostgreSQL does not answer: {str(error).strip()}; check QORGAN_DATABASE_URL") from None
    return urls


def _migrate(owner: str) -> None:
    """Run Django's migrations as the owner, in a process of their own: this one stays without Django."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "QORGAN_DATABASE_URL_WEB": owner,
    }
    # Django's checks read every page's code and say nothing of the database: tests make them, not whoever starts a hub.
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
        raise DatabaseRefused(f"a migration failed: {last}; nothing after it was run, start again once it is mended")


def _begin_ledger(connection: psycopg.Connection, origin: str) -> None:
    """Open the first tree, once; refuse another name for a ledger that has begun."""
    with connection.transaction():
        found = connection.execute("SELECT origin FROM ledger_epoch WHERE epoch = 0").fetchone()
        if found and found[0] != origin:
            raise DatabaseRefused(f"the ledger's name is {found[0]} for ever; set `origin` in the configuration to it")
        if not found:
            connection.execute(
                "INSERT INTO ledger_epoch (epoch, origin, start, opened_at, lost) VALUES (0, %s, 0, %s, '')",
                [origin, datetime.now(UTC)],
            )
            connection.execute(
                "INSERT INTO ledger_state (id, epoch, size, frontier) VALUES (1, 0, 0, %s)", [Frontier().to_bytes()]
            )
