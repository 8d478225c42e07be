"""A month, a quarter or a year of Almaty's calendar, as it stands in addresses: 2026-11, 2026-Q4, 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils.dates import MONTHS
from django.utils.translation import gettext

from qorgan.law.calendar import local_date, zone

_WRITTEN: Final = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_MONTHS: Final = 12


class Grain(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months."""
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: _MONTHS}[self]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, from the first month's first midnight to the midnight after the last month."""

    grain: Grain
    year: int
    number: int
    """Of the month or the quarter, from one; one for a year."""

    @classmethod
    def at(cls, grain: Grain, moment: datetime | date) -> Period:
        """The period in which a moment or a day lies."""
        on = local_date(moment) if isinstance(moment, datetime) else moment
        return cls(grain, on.year, (on.month - 1) // grain.months + 1)

    @classmethod
    def read(cls, text: str, now: datetime) -> Period:
        """The period of an address; the running month for what is none."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return cls.at(Grain.MONTH, now)
        year, quarter, month = found.groups()
        if quarter:
            return cls(Grain.QUARTER, int(year), int(quarter))
        return cls(Grain.MONTH, int(year), int(month)) if month else cls(Grain.YEAR, int(year), 1)

    def __str__(self) -> str:
        tail = {Grain.MONTH: f"-{self.number:02}", Grain.QUARTER: f"-Q{self.number}", Grain.YEAR: ""}
        return f"{self.year}{tail[self.grain]}"

    @property
    def label(self) -> str:
        """As people say it."""
        if self.grain is Grain.MONTH:
            return f"{MONTHS[self.number]} {self.year}"
        if self.grain is Grain.QUARTER:
            return gettext("quarter %(number)s of %(year)s") % {"number": self.number, "year": self.year}
        return str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * self.grain.months + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return _months_on(self.first, self.grain.months) - timedelta(days=1)

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> Period:
        """The one before it."""
        return Period.at(self.grain, self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        """The one after it."""
        return Period.at(self.grain, self.last + timedelta(days=1))

    def parts(self) -> Iterator[tuple[date, str]]:
        """What a chart's bars stand for, first day and name: days of a month, months of what is longer."""
        on = self.first
        while on <= self.last:
            if self.grain is Grain.MONTH:
                yield on, str(on.day)
                on += timedelta(days=1)
            else:
                yield on, str(MONTHS[on.month])
                on = _months_on(on, 1)

    def part_of(self, moment: datetime) -> date:
        """The first day of the part in which a moment lies."""
        on = local_date(moment)
        return on if self.grain is Grain.MONTH else on.replace(day=1)


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, _MONTHS)
    return date(first.year + years, month + 1, 1)


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone())
