"""A real PostgreSQL for tests: one cluster a session, a database of its own for each test that asks."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from psycopg import sql

from qorgan.kit.postgres import Cluster, Running

if TYPE_CHECKING:
    from collections.abc import Iterator


MEMORY: Final = Path("/dev/shm")
"""Where a file system of Linux lies in memory."""
ROOM: Final = 6 * 2**30
"""Bytes that a worker's server may come to need there, many times over."""
FOR_MANY: Final = {"max_wal_size": "256MB", "min_wal_size": "128MB"}
"""Each copied database is written to the log whole."""


def _in_memory() -> Path | None:
    """Where waiting for the disk costs nothing, if there is room: a thousand databases come and go. Else the usual."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Running]:
    """A running server, empty but for what tests of this session made in it; `superuser_dsn()` opens it."""
    # Not below pytest's own folder: as root the server runs as another user, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="qorgan-", dir=_in_memory()))
    made = Cluster(folder)
    try:
        with made.start(FOR_MANY) as running:
            yield running
    finally:
        made.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(cluster: Running) -> Iterator[str]:
    """The name of a new empty database, dropped afterwards whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
