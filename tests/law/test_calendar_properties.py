"""What must hold on every day of the table, whoever wrote it; and what another calendar says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law import asoi, calendar
from qorgan.law.clause import Term
from qorgan.law.days import DayKind, shipped_table

DAYS = calendar.shipped()
YEARS = range(2024, 2028)
EVERY_DAY = [date(2024, 1, 1) + timedelta(days=ahead) for ahead in range((date(2028, 1, 1) - date(2024, 1, 1)).days)]

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 11, 15, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), END - START).map(lambda since_start: START + since_start)
terms = st.integers(1, 12).map(lambda length: Term(clause="R67.13", working_days=length, starts="a test"))
dates = st.dates(date(2024, 1, 1), date(2027, 12, 31))

FIXED_HOLIDAYS = [(1, 1), (1, 2), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (7, 6), (10, 25), (12, 16)]


def holidays_of(year: int) -> set[date]:
    """The public holidays as the law on holidays names them, written down apart from the table."""
    constitution = {2024: (8, 30), 2025: (8, 30), 2027: (3, 15)}
    named = [*FIXED_HOLIDAYS, *([constitution[year]] if year in constitution else [])]
    return {date(year, *month_and_day) for month_and_day in named}


@pytest.mark.parametrize("year", YEARS)
def test_every_public_holiday_of_the_law_is_in_the_table_and_nothing_else(year: int) -> None:
    table = {day.on for day in shipped_table().days if day.on.year == year and day.kind is DayKind.HOLIDAY}
    assert table == holidays_of(year)


@pytest.mark.parametrize("year", YEARS)
def test_a_holiday_on_a_rest_day_moves_it_to_the_next_working_day_also_several_in_a_row(year: int) -> None:
    off = holidays_of(year) | {day.on for day in shipped_table().days if day.kind is DayKind.DAY_OFF}
    moved = {}
    for holiday in sorted(holidays_of(year)):
        if holiday.weekday() >= 5:
            to = holiday
            while to.weekday() >= 5 or to in off or to in moved:
                to += timedelta(days=1)
            moved[to] = holiday
    table = {day.on: day.of for day in shipped_table().days if day.on.year == year and day.kind is DayKind.MOVED}
    assert table == moved


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_one_christmas_one_kurban_ait_and_even_exchanges(year: int) -> None:
    rows = [day for day in shipped_table().days if day.on.year == year]
    assert sorted(day.en for day in rows if day.kind is DayKind.DAY_OFF) == [
        "First day of Kurban Ait",
        "Orthodox Christmas",
    ]
    exchanged = {kind: {day.on for day in rows if day.kind is kind} for kind in (DayKind.REST, DayKind.WORKING)}
    assert {day.of for day in rows if day.kind is DayKind.REST} == exchanged[DayKind.WORKING]


def test_2026_works_one_day_more_than_was_published_before_30_august_lost_its_holiday() -> None:
    published_in_december_2025 = 246
    working = sum(DAYS.is_working(day) for day in EVERY_DAY if day.year == 2026)
    assert working == published_in_december_2025 + 1


@pytest.mark.parametrize("year", [2024, 2025])
def test_another_calendar_agrees_on_every_day_of_the_years_it_knows(year: int) -> None:
    other = holidays.country_holidays("KZ", years=[year])
    differs = [day for day in EVERY_DAY if day.year == year and other.is_working_day(day) != DAYS.is_working(day)]
    assert differs == []


@given(terms, moments)
def test_a_deadline_is_a_working_day_of_the_right_count(term: Term, since: datetime) -> None:
    due = DAYS.due(term, since)
    assert due > since
    assert DAYS.is_working(due.date())
    assert DAYS.working_days_between(calendar.local_date(since), due.date()) == term.working_days


@given(terms, moments, moments)
def test_a_later_start_is_never_due_earlier(term: Term, one: datetime, other: datetime) -> None:
    first, second = sorted([one, other])
    assert DAYS.due(term, first) <= DAYS.due(term, second)


@given(st.integers(1, 11), moments)
def test_one_day_more_is_due_on_the_next_working_day(length: int, since: datetime) -> None:
    shorter = DAYS.due(Term(clause="R67.13", working_days=length, starts="a test"), since)
    longer = DAYS.due(Term(clause="R67.13", working_days=length + 1, starts="a test"), since)
    assert longer.date() == DAYS.next_working(shorter.date())


@given(dates, dates, dates)
def test_working_days_between_adds_up_over_any_day_between(one: date, two: date, three: date) -> None:
    between = DAYS.working_days_between
    assert between(one, two) + between(two, three) == between(one, three)


@given(moments)
def test_every_moment_of_one_day_has_the_same_deadline(since: datetime) -> None:
    local = since.astimezone(calendar.zone())
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    assert DAYS.due(asoi.ANSWER_WARNING, midnight) == DAYS.due(asoi.ANSWER_WARNING, since)
