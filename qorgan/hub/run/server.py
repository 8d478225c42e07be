"""The PostgreSQL a command works with: the configured one, else the hub's own for as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from qorgan.hub.config import Config
from qorgan.hub.database.connection import DatabaseRefused, Role
from qorgan.hub.database.log_key import make_log_key
from qorgan.hub.database.prepare import prepare
from qorgan.hub.database.roles import ensure_roles
from qorgan.kit.postgres import Cluster, ClusterError

DATABASE: Final = "qorgan"
FOLDER: Final = "postgres"


@contextmanager
def database_server(config: Config) -> Iterator[str]:
    """The URL of the hub's database, with the powers to prepare it. Raises DatabaseRefused.

    The hub's own server is started unless it runs already, and stops with the last program that uses it.
    """
    if config.database.url:
        yield config.database.url
        return
    make_state(config)
    try:
        with Cluster(config.state / FOLDER).start() as running:
            _ensure_database(running.superuser_dsn())
            yield running.superuser_dsn(DATABASE)
    except ClusterError as error:
        raise DatabaseRefused(str(error)) from error


@contextmanager
def prepared(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database having been brought to this release. Raises DatabaseRefused."""
    with database_server(config) as url:
        make_state(config)
        make_log_key(config)
        yield prepare(config, url)


@contextmanager
def connected(config: Config) -> Iterator[dict[Role, str]]:
    """Every role's URL, the database being as it is. Raises DatabaseRefused."""
    with database_server(config) as url:
        try:
            yield ensure_roles(config, url)
        except psycopg.OperationalError as error:
            raise DatabaseRefused(f"PostgreSQL does not answer: {error}; check QORGAN_DATABASE_URL") from None


def make_state(config: Config) -> None:
    """The state folder, open to nobody else."""
    try:
        config.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseRefused(f"{config.state}: {error.strerror}; set `state` to a folder that can be made") from None


def _ensure_database(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
