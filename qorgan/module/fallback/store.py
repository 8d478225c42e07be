"""What is kept of the day: people, cards, agreements, packages, calls, letters, absences. SQLite, always durable.

Small and rarely written, so each act opens its own connection and is one transaction. What was done is never removed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from qorgan.module.durable import private_folder

FILE: Final = "fallback.db"
_PATIENCE: Final = 10.0

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS away (
    id INTEGER PRIMARY KEY, since TEXT NOT NULL, found_at TEXT NOT NULL, until TEXT, reason TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS away_is_one ON away ((until IS NULL)) WHERE until IS NULL;
CREATE TABLE IF NOT EXISTS person (
    email TEXT PRIMARY KEY, name TEXT NOT NULL, position TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('maker', 'head')), secret TEXT NOT NULL, added_at TEXT NOT NULL, closed_at TEXT);
CREATE TABLE IF NOT EXISTS card (
    id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('open', 'proposed', 'agreed')), revision INTEGER NOT NULL,
    wording INTEGER NOT NULL, drill INTEGER NOT NULL, content BLOB NOT NULL, makers TEXT NOT NULL,
    drafted_at TEXT NOT NULL, exact BLOB, proposed_by TEXT REFERENCES person, proposed_at TEXT);
CREATE TABLE IF NOT EXISTS agreement (
    card TEXT NOT NULL REFERENCES card, wording INTEGER NOT NULL, exact BLOB NOT NULL, agreement BLOB NOT NULL,
    agreed_at TEXT NOT NULL, PRIMARY KEY (card, wording));
CREATE TABLE IF NOT EXISTS act (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, card TEXT REFERENCES card, person TEXT NOT NULL, verb TEXT NOT NULL,
    detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS package (
    digest TEXT PRIMARY KEY, card TEXT NOT NULL REFERENCES card, wording INTEGER NOT NULL, way TEXT NOT NULL,
    sealed_at TEXT NOT NULL, body BLOB NOT NULL, refused TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS receipt (
    card TEXT NOT NULL REFERENCES card, wording INTEGER NOT NULL, number TEXT NOT NULL, reply BLOB NOT NULL,
    kept_at TEXT NOT NULL, PRIMARY KEY (card, wording));
CREATE TABLE IF NOT EXISTS choice (card TEXT PRIMARY KEY REFERENCES card, choice BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS call (card TEXT PRIMARY KEY REFERENCES card, call BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS letter (
    running INTEGER PRIMARY KEY, year INTEGER NOT NULL, card TEXT NOT NULL UNIQUE REFERENCES card,
    number TEXT NOT NULL, dated TEXT NOT NULL, signatory TEXT NOT NULL, exact BLOB NOT NULL);
CREATE TRIGGER IF NOT EXISTS act_stays BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts stay'); END;
CREATE TRIGGER IF NOT EXISTS letter_stays BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
CREATE TRIGGER IF NOT EXISTS agreement_stays BEFORE UPDATE ON agreement BEGIN SELECT RAISE(ABORT, 'stays'); END;
"""


class Store:
    """The database in a module's state folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Make it if it is not there."""
        private_folder(folder)
        self._path = folder / FILE
        with self.writing() as connection:
            for statement in _statements():
                connection.execute(statement)
        self._path.chmod(0o600)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of everything."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone; kept when it ends well, as if it had not been otherwise."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def _statements() -> Iterator[str]:
    """The statements one by one: a script would end the transaction."""
    pending = ""
    for line in _TABLES.strip().splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
