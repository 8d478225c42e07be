"""Making a new database out of what can still be read of a damaged one.

(1) Everything readable is copied into a new file; a chunk only when its digest holds. The page that says where the
tables are is the same in every spool: a damaged one is replaced by the new file's.
(2) What the state counted and the chunks no longer show is counted as lost, so that the account still adds up.
(3) The new file gets a name that says it is whole. From here on a crash repeats only the step after it.
(4) The damaged file and its log step aside under a name of their own, and the new one takes their place.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from qorgan.module.durable import sync_folder
from qorgan.module.spool import database, evidence
from qorgan.module.spool.changes import SEALED, sum_between
from qorgan.module.spool.chunk import Chunk, ChunkDamaged
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.errors import SpoolDamaged, SpoolError
from qorgan.module.spool.numbers import Ceiling
from qorgan.module.spool.sealing import MARK, KeyRing, head_of, key_of
from qorgan.module.spool.state import State, check_sum, insert, load
from qorgan.module.spool.waiting import COLUMNS

BUILDING: Final = "spool.building.sqlite"
MENDED: Final = "spool.mended.sqlite"
UNKNOWN: Final = "(before damage)"
"""The source under which counts stand whose own source could not be read any more."""
_LAST_KEY: Final = 2**62
_BLOCK: Final = 1024 * 1024
_SIZE_AT: Final = 28
"""Where SQLite keeps the number of pages; the two numbers after it are of empty pages, which a reader passes over."""
_NUMBERED: Final = {"receipt": 6, "receipt_pack": 6, "quarantine": 6, "lost": 6}
"""Tables with a numeric key, and how many columns they have."""


def salvage(folder: Path, ceiling: Ceiling, clock: Callable[[], datetime], known: State | None, keys: KeyRing) -> str:
    """Mend the spool of a folder, whose connections are all closed. Returns what was found, for the log.

    `known` is the state as of the last change, when the process that made it still remembers. Raises SpoolLocked,
    before anything takes the place of the old file, when a whole chunk is sealed under a key that is not here.
    """
    building = folder / BUILDING
    for suffix in ("", "-wal", "-shm"):
        Path(f"{building}{suffix}").unlink(missing_ok=True)
    with closing(database.connect(building, keys)) as new:
        database.prepare(new, building, first=1)
        database.checkpoint(new, building)
        old = _opened(folder / database.FILE, new, building.read_bytes()[: database.PAGE])
        with database.transaction(new, building):
            found = _fill(new, old, known, ceiling, clock().isoformat())
        database.checkpoint(new, building)
    building.replace(folder / MENDED)
    sync_folder(folder)
    finish(folder)
    return found


def finish(folder: Path) -> None:
    """Put a mended database in its place, if one stands ready: also after a crash in the middle of doing so."""
    mended, path = folder / MENDED, folder / database.FILE
    if not mended.exists():
        return
    number = 1
    while (aside := folder / f"{database.FILE}.damaged-{number}").exists():
        number += 1
    for suffix in ("-shm", "-wal", ""):
        part = Path(f"{path}{suffix}")
        if part.exists():
            part.replace(f"{aside}{suffix}")
    mended.replace(path)
    sync_folder(folder)


def _opened(damaged: Path, new: SpoolConnection, first_page: bytes) -> SpoolConnection | None:
    """The damaged file, with its tables where they must be; None when it cannot be read at all."""
    for attempt in (1, 2):
        try:
            old = database.connect(damaged, read_only=True)
        except SpoolError:
            old = None
        if old is not None:
            if _tables(old) == _tables(new):
                return old
            old.close()
        if attempt == 1:
            _replace_first_page(damaged, first_page)
    return None


def _tables(connection: SpoolConnection) -> list[tuple[Any, ...]] | None:
    try:
        # In a spool that was taken over `seal` came last, and stands elsewhere; nothing is read from it here.
        return connection.execute(
            "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name != 'seal'"
        ).fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return None


def _replace_first_page(damaged: Path, first_page: bytes) -> None:
    """Keep the page aside and put that of an empty spool in its place, with the size that the file has."""
    with damaged.open("r+b") as file:
        damaged.with_name(f"{damaged.name}.first-page").write_bytes(file.read(database.PAGE))
        pages = file.seek(0, os.SEEK_END) // database.PAGE
        file.seek(0)
        file.write(first_page[:_SIZE_AT] + pages.to_bytes(4, "big") + bytes(8) + first_page[_SIZE_AT + 12 :])


def _fill(new: SpoolConnection, old: SpoolConnection | None, known: State | None, ceiling: Ceiling, at: str) -> str:
    if old is not None:
        with closing(old):
            _copy(new, old)
            known = known or _old_state(old)
    state = _settled(new, known, ceiling, at)
    insert(new, state)
    _balance(new, state)
    return f"{state.spooled} signals wait, {state.lost} are lost"


def _copy(new: SpoolConnection, old: SpoolConnection) -> None:
    for table, columns in _NUMBERED.items():
        marks = ", ".join("?" * columns)
        new.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", _rows(old, table, "*"))  # noqa: S608
    new.executemany(
        "INSERT OR IGNORE INTO position VALUES (?, ?, ?)",
        [row for row in _some(old, "position") if _is_position(row)],
    )
    new.executemany(
        "INSERT OR IGNORE INTO tally VALUES (?, ?, ?)", [row for row in _some(old, "tally") if _is_tally(row)]
    )
    new.executemany("INSERT OR IGNORE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", _whole_chunks(old, new.keys))
    positions = new.execute("SELECT source, position FROM chunk GROUP BY source HAVING max(first)").fetchall()
    new.executemany(
        "INSERT OR IGNORE INTO position VALUES (?, ?, ?)", [(*each, check_sum(*each)) for each in positions]
    )
    names = [(database.KEY + name, 0) for name in sorted(keys_of_content(new) | {new.keys.current})]
    new.executemany("INSERT INTO seal VALUES (?, ?)", [*names, ("chunk", -1), ("quarantine", -1), ("lost", -1)])


def holds_seals(path: Path) -> bool:
    """Whether sealed content stands in a file, or its log, that cannot be read as a database."""
    for part in (path, Path(f"{path}-wal")):
        if part.exists():
            with part.open("rb") as file:
                if any(MARK in block for block in iter(lambda: file.read(_BLOCK), b"")):
                    return True
    return False


def keys_of_content(connection: SpoolConnection) -> set[str]:
    """The ids of the keys under which something is sealed; it looks at the head of everything."""
    heads = [
        row
        for table, body in (("chunk", "body"), ("lost", "body"), ("quarantine", "text"))
        for row in connection.execute(f"SELECT DISTINCT substr({body}, 1, 12) FROM {table}")  # noqa: S608
    ]  # names of ours
    positions = connection.execute("SELECT position FROM position WHERE source IN (?, ?)", SEALED)
    heads += [(head_of(text),) for (text,) in positions if isinstance(text, str)]
    return {key_of(head) for (head,) in heads if isinstance(head, bytes)} - {""}


def _old_state(old: sqlite3.Connection) -> State | None:
    try:
        return load(old)
    except (sqlite3.Error, SpoolDamaged):
        return None


def _is_position(row: tuple[Any, ...]) -> bool:
    return bool(row[2] == check_sum(*row[:2]))


def _is_tally(row: tuple[Any, ...]) -> bool:
    source, name, value = row
    return isinstance(source, str) and isinstance(name, str) and isinstance(value, int) and value >= 0


def _settled(new: sqlite3.Connection, old: State | None, ceiling: Ceiling, at: str) -> State:
    """The state that fits what was copied. Without the old one, receipts and tallies tell as much as they can."""
    (last,) = new.execute("SELECT coalesce(max(last), 0) FROM chunk").fetchone()
    if old is None:
        sent = evidence.last_receipted(new)
        (signals,) = new.execute("SELECT coalesce(sum(value), 0) FROM tally WHERE name = 'signals'").fetchone()
        (became,) = new.execute("SELECT coalesce(sum(value), 0) FROM tally WHERE name = 'became'").fetchone()
        state = State(next=max(1, ceiling.value, last + 1), acknowledged=sent, unsure=1)
    else:
        state = msgspec.structs.replace(old, next=max(old.next, last + 1))
    spooled, records, _ = sum_between(new, state.acknowledged, _LAST_KEY)
    kept = sum_between(new, 0, state.acknowledged).size
    if old is None:
        return msgspec.structs.replace(
            state,
            spooled=spooled,
            spooled_records=records,
            sent=max(0, signals - spooled),
            sent_records=max(0, became - records),
            kept_bytes=kept,
        )
    if old.spooled > spooled:
        _note_gaps(new, state, at)
    return msgspec.structs.replace(
        state,
        spooled=spooled,
        spooled_records=records,
        lost=old.lost + old.spooled - spooled,
        lost_records=old.lost_records + old.spooled_records - records,
        kept_bytes=kept,
    )


def _note_gaps(new: sqlite3.Connection, state: State, at: str) -> None:
    """Enter, among what is lost, every run of waiting numbers that no chunk has."""
    number = state.acknowledged + 1
    waiting = new.execute("SELECT first, last FROM chunk WHERE last > ? ORDER BY first", (state.acknowledged,))
    for first, last in [*waiting, (state.next, state.next)]:
        if first > number:
            new.execute(
                "INSERT OR IGNORE INTO lost VALUES (?, ?, 0, ?, 'could not be read from the damaged file', NULL)",
                (number, first - 1, at),
            )
        number = last + 1


def _balance(new: sqlite3.Connection, state: State) -> None:
    """Enter counts whose source cannot be told any more, so that the account adds up."""
    tallies: dict[str, int] = {}
    for name, value in new.execute("SELECT name, value FROM tally"):
        key = name.partition(":")[0]
        tallies[key] = tallies.get(key, 0) + value
    signals = state.spooled + state.sent + state.lost - tallies.get("signals", 0)
    became = state.spooled_records + state.sent_records + state.lost_records
    read = became + tallies.get("ignored", 0) + tallies.get("quarantined", 0) - tallies.get("read", 0)
    missing = {"signals": signals, "became": became - tallies.get("became", 0), "read": read}
    new.executemany(
        "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        [(UNKNOWN, name, value) for name, value in missing.items() if value],
    )


def _whole_chunks(old: SpoolConnection, keys: KeyRing) -> Iterator[Chunk]:
    for row in _rows(old, "chunk", COLUMNS):
        chunk = Chunk(*row)
        try:
            chunk.lines(keys)
        except ChunkDamaged:
            continue
        yield chunk


def _some(old: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a small table, up to the first that cannot be read."""
    try:
        yield from old.execute(f"SELECT * FROM {table}")  # noqa: S608 (a name of ours)
    except sqlite3.DatabaseError:
        return


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    """The readable rows of a table with a numeric key, in order up to the damage and then around it.

    First from the beginning to the damage, then from the end back to it; what lies between two damaged places is
    looked for in growing steps.
    """
    low = yield from _run(old, table, columns, -1, _LAST_KEY, "ASC")
    if low is None:
        return
    high = yield from _run(old, table, columns, low, _LAST_KEY, "DESC")
    if high is None:
        return
    step = 1
    while (low := low + step) < high:
        stopped = yield from _run(old, table, columns, low, high, "ASC")
        if stopped is None:
            return
        step = 1 if stopped > low else step * 2
        low = stopped


def _run(
    old: sqlite3.Connection, table: str, columns: str, low: int, high: int, order: str
) -> Generator[tuple[Any, ...], None, int | None]:
    """Rows whose key lies between two numbers, one way. Returns the last key read when damage stopped it."""
    key = "first" if table in {"chunk", "lost"} else "id"
    at = low if order == "ASC" else high
    query = f"SELECT {columns} FROM {table} WHERE {key} > ? AND {key} < ? ORDER BY {key} {order}"  # noqa: S608
    try:
        for row in old.execute(query, (low, high)):
            yield row
            at = row[0]
    except sqlite3.DatabaseError:
        return at
    return None
