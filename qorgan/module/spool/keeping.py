"""How long what was sent stays here, and how the disk gets its space back."""

from __future__ import annotations

import sqlite3
from typing import Final

from qorgan.module.spool import evidence
from qorgan.module.spool.limits import Limits
from qorgan.module.spool.state import State

_STEP: Final = 256
"""Chunks dropped in one transaction, so that nobody waits long for it."""
_SPARE_PAGES: Final = 4_096
_RETURNED_PAGES: Final = 1_024


def has_surplus(connection: sqlite3.Connection, state: State, limits: Limits) -> bool:
    """Whether something that was sent is kept longer, or is larger, than it must be."""
    if not state.kept_bytes:
        return False
    return state.kept_bytes > limits.keep_sent_bytes or bool(_oldest(connection, _old(connection, state, limits)))


def drop(connection: sqlite3.Connection, state: State, limits: Limits) -> int:
    """Drop a bounded number of chunks that need not be kept; how many bytes of bodies they were."""
    chunks = _oldest(connection, _old(connection, state, limits))
    if not chunks and state.kept_bytes > limits.keep_sent_bytes:
        chunks = _oldest(connection, state.acknowledged)
    return _delete(connection, chunks)


def drop_oldest(connection: sqlite3.Connection, state: State) -> int:
    """Drop sent chunks because the room is needed; how many bytes of bodies they were."""
    return _delete(connection, _oldest(connection, state.acknowledged))


def give_back(connection: sqlite3.Connection) -> None:
    """Return some of the file's empty pages to the disk once there are many."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    if free > _SPARE_PAGES:
        connection.execute(f"PRAGMA incremental_vacuum({_RETURNED_PAGES})").fetchall()


def _old(connection: sqlite3.Connection, state: State, limits: Limits) -> int:
    """The last number that was sent long enough ago."""
    return min(evidence.last_before(connection, state.age - limits.keep_sent_seconds), state.acknowledged)


def _oldest(connection: sqlite3.Connection, upto: int) -> list[tuple[int, int]]:
    return connection.execute(
        "SELECT first, length(body) FROM chunk WHERE first <= :upto AND last <= :upto ORDER BY first LIMIT :step",
        {"upto": upto, "step": _STEP},
    ).fetchall()


def _delete(connection: sqlite3.Connection, chunks: list[tuple[int, int]]) -> int:
    if not chunks:
        return 0
    connection.execute("DELETE FROM chunk WHERE first BETWEEN ? AND ?", (chunks[0][0], chunks[-1][0]))
    return sum(size for _, size in chunks)
