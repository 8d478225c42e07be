"""A real PostgreSQL for tests: one cluster a session, a database of its own for each test that asks."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from qorgan.kit.postgres import Cluster, Running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def cluster() -> Iterator[Running]:
    """A running server, empty but for what tests of this session made in it; `superuser_dsn()` opens it."""
    # Not below pytest's own folder: as root the server runs as another user, who could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="qorgan-"))
    made = Cluster(folder)
    try:
        with made.start() as running:
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
