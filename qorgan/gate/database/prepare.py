"""Makes a database ready for the gate: roles, tables, grants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role, access
from qorgan.gate.database.grants import LIST
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.database.migrating import TIMEOUTS, migrate
from qorgan.kit.database.roles import ensure_roles
from qorgan.kit.database.server import database_server, make_state

DATABASE: Final = "gate"
SETTINGS: Final = "qorgan.gate.settings"


def prepare(config: Config, url: str) -> dict[Role, str]:
    """Bring the database at `url` (the owner's, or a superuser's) to this release; gives every role's URL.

    Raises DatabaseRefused saying what to do.
    """
    try:
        urls = ensure_roles(access(config), url)
        owner = make_conninfo(urls[Role.OWNER], options=TIMEOUTS)
        state = str(config.state.resolve())
        migrate(SETTINGS, {"QORGAN_GATE_DATABASE_URL_WEB": owner, "QORGAN_GATE_STATE": state})
        with psycopg.connect(owner) as connection:
            LIST.apply(connection)
    except psycopg.OperationalError as error:
        raise _silent(error) from None
    return urls


@contextmanager
def prepared(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database having been brought to this release. Raises DatabaseRefused."""
    make_state(config.state)
    with database_server(config.database.url, config.state, DATABASE) as url:
        yield prepare(config, url)


@contextmanager
def connected(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database being as it is. Raises DatabaseRefused."""
    with database_server(config.database.url, config.state, DATABASE) as url:
        try:
            urls = ensure_roles(access(config), url)
        except psycopg.OperationalError as error:
            raise _silent(error) from None
        yield urls


def _silent(error: psycopg.OperationalError) -> DatabaseRefused:
    return DatabaseRefused(f"PostgreSQL does not answer: {str(error).strip()}; check QORGAN_GATE_DATABASE_URL")
