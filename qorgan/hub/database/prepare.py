"""Make a database ready for the hub: roles, tables, grants, and the ledger's first row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role, access
from qorgan.hub.database.grants import LIST
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.database.migrating import TIMEOUTS, migrate
from qorgan.kit.database.roles import ensure_roles
from qorgan.ledger.frontier import Frontier

SETTINGS: Final = "qorgan.hub.settings"


def prepare(config: Config, url: str) -> dict[Role, str]:
    """Bring the database at `url` (the owner's, or a superuser's) to this release; gives every role's URL.

    Raises DatabaseRefused saying what to do.
    """
    try:
        urls = ensure_roles(access(config), url)
        owner = make_conninfo(urls[Role.OWNER], options=TIMEOUTS)
        migrate(SETTINGS, {"QORGAN_DATABASE_URL_WEB": owner})
        with psycopg.connect(owner) as connection:
            LIST.apply(connection)
            _begin_ledger(connection, config.origin)
    except psycopg.OperationalError as error:
        raise DatabaseRefused(f"PostgreSQL does not answer: {str(error).strip()}; check QORGAN_DATABASE_URL") from None
    return urls


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
