"""A gate's journal as each role comes to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from qorgan.gate.database.connection import Role

# Under importlib mode the tests are no package to import from.
sys.path.insert(0, str(Path(__file__).parent))


@dataclass
class Journal:
    """The database, and how each role comes to it."""

    gate: Any
    superuser: str
    web: str
    clerk: str
    read: str

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def tamper(self, statement: str, *parameters: object) -> int:
        """Change what nobody may change, as somebody with the server in their hands would."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(statement, parameters).rowcount


@pytest.fixture
def journal(gate: Any) -> Journal:
    return Journal(gate, gate.superuser, gate.url(Role.WEB), gate.url(Role.CLERK), gate.url(Role.READ))
