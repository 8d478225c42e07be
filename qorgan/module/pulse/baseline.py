"""What one source usually gives: the same hour of the same day, in the last eight weeks."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

WEEKS: Final = 8
_SURE: Final = 5
"""Weeks from which on one that was out of the ordinary is passed over."""
_HOURS: Final = 24
_MOST: Final = 2**53


class Usual(Struct, frozen=True):
    """What is usual in one hour: at least, and at most; and from how many weeks that is known."""

    least: float = 0.0
    most: float = 0.0
    weeks: int = 0


class Baseline(Struct):
    """The lines of whole hours, by hour of the week (Monday 0:00 is 0), the newest last."""

    hours: dict[int, list[int]] = {}
    gaps: dict[int, float] = {}
    """The longest silence, in seconds, of each of the last weeks, by the week's number since 1970."""

    def usual(self, at: datetime) -> Usual:
        """What is usual in the hour of a local moment."""
        seen = sorted(self.hours.get(_hour_of(at), ()))
        if not seen:
            return Usual()
        if len(seen) == 1:
            return Usual(seen[0] / 2, seen[0] * 2, 1)
        sure = int(len(seen) >= _SURE)
        return Usual(seen[sure], seen[-1 - sure], len(seen))

    def learn_hour(self, at: datetime, lines: int) -> None:
        """Remember a whole hour."""
        kept = self.hours.setdefault(_hour_of(at), [])
        kept.append(min(lines, _MOST))
        del kept[:-WEEKS]

    def learn_gap(self, at: datetime, seconds: float) -> None:
        """Remember a silence that came to its end by itself."""
        week = at.toordinal() // 7
        self.gaps[week] = max(self.gaps.get(week, 0.0), seconds)
        for old in sorted(self.gaps)[:-WEEKS]:
            del self.gaps[old]

    def longest_gap(self) -> float:
        """Seconds of the longest silence in memory."""
        return max(self.gaps.values(), default=0.0)


def _hour_of(at: datetime) -> int:
    return at.weekday() * _HOURS + at.hour
