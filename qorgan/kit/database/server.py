"""The PostgreSQL a program works with: the configured one, else its own for as long as it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.postgres import Cluster, ClusterError

FOLDER: Final = "postgres"


@contextmanager
def database_server(url: str | None, state: Path, name: str) -> Iterator[str]:
    """The URL of the program's database, with the powers to prepare it. Raises DatabaseRefused.

    Without `url` the program's own server is started below `state`, unless it runs already, with the database `name`;
    it stops with the last program that uses it.
    """
    if url:
        yield url
        return
    make_state(state)
    try:
        with Cluster(state / FOLDER).start() as running:
            _ensure_database(running.superuser_dsn(), name)
            yield running.superuser_dsn(name)
    except ClusterError as error:
        raise DatabaseRefused(str(error)) from error


def make_state(state: Path) -> None:
    """The state folder, open to nobody else."""
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseRefused(f"{state}: {error.strerror}; set `state` to a folder that can be made") from None


def _ensure_database(superuser: str, name: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
