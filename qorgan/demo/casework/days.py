"""Moments of the weeks behind: counted in working days, so that terms stand as the stories want them on any day."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from qorgan.law.calendar import Calendar, local_date, zone

Story: TypeAlias = Generator[datetime, None, None]
"""What happened to a document: it gives the moment of its next act, and does the act when that moment has come."""


@dataclass(frozen=True, slots=True)
class Days:
    """The working days before a moment."""

    now: datetime
    calendar: Calendar

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A time, in Almaty, of the working day that lies so many working days back, one at least."""
        on = local_date(self.now)
        for _ in range(days):
            on -= timedelta(days=1)
            while not self.calendar.is_working(on):
                on -= timedelta(days=1)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone())

    def ago(self, minutes: int) -> datetime:
        """So many minutes before; up to 300 it comes after every act of a day before, whatever the hour."""
        return self.now - timedelta(minutes=minutes)


def play(stories: Iterable[Story], until: datetime) -> int:
    """Let everything happen in the order of time. Gives the number of acts.

    Raises ValueError for a story that goes back in time or beyond `until`.
    """
    ahead = [(next(story), number, story) for number, story in enumerate(stories)]
    heapify(ahead)
    done = 0
    while ahead:
        at, number, story = heappop(ahead)
        if at > until:
            raise ValueError(f"story {number} goes on at {at}, which lies ahead of {until}")
        done += 1
        following = next(story, None)
        if following is None:
            continue
        if following < at:
            raise ValueError(f"story {number} goes back from {at} to {following}")
        heappush(ahead, (following, number, story))
    return done
