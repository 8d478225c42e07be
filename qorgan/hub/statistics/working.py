"""Working time between two moments, for thousands of pairs: the same as `deadlines.working_time_left`, but at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from qorgan.hub.casework.deadlines import DAY_BEGINS, DAY_ENDS
from qorgan.law.calendar import Calendar, zone
from qorgan.law.days import SATURDAY

_FIRST: Final = date(2018, 1, 1)
"""Nothing is counted from before the first of the acts."""
_LAST: Final = date(2040, 12, 31)
_DAY: Final = timedelta(hours=DAY_ENDS - DAY_BEGINS)
_HOUR: Final = timedelta(hours=1)


_REMEMBERED: Final = 4096


class WorkingTime:
    """The working days of a calendar, counted once."""

    def __init__(self, calendar: Calendar) -> None:
        # Many terms run out at the same moment, and many are late until the same one.
        self._until = lru_cache(maxsize=_REMEMBERED)(self._counted)
        known = frozenset(calendar.years)
        days = (_FIRST + timedelta(days=ahead) for ahead in range((_LAST - _FIRST).days + 1))
        self._days = [
            day for day in days if (calendar.is_working(day) if day.year in known else day.weekday() < SATURDAY)
        ]

    def between(self, start: datetime, end: datetime) -> timedelta:
        """From nine to eighteen of working days in Almaty; negative where `end` is earlier."""
        return self._until(end) - self._until(start)

    def _counted(self, moment: datetime) -> timedelta:
        """Working time from the first day to a moment."""
        local = moment.astimezone(zone())
        on = local.date()
        place = bisect_left(self._days, on)
        whole = _DAY * place
        if place == len(self._days) or self._days[place] != on:
            return whole
        begins = datetime.combine(on, time(DAY_BEGINS), tzinfo=zone())
        return whole + min(max(local - begins, timedelta()), _DAY)


@lru_cache(maxsize=1)
def working_time(calendar: Calendar) -> WorkingTime:
    """The working time of a calendar, which is one object as long as it is in force."""
    return WorkingTime(calendar)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: of the clock, and of working time."""

    count: int
    median: timedelta
    ninth: timedelta
    """The 90th percentile."""
    working_median: timedelta
    working_ninth: timedelta

    @property
    def hours(self) -> tuple[float, float, float, float]:
        """In hours, in the order of the fields."""
        values = (self.median, self.ninth, self.working_median, self.working_ninth)
        return (values[0] / _HOUR, values[1] / _HOUR, values[2] / _HOUR, values[3] / _HOUR)


def spread(pairs: Sequence[tuple[datetime, datetime]], working: WorkingTime) -> Spread | None:
    """Of pairs of moments; None of none. What ends before it begins took no time."""
    if not pairs:
        return None
    nought = timedelta()
    whole = sorted(max(end - start, nought) for start, end in pairs)
    worked = sorted(max(working.between(start, end), nought) for start, end in pairs)
    return Spread(len(pairs), rank(whole, 50), rank(whole, 90), rank(worked, 50), rank(worked, 90))


def rank(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The nearest-rank percentile of values in order: the least that so many of a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
