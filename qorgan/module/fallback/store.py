"""What is kept of the day: people, cards, agreements, packages, calls, letters, absences. SQLite, always durable.

Small and rarely written, so each act opens its own connection, reads the file of keys, and is one transaction. What was
done is never removed. What it says of an incident is sealed under the spool's keys (`sealed.py`); who may sign in, when
ASOI was away, and what is counted or looked for, is not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from qorgan.module.durable import private_folder
from qorgan.module.fallback import sealed
from qorgan.module.fallback.sealed import Kept
from qorgan.module.spool import SpoolLocked, database, key_file
from qorgan.module.spool.sealing import KeyRing

FILE: Final = "fallback.db"
_PATIENCE: Final = 10.0
_LAYOUT: Final = 3
_LETTERS_STAY: Final = 2
"""The layout since which a card may have several letters."""
_REMEDY: Final = (
    "Put the file of keys back from its safe copy: nothing was touched. Only if the key is lost for good, move "
    "fallback.db* out of the state folder: what is sealed in it can be read by nobody."
)

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
    detail BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS package (
    digest TEXT PRIMARY KEY, card TEXT NOT NULL REFERENCES card, wording INTEGER NOT NULL, way TEXT NOT NULL,
    sealed_at TEXT NOT NULL, body BLOB NOT NULL, refused BLOB NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS receipt (
    card TEXT NOT NULL REFERENCES card, wording INTEGER NOT NULL, number TEXT NOT NULL, reply BLOB NOT NULL,
    kept_at TEXT NOT NULL, PRIMARY KEY (card, wording));
CREATE TABLE IF NOT EXISTS choice (card TEXT PRIMARY KEY REFERENCES card, choice BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS call (card TEXT PRIMARY KEY REFERENCES card, call BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS letter (
    id INTEGER PRIMARY KEY, drill INTEGER NOT NULL, running INTEGER NOT NULL, card TEXT NOT NULL REFERENCES card,
    number TEXT NOT NULL, dated TEXT NOT NULL, signatory TEXT NOT NULL, exact BLOB NOT NULL,
    supplements INTEGER REFERENCES letter, basis TEXT NOT NULL, UNIQUE (drill, running));
CREATE TABLE IF NOT EXISTS paper (
    letter INTEGER NOT NULL REFERENCES letter, name TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (letter, name));
CREATE TABLE IF NOT EXISTS disruption (
    id TEXT PRIMARY KEY, card TEXT NOT NULL UNIQUE REFERENCES card, told BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seal (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_TRIGGERS: Final = """
CREATE TRIGGER IF NOT EXISTS act_stays BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts stay'); END;
CREATE TRIGGER IF NOT EXISTS letter_stays BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
CREATE TRIGGER IF NOT EXISTS letter_same BEFORE UPDATE ON letter BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
CREATE TRIGGER IF NOT EXISTS paper_stays BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
CREATE TRIGGER IF NOT EXISTS paper_same BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
CREATE TRIGGER IF NOT EXISTS agreement_stays BEFORE UPDATE ON agreement BEGIN SELECT RAISE(ABORT, 'stays'); END;
"""
_OF_ONE_LETTER: Final = """
ALTER TABLE letter RENAME TO letter_before;
"""
"""A card had one letter at most, which was written anew each time it was asked for."""
_TAKEN_OVER: Final = """
INSERT INTO letter SELECT running, 0, running, card, number, dated, signatory, exact, NULL, '' FROM letter_before;
DROP TABLE letter_before;
"""


class Store:
    """The database in a module's state folder. Several processes may use it at once."""

    def __init__(self, folder: Path, keys_at: Path | None = None) -> None:
        """Make it if it is not there; seal what stands open, or under a key that seals no more.

        Raises SpoolLocked, having changed nothing, when a key that it needs is not in the file of keys.
        """
        private_folder(folder)
        self._folder, self._path = folder, folder / FILE
        self._keys_at = keys_at or key_file.beside(folder)
        self.seal_anew()
        self._path.chmod(0o600)

    @contextmanager
    def reading(self) -> Iterator[Kept]:
        """One state of everything. Raises SpoolLocked."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")
            connection.keys = self._ring(connection)
            yield connection
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Kept]:
        """One transaction, alone; kept when it ends well, as if it had not been otherwise. Raises SpoolLocked."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.keys = self._ring(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def seal_anew(self) -> None:
        """Bring the layout up to this version, and everything under the key that seals. Raises SpoolLocked.

        All or nothing. What stood open is overwritten in the file, and the log that held it is cut.
        """
        with self.writing() as connection:
            (layout,) = connection.execute("PRAGMA user_version").fetchone()
            # On a full disk too the module starts: where nothing is to be done, nothing is written.
            if layout == _LAYOUT and not sealed.is_due(connection):
                return
            _lay_out(connection, layout)
            sealed.seal_anew(connection)
            for statement in _statements(_TRIGGERS):
                connection.execute(statement)
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _ring(self, connection: Kept) -> KeyRing:
        """The keys, among them all that are needed here; made when neither this nor the spool needs one yet."""
        used = sealed.keys_used(connection)
        if not self._keys_at.exists() and not used and not database.keys_used(self._folder / database.FILE):
            return key_file.make(self._keys_at)
        found = key_file.ring(self._keys_at, credentials=os.environ.get(key_file.CREDENTIALS, ""))
        missing = sorted(used - set(found.ids))
        if missing:
            raise SpoolLocked(f"{self._keys_at}: does not hold the key {missing[0]}, which {FILE} needs", _REMEDY)
        return found

    def _connect(self) -> Kept:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None, factory=Kept)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        return connection


def _lay_out(connection: Kept, layout: int) -> None:
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")}
    is_older = layout < _LETTERS_STAY and "letter" in names
    for statement in _statements(_OF_ONE_LETTER if is_older else ""):
        connection.execute(statement)
    for name in ("act_stays", "letter_stays", "letter_same", "paper_stays", "paper_same", "agreement_stays"):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    for statement in (*_statements(_TABLES), *_statements(_TAKEN_OVER if is_older else "")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_LAYOUT}")


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: a script would end the transaction."""
    pending = ""
    for line in script.strip().splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
