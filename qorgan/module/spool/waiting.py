"""Reading out of the spool what the hub has not taken yet, in order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from qorgan.module.spool.chunk import Chunk, ChunkDamaged
from qorgan.module.spool.database import SpoolConnection
from qorgan.wire.batch import SequenceRange

COLUMNS: Final = "first, last, records, source, position, digest, body"
FROM_NUMBER: Final = "first >= coalesce((SELECT max(first) FROM chunk WHERE first <= :number), 0) AND last >= :number"
"""Chunks that hold a number or later ones, found by the primary key alone."""


class Batch(Struct, frozen=True, kw_only=True):
    """Signals to offer to the hub in one request."""

    range: SequenceRange
    """The numbers it speaks for. Those without a line are void."""
    lines: list[bytes]
    numbers: list[int]
    """The number of each line."""


class BadChunk(Exception):
    """A chunk on the way cannot be read."""

    def __init__(self, first: int, reason: str) -> None:
        super().__init__(reason)
        self.first = first
        self.reason = reason


def gather(
    connection: SpoolConnection, after: int, *, until: int = 0, max_records: int, max_bytes: int
) -> Batch | None:
    """The batch that begins after a number; None when no signal waits.

    It ends at `until` when that is given, otherwise where a limit is reached; one line is always taken. Raises
    BadChunk for the first chunk that is damaged, SpoolLocked where a key is not here.
    """
    lines: list[bytes] = []
    numbers: list[int] = []
    room = max_bytes
    for number, line in _lines(connection, after + 1):
        if (until and number > until) or len(lines) >= max_records or (lines and len(line) >= room):
            break
        room -= len(line) + 1
        lines.append(line)
        numbers.append(number)
    if not lines:
        return None
    return Batch(range=SequenceRange(after + 1, until or numbers[-1]), lines=lines, numbers=numbers)


def _lines(connection: SpoolConnection, number: int) -> Iterator[tuple[int, bytes]]:
    query = f"SELECT {COLUMNS} FROM chunk WHERE {FROM_NUMBER} ORDER BY first"  # noqa: S608 (no value in it)
    rows = connection.execute(query, {"number": number})
    try:
        for row in rows:
            chunk = Chunk(*row)
            try:
                lines = chunk.lines(connection.keys)
            except ChunkDamaged as error:
                raise BadChunk(chunk.first, str(error)) from None
            for at, line in enumerate(lines, chunk.first):
                if at >= number:
                    yield at, line
    finally:
        rows.close()
