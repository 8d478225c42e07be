"""What every source is (R67.7): pulled for chunks of records, and never far ahead of whoever pulls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

from msgspec import Struct

MAX_CHUNK_BYTES: Final = 1024 * 1024
MAX_CHUNK_RECORDS: Final = 4_000
FLUSH_AFTER: Final = 0.1
"""Seconds after the arrival of a chunk's first record at which the chunk is handed over as it is."""

REFUSED_KEPT: Final = 2_048
"""Bytes of a refused record that are kept for the quarantine."""


class Refused(Struct, frozen=True):
    """A piece of input that never became a record: too long, cut off. It is counted as read and as quarantined."""

    place: str
    reason: str
    start: bytes
    """Its first bytes, not redacted."""


class Chunk(Struct, kw_only=True):
    """Records that were read together and are to be taken, or lost, together.

    A chunk without records is committed like any other: it only says where reading begins.
    """

    source: str
    records: list[bytes]
    position: str = ""
    """Opaque; to be committed with the chunk and handed back after a restart. Empty: cannot be re-read."""
    refused: tuple[Refused, ...] = ()
    format: str = ""
    """Of what format its records are, where that is another than the source's."""
    place: Callable[[int], str]
    """Where the record of an index stood, for people. Worked out only when asked."""
    done: Callable[[bool], None] | None = None
    """To be called once: with True after the chunk is durable, with False when it was given up."""


class Source(Protocol):
    """Something that is read. While nobody pulls, it does not read."""

    name: str
    dropped: int
    """Records that were lost before they could be read, as far as the source can know (UDP only)."""
    trouble: str
    """What keeps it from reading at the moment, in words for people; empty when nothing does."""

    def chunks(self, position: str) -> AsyncIterator[Chunk]:
        """Chunks from `position`, the last committed one, or from the start when it is empty."""

    async def close(self) -> None:
        """Stops reading and frees what was held. The iterator ends."""
