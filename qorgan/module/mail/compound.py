"""A compound file (MS-CFB): storages and streams by their paths, bounded in number and in bytes that come out."""

from __future__ import annotations

import struct
from typing import Final

from msgspec import Struct

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ENTRIES: Final = 4_096
DEEPEST: Final = 8
_ENTRY: Final = struct.Struct("<64sHBxIII36xIQ")
_SIZE: Final = 512
_ENTRY_SIZE: Final = 128
_LAST: Final = 0xFFFFFFFA
"""Numbers of sectors from here on are marks."""
_NONE: Final = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_IN_HEADER: Final = 109

Path = tuple[str, ...]


class CompoundRefused(ValueError):
    """A file is no whole compound file. Says what is wrong with it."""


class _Stream(Struct, frozen=True):
    start: int
    size: int


class Compound:
    """The streams of one file. Raises `CompoundRefused` when its tables do not hold together."""

    def __init__(self, content: bytes, most: int) -> None:
        """`most` is how many bytes all its streams may give together."""
        if len(content) < _SIZE or not content.startswith(MAGIC):
            raise CompoundRefused("no compound file")
        self._content = content
        self._left = most
        header = struct.unpack_from("<HHHHH", content, 24)
        shift, mini_shift = header[3], header[4]
        if shift not in {9, 12} or mini_shift != 6:  # noqa: PLR2004 - the format knows no others
            raise CompoundRefused("sectors of an unknown size")
        self._sector, self._mini = 1 << shift, 1 << mini_shift
        tables, directory = struct.unpack_from("<II", content, 44)
        self._cutoff, mini_table = struct.unpack_from("<II", content, 56)
        more = struct.unpack_from("<I", content, 68)[0]
        self._table = self._main_table(tables, more)
        self._streams: dict[Path, _Stream] = {}
        self._mini_table: list[int] = []
        self._mini_stream = b""
        root = self._read_directory(self._chained(directory))
        self._mini_table = _numbers(self._chained(mini_table))
        self._mini_stream = self._chained(root.start)[: root.size]

    def paths(self) -> list[Path]:
        """Every stream's path."""
        return list(self._streams)

    def read(self, path: Path) -> bytes:
        """A stream's bytes; none when there is no such, or when all together gave enough."""
        stream = self._streams.get(path)
        if stream is None or stream.size > self._left:
            return b""
        self._left -= stream.size
        if stream.size >= self._cutoff:
            return self._chained(stream.start, stream.size)
        found = bytearray()
        at = stream.start
        while at < len(self._mini_table) and len(found) < stream.size:
            found += self._mini_stream[at * self._mini : (at + 1) * self._mini]
            at = self._mini_table[at]
        return bytes(found[: stream.size])

    def _main_table(self, tables: int, more: int) -> list[int]:
        """Which sector follows which."""
        listed = list(struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76))
        most = len(self._content) // self._sector
        for _ in range(most):
            if more >= _LAST:
                break
            numbers = _numbers(self._at(more))
            if not numbers:
                break
            listed += numbers[:-1]
            more = numbers[-1]
        table: list[int] = []
        for number in listed[: min(tables, most)]:
            if number < _LAST:
                table += _numbers(self._at(number))
        return table

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._content[start : start + self._sector]

    def _chained(self, start: int, size: int = _NONE) -> bytes:
        """The sectors that follow one another from one on, up to a size in bytes."""
        found: list[bytes] = []
        length = 0
        while start < len(self._table) and length < size:
            found.append(self._at(start))
            length += self._sector
            if length > len(self._content) + self._sector:
                raise CompoundRefused("sectors in a circle")
            start = self._table[start]
        return b"".join(found)[:size]

    def _read_directory(self, table: bytes) -> _Stream:
        """Names every stream by where it hangs, and gives the root."""
        count = min(len(table) // _ENTRY_SIZE, MOST_ENTRIES)
        entries = [_ENTRY.unpack_from(table, number * _ENTRY_SIZE) for number in range(count)]
        if not entries or entries[0][2] != _ROOT:
            raise CompoundRefused("no root storage")
        seen: set[int] = set()
        waiting: list[tuple[int, Path]] = [(entries[0][5], ())]
        while waiting:
            number, above = waiting.pop()
            if number >= count or number in seen or len(above) > DEEPEST:
                continue
            seen.add(number)
            raw, length, kind, left, right, child, start, size = entries[number]
            path = (*above, raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
            waiting += [(left, above), (right, above)]
            if kind == _STORAGE:
                waiting.append((child, path))
            elif kind == _STREAM:
                self._streams[path] = _Stream(start, size & 0xFFFFFFFF)
        return _Stream(entries[0][6], entries[0][7] & 0xFFFFFFFF)


def _numbers(sectors: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sectors) // 4}I", sectors[: len(sectors) // 4 * 4]))
