"""The working days of Kazakhstan, and when a term of the law runs out.

How terms are counted. No rule on counting was seen in the acts, so this is our convention, the plainest one:

1. Days are calendar days of the zone Asia/Almaty, from midnight to midnight, whatever zone `since` has.
2. A term of working days does not count the day on which its clock starts, working or not: the first
   day counted is the next working day. A document received on Friday with one working day is due on Monday.
3. The term ends with the end of its last working day, not with office hours: at 23:59:59.999999 in Almaty.
   What is done at that instant is in time; `now > due` is late.
4. A term of months ends with the end of the day of the same number, or of the month's last day if it has no
   such number. It is not prolonged when that day does not work, which is the stricter reading.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qorgan.law.clause import Term
from qorgan.law.days import SATURDAY, Day, DayKind, Table, TableRefused, shipped_table

ZONE_NAME = "Asia/Almaty"
_MONTHS_A_YEAR = 12


class OutsideCalendar(LookupError):
    """A day was asked about whose year the table does not cover."""


class ZoneRefused(RuntimeError):
    """The machine's time-zone data lacks Almaty or is older than its change to UTC+5 on 1 March 2024."""


class Calendar:
    """A table of days with its version; a deadline keeps the version it was counted with."""

    def __init__(self, table: Table) -> None:
        self._days = {day.on: day for day in table.days}
        self._settled = dict(table.settled)
        _refuse_contradictions(table, self._days)
        rows = sorted(f"{day.on} {day.kind} {day.of} {day.act}" for day in table.days)
        digest = sha256("\n".join([str(self.years), *rows]).encode()).hexdigest()
        self.version = f"{table.edition}+{digest[:8]}"
        """The keeper's name for the table and a digest of its rows: no change of a day keeps the version."""

    @property
    def years(self) -> tuple[int, ...]:
        """The years covered, in order."""
        return tuple(sorted(self._settled))

    def is_settled(self, year: int) -> bool:
        """Whether nothing that changes the year's days is still awaited."""
        self._require(date(year, 1, 1))
        return self._settled[year]

    def day(self, on: date) -> Day | None:
        """The table's row for that date; None for a day that is what its weekday says."""
        self._require(on)
        return self._days.get(on)

    def is_working(self, on: date) -> bool:
        """Whether that date works in a five-day week; OutsideCalendar where the table ends."""
        row = self.day(on)
        return on.weekday() < SATURDAY if row is None else row.kind is DayKind.WORKING

    def next_working(self, after: date) -> date:
        """The first working day later than `after`."""
        on = after + timedelta(days=1)
        while not self.is_working(on):
            on += timedelta(days=1)
        return on

    def due(self, term: Term, since: datetime) -> datetime:
        """The last instant at which a deed is in time, in Almaty, for a clock started at `since`.

        Counted as the module's docstring says. Raises ValueError for a naive `since`, and
        OutsideCalendar when the count of working days leaves the table.
        """
        last = local_date(since)
        if term.months is not None:
            last = months_later(last, term.months)
        for _ in range(term.working_days or 0):
            last = self.next_working(last)
        return datetime.combine(last, time.max, tzinfo=zone())

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days are later than `start` and not later than `end`; negative if `end` is earlier.

        So a term of n working days started on `start` runs out on the first `end` for which this is n.
        """
        if end < start:
            return -self.working_days_between(end, start)
        self._require(start)
        self._require(end)
        return sum(self.is_working(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))

    def _require(self, on: date) -> None:
        if on.year not in self._settled:
            raise OutsideCalendar(
                f"working days of {on.year} are not known: calendar {self.version} covers "
                f"{', '.join(map(str, self.years))}; enter the days of {on.year} and the acts behind them"
            )


@cache
def shipped() -> Calendar:
    """The calendar of the table that comes with the product."""
    return Calendar(shipped_table())


@cache
def zone() -> ZoneInfo:
    """The one time zone in which the law's days are counted; ZoneRefused when the machine's data is old."""
    try:
        almaty = ZoneInfo(ZONE_NAME)
    except ZoneInfoNotFoundError as missing:
        raise ZoneRefused(f"no time zone {ZONE_NAME}: install the system package tzdata") from missing
    if datetime(2025, 1, 1, tzinfo=almaty).utcoffset() != timedelta(hours=5):
        raise ZoneRefused(f"time zone {ZONE_NAME} is older than 2024: upgrade the system package tzdata")
    return almaty


def local_date(moment: datetime) -> date:
    """The calendar day in Almaty on which an aware moment falls."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone, so no day of the law's calendar is known for it")
    return moment.astimezone(zone()).date()


def months_later(start: date, months: int) -> date:
    """The same day some months later, or the last one of a month that has no such day."""
    years, month = divmod(start.month - 1 + months, _MONTHS_A_YEAR)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _refuse_contradictions(table: Table, days: dict[date, Day]) -> None:
    if len(days) < len(table.days):
        twice = next(day.on for day in table.days if days[day.on] is not day)
        raise TableRefused(f"{twice} stands twice in the table")
    for day in table.days:
        if day.on.year not in table.settled:
            raise TableRefused(f"{day.on} lies outside the years of the table")
        other = None if day.of is None else days.get(day.of)
        answers = {
            DayKind.MOVED: other is not None and other.kind is DayKind.HOLIDAY,
            DayKind.REST: other is not None and other.kind is DayKind.WORKING and other.of == day.on,
            DayKind.WORKING: other is not None and other.kind is DayKind.REST and other.of == day.on,
        }
        if not answers.get(day.kind, True):
            raise TableRefused(f"{day.on} of kind {day.kind} is not answered by its other day, {day.of}")
