"""Tracks by key, never more than so many. A flood of keys seen once cannot push out those that are at work.

While there is room every key is taken. When there is none, a key is let in at its second coming only, and takes the
place of the lightest of the eight that have been quiet for longest. To push a source out, an attacker must have others
fail more often than it did, and as many of them as the table holds: that is the attack which `crowd.py` finds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Final

from qorgan.module.detect.track import GRAINS, KEPT, Track

_CANDIDATES: Final = 8
ITEMS: Final = 8
"""Items that the tracks of a full table may have on average; one track may have many more."""
_DOOR_BITS: Final = 1 << 22
_DOOR_TURN: Final = _DOOR_BITS // 8
"""Newcomers after which the older half of the door's memory is wiped."""


class Table:
    """Tracks of one window's length."""

    def __init__(self, seconds: float, most: int, clock: Callable[[], float]) -> None:
        """`clock` is that of arrival, which decides only how long a quiet key is kept."""
        self.seconds = seconds
        self._grain = seconds / GRAINS
        self._kept = KEPT * self._grain
        self._most = most
        self._clock = clock
        self._tracks: OrderedDict[int, Track] = OrderedDict()
        self._door = _Door()
        self.items = 0
        """Items of all tracks."""
        self.refused = 0
        """Newcomers that found no room."""

    def __len__(self) -> int:
        return len(self._tracks)

    def grain(self, at: float) -> int:
        """The grain of time that a moment is in."""
        return int(at // self._grain)

    def known(self, key: int) -> Track | None:
        """The track of a key, if there is one."""
        return self._tracks.get(key)

    def track(self, key: int, at: float) -> Track | None:
        """The track of a key; None when there is no room for a newcomer."""
        now = self._clock()
        track = self._tracks.get(key)
        if track is not None:
            self._tracks.move_to_end(key)
            track.touched = now
            return track
        self._drop_quiet(now)
        if len(self._tracks) >= self._most and not self._make_room(key):
            self.refused += 1
            return None
        track = self._tracks[key] = Track(self.grain(at), at, now)
        return track

    def add(self, track: Track, item: int, count: int, at: float) -> int:
        """Count an item in a track of this table; the grain it was counted in. Others may have to make room."""
        grain = self.grain(at)
        before = len(track.items)
        track.add(item, grain, count, at)
        self.items += len(track.items) - before
        while self.items > self._most * ITEMS and len(self._tracks) > 1:
            self._drop_lightest(track)
        return grain

    def forget(self, key: int) -> None:
        """Let go of a key."""
        track = self._tracks.pop(key, None)
        if track is not None:
            self.items -= len(track.items)

    def _drop_quiet(self, now: float) -> None:
        """Two at the most, so that each record costs the same and a flood is outrun."""
        for _ in range(2):
            oldest = next(iter(self._tracks), None)
            if oldest is None or now - self._tracks[oldest].touched <= self._kept:
                return
            self.forget(oldest)

    def _make_room(self, key: int) -> bool:
        if not self._door.has_seen(key):
            return False
        self._drop_lightest()
        return True

    def _drop_lightest(self, kept: Track | None = None) -> None:
        """Let go of the lightest of those that were quiet for longest, but not of `kept`."""
        quietest = [each for each in islice(self._tracks.items(), _CANDIDATES) if each[1] is not kept]
        self.forget(min(quietest, key=lambda each: each[1].weight)[0])


class _Door:
    """Two bit maps of who knocked, wiped by turns."""

    def __init__(self) -> None:
        self._now = bytearray()
        self._before = bytearray()
        self._knocks = 0

    def has_seen(self, key: int) -> bool:
        """Whether a key knocked lately; and let it have knocked. Sometimes it is taken for another."""
        if not self._now:
            self._now, self._before = bytearray(_DOOR_BITS // 8), bytearray(_DOOR_BITS // 8)
        now, before = self._now, self._before
        one, other = key % _DOOR_BITS, (key >> 32) % _DOOR_BITS
        at, bit, at_other, bit_other = one >> 3, 1 << (one & 7), other >> 3, 1 << (other & 7)
        seen = bool(
            (now[at] & bit and now[at_other] & bit_other) or (before[at] & bit and before[at_other] & bit_other)
        )
        now[at] |= bit
        now[at_other] |= bit_other
        self._knocks += 1
        if self._knocks >= _DOOR_TURN:
            self._before, self._now, self._knocks = self._now, bytearray(_DOOR_BITS // 8), 0
        return seen
