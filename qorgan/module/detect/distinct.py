"""How many different ones there were: exact for a few, about right for many, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

_EXACT: Final = 64
BITS: Final = 1 << 14


class Distinct:
    """A set while it is small, then linear counting (Whang and others, 1990) over 2 KiB: some percent off at 50,000."""

    __slots__ = ("_bits", "_few", "_least")

    def __init__(self, items: Iterable[int] = (), least: int = 0) -> None:
        """`least` is known from before: no number below it is said."""
        self._few: set[int] = set()
        self._bits: bytearray | None = None
        self._least = least
        for item in items:
            self.add(item)

    def add(self, item: int) -> None:
        """Count an item, unless it was counted."""
        if self._bits is not None:
            mark(self._bits, item)
            return
        self._few.add(item)
        if len(self._few) > _EXACT:
            self._bits = bytearray(BITS // 8)
            for each in self._few:
                mark(self._bits, each)
            self._few = set()

    def __len__(self) -> int:
        found = len(self._few) if self._bits is None else estimate(int.from_bytes(self._bits, "little"), BITS)
        return max(self._least, found)


def mark(bits: bytearray, item: int) -> None:
    """Count an item in a bit map."""
    place = (item * 0x9E3779B97F4A7C15 >> 24) % (len(bits) * 8)
    bits[place >> 3] |= 1 << (place & 7)


def estimate(bits: int, size: int) -> int:
    """How many items were counted in a bit map of this size."""
    empty = max(1, size - bits.bit_count())
    return round(-size * math.log(empty / size))
