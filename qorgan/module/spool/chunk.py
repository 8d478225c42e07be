"""A chunk: signals that were stored together, compressed and sealed, with a digest that finds any changed bit."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final, NamedTuple

import zstandard

from qorgan.module.spool.sealing import KeyRing, SealBroken

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

    def lines(self, keys: KeyRing) -> list[bytes]:
        """The signals' lines, that of number `first` at the beginning. Raises ChunkDamaged, SpoolLocked."""
        self.check()
        try:
            body = keys.unseal(self.body, _about(*self[:5]))
            lines = zstandard.ZstdDecompressor().decompress(body, _MAX_EXPANDED).split(b"\n")
        except (zstandard.ZstdError, SealBroken) as error:
            raise ChunkDamaged(str(error)) from None
        if len(lines) != self.last - self.first + 1:
            raise ChunkDamaged("it does not hold as many signals as it says")
        return lines

    def check(self) -> None:
        """Raise ChunkDamaged unless the bytes are those that were stored; needs no key."""
        try:
            same = hmac.compare_digest(self.digest, _digest(*self[:5], self.body))
        except TypeError:
            same = False
        if not same:
            raise ChunkDamaged("the digest is not that of the bytes")

    def sealed(self, keys: KeyRing) -> Chunk:
        """The same chunk, whose body was not sealed yet, sealed."""
        body = keys.seal(self.body, _about(*self[:5]))
        return self._replace(body=body, digest=_digest(*self[:5], body))


def make(first: int, lines: Sequence[bytes], keys: KeyRing, *, records: int, source: str, position: str) -> Chunk:
    """The chunk of lines (at least one, none with a newline), numbered from `first`."""
    last = first + len(lines) - 1
    content = zstandard.ZstdCompressor(level=_LEVEL).compress(b"\n".join(lines))
    body = keys.seal(content, _about(first, last, records, source, position))
    digest = _digest(first, last, records, source, position, body)
    return Chunk(first, last, records, source, position, digest, body)


def cut(first: int, lines: Sequence[bytes], keys: KeyRing, *, records: int, source: str, position: str) -> list[Chunk]:
    """As many chunks as the lines need, each small enough to be read back in bounded memory.

    The records behind the signals are counted one a signal, and what remains with the last chunk.
    """
    chunks: list[Chunk] = []
    for start, end in _cuts(lines):
        part = end - start if end < len(lines) else records - start
        chunks.append(make(first + start, lines[start:end], keys, records=part, source=source, position=position))
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
    head = _about(first, last, records, source, position)
    return hashlib.sha256(head + b"\0" + hashlib.sha256(body).digest()).digest()


def _about(first: int, last: int, records: int, source: str, position: str) -> bytes:
    return "\0".join(map(str, (first, last, records, source, position))).encode()
