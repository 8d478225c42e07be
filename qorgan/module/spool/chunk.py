"""A chunk: signals that were stored together, compressed, with a digest that finds any changed bit."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final, NamedTuple

import zstandard

MAX_LINES: Final = 1_000
MAX_BYTES: Final = 512 * 1024
"""Of lines before compression: what reading one chunk back takes in memory, unless one line alone is longer."""
_LEVEL: Final = 1
_MAX_EXPANDED: Final = 64 * 1024 * 1024


class ChunkDamaged(Exception):
    """The bytes are not those that were stored."""


class Chunk(NamedTuple):
    """One row of the table `chunk`, its columns in their order."""

    first: int
    last: int
    records: int
    source: str
    position: str
    digest: bytes
    body: bytes

    def lines(self) -> list[bytes]:
        """The signals' lines, that of number `first` at the beginning. Raises ChunkDamaged."""
        try:
            same = hmac.compare_digest(self.digest, _digest(*self[:5], self.body))
        except TypeError:
            same = False
        if not same:
            raise ChunkDamaged("the digest is not that of the bytes")
        try:
            lines = zstandard.ZstdDecompressor().decompress(self.body, _MAX_EXPANDED).split(b"\n")
        except zstandard.ZstdError as error:
            raise ChunkDamaged(str(error)) from None
        if len(lines) != self.last - self.first + 1:
            raise ChunkDamaged("it does not hold as many signals as it says")
        return lines


def make(first: int, lines: Sequence[bytes], *, records: int, source: str, position: str) -> Chunk:
    """The chunk of lines (at least one, none with a newline), numbered from `first`."""
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(b"\n".join(lines))
    last = first + len(lines) - 1
    digest = _digest(first, last, records, source, position, body)
    return Chunk(first, last, records, source, position, digest, body)


def cut(first: int, lines: Sequence[bytes], *, records: int, source: str, position: str) -> list[Chunk]:
    """As many chunks as the lines need, each small enough to be read back in bounded memory.

    The records behind the signals are counted one a signal, and what remains with the last chunk.
    """
    chunks: list[Chunk] = []
    for start, end in _cuts(lines):
        part = end - start if end < len(lines) else records - start
        chunks.append(make(first + start, lines[start:end], records=part, source=source, position=position))
    return chunks


def _cuts(lines: Sequence[bytes]) -> list[tuple[int, int]]:
    if len(lines) <= MAX_LINES and sum(map(len, lines)) <= MAX_BYTES:
        return [(0, len(lines))] if lines else []
    cuts: list[tuple[int, int]] = []
    start = held = 0
    for index, line in enumerate(lines):
        if index > start and (index - start >= MAX_LINES or held + len(line) > MAX_BYTES):
            cuts.append((start, index))
            start, held = index, 0
        held += len(line)
    return [*cuts, (start, len(lines))]


def _digest(first: int, last: int, records: int, source: str, position: str, body: bytes) -> bytes:
    head = "\0".join(map(str, (first, last, records, source, position))).encode()
    return hashlib.sha256(head + b"\0" + hashlib.sha256(body).digest()).digest()
