"""The PostgreSQL a command works with: the configured one, else the hub's own for as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role, access
from qorgan.hub.database.log_key import make_log_key
from qorgan.hub.database.prepare import prepare
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.database.roles import ensure_roles
from qorgan.kit.database.server import database_server, make_state

DATABASE: Final = "qorgan"


@contextmanager
def prepared(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database having been brought to this release. Raises DatabaseRefused."""
    with database_server(config.database.url, config.state, DATABASE) as url:
        make_state(config.state)
        make_log_key(config)
        yield prepare(config, url)


@contextmanager
def connected(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database being as it is. Raises DatabaseRefused."""
    with database_server(config.database.url, config.state, DATABASE) as url:
        try:
            yield ensure_roles(access(config), url)
        except psycopg.OperationalError as error:
            raise DatabaseRefused(f"PostgreSQL does not answer: {error}; check QORGAN_DATABASE_URL") from None
