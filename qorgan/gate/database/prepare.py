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
_GONE: Final = ("08", "57P")
"""Classes of errors with which a server says that it answers nobody; where there is no server there is none."""
_MISSING: Final = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass('public.' || name) IS NULL"


def prepare(config: Config, url: str) -> dict[Role, str]:
    """Bring the database at `url` (the owner's, or a superuser's) to this release; gives every role's URL.

    Raises DatabaseRefused saying what to do.
    """
    with answering():
        urls = ensure_roles(access(config), url)
        owner = make_conninfo(urls[Role.OWNER], options=TIMEOUTS)
        state = str(config.state.resolve())
        migrate(SETTINGS, {"QORGAN_GATE_DATABASE_URL_WEB": owner, "QORGAN_GATE_STATE": state})
        with psycopg.connect(owner) as connection:
            LIST.apply(connection)
    return urls


@contextmanager
def prepared(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database having been brought to this release. Raises DatabaseRefused."""
    make_state(config.state)
    with database_server(config.database.url, config.state, DATABASE) as url:
        yield prepare(config, url)


@contextmanager
def connected(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database being as it is.

    Raises DatabaseRefused, also where it has no tables, or those of an earlier release.
    """
    with database_server(config.database.url, config.state, DATABASE) as url, answering():
        urls = ensure_roles(access(config), url)
        _check_tables(url)
        yield urls


@contextmanager
def answering() -> Iterator[None]:
    """Around work with the database: that nobody answers there is said in a line. Raises DatabaseRefused."""
    try:
        yield
    except psycopg.OperationalError as error:
        if error.sqlstate is not None and not error.sqlstate.startswith(_GONE):
            raise
        raise _silent(error) from None


def _check_tables(url: str) -> None:
    with psycopg.connect(url) as connection:
        missing = [name for (name,) in connection.execute(_MISSING, [sorted(LIST.tables)]).fetchall()]
    if len(missing) == len(LIST.tables):
        raise DatabaseRefused("the database has no tables yet; `qorgan gate migrate` makes them")
    if missing:
        raise DatabaseRefused(
            f"the database is of an earlier release: it has no table {missing[0]}; `qorgan gate migrate` makes it"
        )


def _silent(error: psycopg.OperationalError) -> DatabaseRefused:
    said = " ".join(str(error).split()).rstrip("?")
    return DatabaseRefused(f"PostgreSQL does not answer: {said}; check QORGAN_GATE_DATABASE_URL and that it runs")
