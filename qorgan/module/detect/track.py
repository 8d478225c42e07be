"""What one source or account did lately, in 32 grains of time of which 16 are a window.

Counting commutes: whatever order records come in, within a window's length of disorder, the counts are the same. A
grain's counter is a byte of one integer, so that moving on in time is a shift, and a window is a mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

GRAINS: Final = 16
"""Grains of a window."""
KEPT: Final = 2 * GRAINS
"""Grains that are kept: the window, and as long again for records that come late."""
MOST_ITEMS: Final = 512
"""Items of one track: more than any threshold, so that whoever fills it has alarmed."""
_BITS: Final = 8
_MOST: Final = 255
_ALL: Final = (1 << KEPT * _BITS) - 1
_WINDOW: Final = (1 << GRAINS * _BITS) - 1


class Track:
    """Counts by item (an account, a source, a host with a port), and since when."""

    __slots__ = ("began", "good", "items", "newest", "touched", "weight")

    def __init__(self, grain: int, at: float, touched: float) -> None:
        self.newest = grain
        self.began = at
        self.touched = touched
        self.weight = 0
        """All that was counted since it began: what it would take to push this one out of its table."""
        self.items: dict[int, int] = {}
        self.good: set[int] | None = None
        """Items that succeeded, where that is asked for."""

    def add(self, item: int, grain: int, count: int, at: float) -> None:
        """Count an item. A record from before all that is kept begins anew: the clock was put back, or logs are old."""
        behind = self.newest - grain
        if behind < 0:
            self._advance(-behind, grain)
            behind = 0
        elif behind >= KEPT:
            self._begin(grain)
            behind = 0
        if not self.items:
            self.began, self.weight, self.good = at, 0, None
        elif at < self.began:
            self.began = at
        self.weight += count
        shift = behind * _BITS
        counts = self.items.get(item, 0)
        if not counts and len(self.items) >= MOST_ITEMS:
            del self.items[next(iter(self.items))]
        self.items[item] = counts + (min(count, _MOST - (counts >> shift & _MOST)) << shift)

    def windows(self, grain: int) -> Iterator[int]:
        """The windows that a grain is in, as the number of grains between their end and the newest."""
        behind = max(0, self.newest - grain)
        return iter(range(max(0, behind - GRAINS + 1), behind + 1))

    def counts(self, window: int) -> dict[int, int]:
        """How often each item came in a window."""
        shift = window * _BITS
        found = {}
        for item, counts in self.items.items():
            within = counts >> shift & _WINDOW
            if within:
                found[item] = sum(within.to_bytes(GRAINS, "little"))
        return found

    def total(self) -> int:
        """All that is kept."""
        return sum(sum(counts.to_bytes(KEPT, "little")) for counts in self.items.values())

    def _advance(self, grains: int, newest: int) -> None:
        if grains >= KEPT:
            self._begin(newest)
            return
        self.newest = newest
        shift = grains * _BITS
        moved = {item: counts << shift & _ALL for item, counts in self.items.items()}
        self.items = {item: counts for item, counts in moved.items() if counts}

    def _begin(self, newest: int) -> None:
        self.newest = newest
        self.items = {}
