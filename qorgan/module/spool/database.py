"""The SQLite file of the spool: its layout, how it is opened, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from qorgan.module.spool.errors import SpoolDamaged, SpoolError, SpoolForeign, SpoolFull
from qorgan.module.spool.sealing import KeyRing
from qorgan.module.spool.state import State, insert

FILE: Final = "spool.sqlite"
LAYOUT: Final = 2
_WITHOUT_SEALS: Final = 1
"""The layout before content was sealed; it is taken over as it stands."""
PAGE: Final = 4096
_CACHE_KIB: Final = 8192
_WAL_KEPT: Final = 16 * 1024 * 1024
_PRIMARY: Final = 0xFF

SCHEMA: Final = """
CREATE TABLE state (                  -- one row
    only INTEGER PRIMARY KEY CHECK (only = 1),
    next INTEGER NOT NULL,            -- the number that the next signal gets
    acknowledged INTEGER NOT NULL,    -- the hub has every number up to this one
    unsure INTEGER NOT NULL,          -- 1: acknowledged was guessed after damage; the hub must be asked
    sealed_last INTEGER NOT NULL,     -- the last number of the batch that was offered to the hub, 0: none
    age REAL NOT NULL,                -- seconds this spool was in use, by a clock that cannot jump
    spooled INTEGER NOT NULL,         -- from here on the counters of qorgan.module.accounting
    spooled_records INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    sent_records INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    lost_records INTEGER NOT NULL,
    kept_bytes INTEGER NOT NULL,      -- bodies of chunks that the hub has and that are still here
    check_sum INTEGER NOT NULL        -- over the columns before, as `state` computes it
);
CREATE TABLE chunk (
    first INTEGER PRIMARY KEY,        -- numbers of its signals, which follow one another
    last INTEGER NOT NULL,
    records INTEGER NOT NULL,         -- records of the source that stand behind its signals
    source TEXT NOT NULL,
    position TEXT NOT NULL,           -- of the source after it: a second copy, for when `position` is damaged
    digest BLOB NOT NULL,             -- SHA-256 over all other columns
    body BLOB NOT NULL                -- the signals' lines, zstd
);
CREATE TABLE position (
    source TEXT PRIMARY KEY, position TEXT NOT NULL,
    check_sum INTEGER NOT NULL        -- over both: a wrong offset would lose or double records silently
) WITHOUT ROWID;
CREATE TABLE tally (source TEXT, name TEXT, value INTEGER NOT NULL, PRIMARY KEY (source, name)) WITHOUT ROWID;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL, place TEXT NOT NULL,
    reason TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE receipt (
    id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
    age REAL NOT NULL,                -- of the spool when it came
    refused TEXT NOT NULL,            -- JSON array of the numbers that the hub refused
    receipt BLOB NOT NULL             -- as qorgan.ledger.receipt writes it
);
CREATE INDEX receipt_last ON receipt (last);
CREATE INDEX receipt_age ON receipt (age);
CREATE TABLE receipt_pack (
    id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
    age REAL NOT NULL,                -- of the newest receipt in it
    receipts INTEGER NOT NULL,
    body BLOB NOT NULL                -- as qorgan.module.spool.evidence writes it
);
CREATE INDEX receipt_pack_last ON receipt_pack (last);
CREATE INDEX receipt_pack_age ON receipt_pack (age);
CREATE TABLE lost (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, records INTEGER NOT NULL,
    at TEXT NOT NULL, reason TEXT NOT NULL, body BLOB
);
"""
SEAL: Final = "CREATE TABLE seal (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"
"""`key:` and the id of every key under which something may be sealed here; and what `takeover` still has to go through.

It stands last, and its words are few: the layout of all tables must fit into the first page, and salvage counts on the
others standing where they did before there were seals.
"""
KEY: Final = "key:"

# The statements are ours and always the same: if one is wrong now, or breaks a rule of the layout, the file is.
_DAMAGE: Final = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_FORMAT,
}


class SpoolConnection(sqlite3.Connection):
    """A connection to a spool, with the keys of what it reads and writes."""

    keys: KeyRing


def connect(path: Path, keys: KeyRing | None = None, *, read_only: bool = False) -> SpoolConnection:
    """A connection whose commits are on the disk when they return. Raises SpoolError."""
    with translated(path):
        uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=10, isolation_level=None, check_same_thread=False, factory=SpoolConnection
        )
        connection.keys = keys or KeyRing([], str(path))
        connection.text_factory = _text
        try:
            if not read_only:
                connection.execute(f"PRAGMA page_size = {PAGE}")
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT}")
        except BaseException:
            connection.close()
            raise
    return connection


def prepare(connection: SpoolConnection, path: Path, *, first: int) -> bool:
    """Make the layout in a new file, whose numbers begin at `first`; check it, and bring an older one up to it.

    Says whether the file was new.
    """
    with translated(path):
        layout = check_layout(connection, path)
        if layout == LAYOUT:
            return False
    with transaction(connection, path):
        for statement in SCHEMA.split(";\n") if not layout else ():
            connection.execute(statement)
        connection.execute(SEAL)
        if layout:
            connection.executemany("INSERT INTO seal VALUES (?, -1)", [("chunk",), ("quarantine",), ("lost",)])
        else:
            insert(connection, State(next=first, acknowledged=first - 1))
        connection.execute(f"PRAGMA user_version = {LAYOUT}")
    return not layout


def keys_used(path: Path) -> set[str]:
    """The ids of the keys that the spool in a file needs, changing nothing in it; none when there is no file.

    Raises SpoolForeign for a layout that this version does not know, SpoolDamaged.
    """
    if not path.exists():
        return set()
    with closing(connect(path, read_only=True)) as connection, translated(path):
        if check_layout(connection, path) != LAYOUT:
            return set()
        rows = connection.execute("SELECT name FROM seal").fetchall()
    return {name.removeprefix(KEY) for (name,) in rows if name.startswith(KEY)}


def note_keys(connection: SpoolConnection, path: Path, used: Iterable[str]) -> None:
    """Remember that content is sealed under these keys from now on, before any is."""
    known = {name for (name,) in connection.execute("SELECT name FROM seal")}
    missing = [(KEY + name,) for name in used if KEY + name not in known]
    if missing:
        with transaction(connection, path):
            connection.executemany("INSERT INTO seal VALUES (?, 0)", missing)


def check_layout(connection: sqlite3.Connection, path: Path) -> int:
    """The layout of a file: ours, the one before it, or 0 for an empty file. Raises SpoolForeign."""
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if layout not in {0, _WITHOUT_SEALS, LAYOUT} or (tables and not layout):
        raise SpoolForeign(f"{path}: its layout is {layout}, and this version knows {LAYOUT}; nothing was changed")
    return int(layout)


def checkpoint(connection: sqlite3.Connection, path: Path) -> None:
    """Move everything from the log into the file itself."""
    with translated(path):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def shrink(connection: sqlite3.Connection, path: Path) -> None:
    """Give the disk back all that the file and its log do not need."""
    with translated(path):
        connection.execute("PRAGMA incremental_vacuum").fetchall()
    checkpoint(connection, path)


def used_bytes(connection: sqlite3.Connection, path: Path) -> int:
    """Bytes of the file that hold something."""
    with translated(path):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(pages - free) * PAGE


@contextmanager
def transaction(connection: SpoolConnection, path: Path) -> Iterator[SpoolConnection]:
    """All or nothing, and durable on leaving. Raises SpoolError."""
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite says into what it means for the module."""
    try:
        yield
    except sqlite3.Error as error:
        raise meaning(error, path) from error
    except UnicodeDecodeError as error:
        # SQLite quotes the damaged text of its own layout.
        raise SpoolDamaged(f"{path}: {error.reason}") from error


def _text(stored: bytes) -> str:
    """A text with a flipped bit must be refused by its digest, not by its encoding."""
    return stored.decode("utf-8", "replace")


def meaning(error: sqlite3.Error, path: Path) -> SpoolError:
    """A damaged file is mended, a full or failing disk is waited for; anything else is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGE:
        return SpoolDamaged(f"{path}: {error}")
    if code in {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_PERM,
    }:
        return SpoolFull(f"{path}: {error}")
    return SpoolError(f"{path}: {error}")
