"""A database with the journal's tables alone, and the roles that come to it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from qorgan.gate.journal.schema import create
from qorgan.kit.postgres import Running

GRANTS = """
GRANT SELECT, INSERT ON gate_journal TO {web}, {clerk};
GRANT SELECT ON gate_journal, gate_journal_link, gate_journal_head, gate_journal_epoch, gate_archive TO {web}, {clerk};
GRANT INSERT ON gate_journal_epoch, gate_archive TO {clerk};
"""


@dataclass
class Journal:
    """The database, and how each role comes to it."""

    superuser: str
    web: str
    clerk: str

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def tamper(self, statement: str, *parameters: object) -> int:
        """Change what nobody may change, as somebody with the server in their hands would."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(statement, parameters).rowcount


@pytest.fixture
def journal(cluster: Running) -> Iterator[Journal]:
    name = f"journal_{secrets.token_hex(6)}"
    roles = {"web": f"{name}_web", "clerk": f"{name}_clerk"}
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = Journal(
        cluster.superuser_dsn(name),
        *(make_conninfo(cluster.superuser_dsn(name), user=role, password="only-in-tests") for role in roles.values()),
    )
    with psycopg.connect(made.superuser, autocommit=True) as connection:
        for role in roles.values():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'only-in-tests'").format(sql.Identifier(role)))
        connection.execute(create())
        connection.execute(GRANTS.format(**roles))
    yield made
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in roles.values():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
