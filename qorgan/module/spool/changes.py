"""The steps of which the spool's transactions are made. None of them begins or ends one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool.chunk import Chunk
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.errors import SpoolDamaged
from qorgan.module.spool.sealing import KeyRing, about_quarantined
from qorgan.module.spool.state import State, check_sum
from qorgan.module.spool.view import IGNORED, REDACTED
from qorgan.module.spool.waiting import COLUMNS, FROM_NUMBER
from qorgan.wire import record

WINDOWS: Final = "(windows)"
"""The source whose position is what windows must not forget. No configured source can have this name."""
DISRUPTIONS: Final = "(disruptions)"
"""The source whose position is what gates told last of disruptions of sign-in."""
SEALED: Final = (WINDOWS, DISRUPTIONS)
"""Positions that are more than a place in a file."""
_TEXT_KEPT: Final = 4_096
_PLACE_KEPT: Final = 512


class Sum(NamedTuple):
    """What a run of chunks amounts to."""

    signals: int
    records: int
    size: int


def add_chunks(connection: sqlite3.Connection, chunks: Iterable[Chunk]) -> None:
    """Store chunks."""
    connection.executemany("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?)", chunks)


def put_position(connection: SpoolConnection, source: str, position: str) -> None:
    """Store where a source stands."""
    connection.execute(
        "INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (source, position, check_sum(source, position))
    )


def add_counts(connection: SpoolConnection, source: str, position: str, counts: Counts, signals: int) -> None:
    """Store where a source stands and what its chunk came to."""
    put_position(connection, source, position)
    tallies = {
        "read": counts.read,
        "became": counts.became,
        "signals": signals,
        "quarantined": counts.quarantined,
        **{IGNORED + reason: value for reason, value in counts.ignored.items()},
        **{REDACTED + name: value for name, value in counts.redacted.items()},
    }
    connection.executemany(
        "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        [(source, name, value) for name, value in tallies.items() if value],
    )


def add_quarantined(
    connection: SpoolConnection, source: str, rows: Sequence[Quarantined], *, at: str, kept: int
) -> None:
    """Store records in the quarantine, and let the oldest go when there are too many."""
    if not rows:
        return
    connection.executemany(
        "INSERT INTO quarantine (at, source, place, reason, text) VALUES (?, ?, ?, ?, ?)",
        [_quarantined(connection.keys, at, source, row) for row in rows[-kept:]],
    )
    connection.execute("DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?", (kept,))


def _quarantined(keys: KeyRing, at: str, source: str, row: Quarantined) -> tuple[str, str, str, str, bytes]:
    place = row.place[:_PLACE_KEPT]
    text = row.text[:_TEXT_KEPT].encode("utf-8", "replace")
    return at, source, place, row.reason, keys.seal(text, about_quarantined(at, source, place, row.reason))


def sum_between(connection: sqlite3.Connection, after: int, upto: int) -> Sum:
    """What the numbers after one and up to another amount to.

    Within a chunk each signal stands for one record and the last for all that remain; the last also bears the size.
    So however the numbers are parted, the parts add up to the whole.
    """
    query = (
        "SELECT coalesce(sum(min(last, :upto) - max(first, :number) + 1), 0), "  # noqa: S608
        "coalesce(sum(iif(last <= :upto, records - (last - first + 1), 0)), 0), "
        "coalesce(sum(iif(last <= :upto, length(body), 0)), 0) "
        f"FROM chunk WHERE {FROM_NUMBER} AND first <= :upto"
    )  # the only text put in is a constant of ours
    signals, more, size = connection.execute(query, {"number": after + 1, "upto": upto}).fetchone()
    return Sum(signals, signals + more, size)


def taken(state: State, upto: int, moved: Sum, *, refused: int = 0) -> State:
    """The state once the hub has every number up to `upto`."""
    return msgspec.structs.replace(
        state,
        acknowledged=upto,
        sealed_last=0,
        spooled=state.spooled - moved.signals,
        spooled_records=state.spooled_records - moved.records,
        sent=state.sent + moved.signals,
        sent_records=state.sent_records + moved.records,
        refused=state.refused + refused,
        kept_bytes=state.kept_bytes + moved.size,
    )


def given_back(state: State, upto: int, moved: Sum) -> State:
    """The state once it is known that the hub has the numbers up to `upto` only."""
    return taken(state, upto, Sum(-moved.signals, -moved.records, -moved.size))


def take_out(connection: sqlite3.Connection, after: int, upto: int) -> Chunk | None:
    """Remove and return the first chunk that holds a number in the range; None when there is none."""
    query = f"SELECT {COLUMNS} FROM chunk WHERE {FROM_NUMBER} AND first <= :upto ORDER BY first LIMIT 1"  # noqa: S608
    row = connection.execute(query, {"number": after + 1, "upto": upto}).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM chunk WHERE first = ?", (row[0],))
    return Chunk(*row)


def renumbered(lines: Iterable[bytes], first: int) -> list[bytes]:
    """The same signals under other numbers. Raises RecordRefused for a line that is none."""
    return [
        record.encode(msgspec.structs.replace(record.decode(line), sequence=number))
        for number, line in enumerate(lines, first)
    ]


def set_aside(connection: sqlite3.Connection, first: int, reason: str, *, after: int, at: str) -> Sum:
    """Move a damaged chunk to where nobody sends from, and say what of it, after a number, is lost."""
    found = connection.execute("SELECT max(first, last) FROM chunk WHERE first = ?", (first,)).fetchone()
    if found is None:
        raise SpoolDamaged(f"chunk {first} is where no search by its number finds it")
    gone = sum_between(connection, max(after, first - 1), found[0])
    connection.execute(
        "INSERT OR REPLACE INTO lost SELECT first, last, records, ?, ?, body FROM chunk WHERE first = ?",
        (at, reason, first),
    )
    connection.execute("DELETE FROM chunk WHERE first = ?", (first,))
    return gone
