"""A batch: signals of one module over one range of its sequence, as NDJSON in zstd (RFC 8878)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import zstandard
from msgspec import Struct

from qorgan.wire.signal import MAX_SEQUENCE

MAX_RECORDS: Final = 10_000
MAX_BODY: Final = 8 * 1024 * 1024
"""Bytes of a compressed body."""
MAX_EXPANDED: Final = 64 * 1024 * 1024
"""Bytes it may grow to. A body that says or shows more is refused before it is held in memory."""

PATH: Final = "/v1/batches"
CONTENT_TYPE: Final = "application/vnd.qorgan.signals.v1+ndjson"
CONTENT_ENCODING: Final = "zstd"

_range = re.compile(r"([0-9]{1,16})-([0-9]{1,16})")


class BatchRefused(Exception):
    """A batch as a whole cannot be taken. `code` is one of reply.PROBLEMS."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class SequenceRange(Struct, frozen=True, order=True):
    """The numbers a batch speaks for, both ends included. A number without a record is void for good."""

    first: int
    last: int

    def __str__(self) -> str:
        """The form of the Qorgan-Sequence header."""
        return f"{self.first}-{self.last}"


def parse_range(text: str) -> SequenceRange:
    """Read the Qorgan-Sequence header; raises BatchRefused."""
    match = _range.fullmatch(text)
    if not match or not 1 <= int(match[1]) <= int(match[2]) <= MAX_SEQUENCE:
        raise BatchRefused("bad-sequence", "Qorgan-Sequence must be FIRST-LAST with 1 <= FIRST <= LAST")
    return SequenceRange(int(match[1]), int(match[2]))


def pack(lines: Iterable[bytes]) -> bytes:
    """The body of a batch from its records' lines (without newlines, none empty)."""
    return zstandard.ZstdCompressor(level=3, write_content_size=True).compress(b"\n".join(lines) + b"\n")


def unpack(body: bytes) -> bytes:
    """The NDJSON of a body. Raises BatchRefused for what is not zstd, is cut, or grows past MAX_EXPANDED."""
    if len(body) > MAX_BODY:
        raise BatchRefused("too-large", f"the body is over {MAX_BODY} bytes")
    try:
        said = zstandard.frame_content_size(body)
        if said > MAX_EXPANDED:
            raise BatchRefused("too-large", f"the body would grow over {MAX_EXPANDED} bytes")
        reader = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).stream_reader(body)
        # Room for what it says it grows to, and for one byte more, which would give it away.
        most = said if said >= 0 else MAX_EXPANDED
        grown = reader.read(most + 1)
    except zstandard.ZstdError:
        raise BatchRefused("bad-encoding", "the body is not a whole zstd frame") from None
    if said >= 0 and len(grown) != said:
        raise BatchRefused("bad-encoding", "the body is not a whole zstd frame")
    if len(grown) > most:
        raise BatchRefused("too-large", f"the body grows over {MAX_EXPANDED} bytes")
    return grown


def split(ndjson: bytes) -> list[bytes]:
    """The records' lines. Raises BatchRefused when there are too many or the last is cut."""
    if not ndjson.endswith(b"\n"):
        raise BatchRefused("bad-encoding", "the last line does not end")
    lines = ndjson[:-1].split(b"\n")
    if len(lines) > MAX_RECORDS:
        raise BatchRefused("too-large", f"over {MAX_RECORDS} records in one batch")
    return lines
