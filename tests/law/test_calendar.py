"""Working days and deadlines: examples that a person can check against a wall calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qorgan.law import asoi, bank, calendar, trading_platform
from qorgan.law.calendar import Calendar, OutsideCalendar, ZoneRefused
from qorgan.law.clause import Term
from qorgan.law.days import Day, DayKind, TableRefused, shipped_table

ALMATY = calendar.zone()


@pytest.fixture
def days() -> Calendar:
    return calendar.shipped()


def almaty(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ALMATY)


def one_working_day_from(moment: datetime) -> date:
    due = calendar.shipped().due(asoi.ANSWER_WARNING, moment)
    assert (due.hour, due.minute, due.second, due.microsecond) == (23, 59, 59, 999_999)
    assert due.tzinfo is ALMATY
    return due.date()


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        (almaty(2026, 2, 3), date(2026, 2, 4)),  # Tuesday
        (almaty(2026, 2, 6, 9), date(2026, 2, 9)),  # Friday: Monday
        (almaty(2026, 2, 7), date(2026, 2, 9)),  # Saturday: Monday, not Tuesday
        (almaty(2026, 3, 6), date(2026, 3, 10)),  # 8 March is a Sunday, its rest day moved to Monday
        (almaty(2026, 3, 20, 18), date(2026, 3, 26)),  # Nauryz on Saturday, Sunday and Monday moves two days
        (almaty(2026, 5, 26), date(2026, 5, 28)),  # the first day of Kurban Ait is off
        (almaty(2024, 5, 3), date(2024, 5, 4)),  # a Saturday made a working day
        (almaty(2024, 5, 6), date(2024, 5, 10)),  # 7, 8 (in exchange) and 9 May
        (almaty(2025, 1, 4), date(2025, 1, 5)),  # a Sunday made a working day
        (almaty(2025, 8, 29), date(2025, 9, 2)),
        (almaty(2026, 8, 28), date(2026, 8, 31)),  # 30 August is no holiday from 2026 on
        (almaty(2027, 3, 12), date(2027, 3, 16)),  # 15 March is one from 2027 on
    ],
)
@pytest.mark.clause("R67.13")
@pytest.mark.clause("R67.14")
def test_one_working_day_ends_with_the_next_working_day(received: datetime, last_day: date) -> None:
    assert one_working_day_from(received) == last_day


@pytest.mark.clause("R67.14")
def test_an_answer_has_ten_working_days_over_a_long_holiday(days: Calendar) -> None:
    due = days.due(asoi.ANSWER_INQUIRY, almaty(2026, 3, 19))
    assert due.date() == date(2026, 4, 7)


@pytest.mark.clause("R67.15")
def test_a_returned_document_is_mended_in_three_working_days(days: Calendar) -> None:
    assert days.due(asoi.MEND_RETURNED, almaty(2026, 4, 29)).date() == date(2026, 5, 5)


def test_the_last_microsecond_before_midnight_and_midnight_are_different_days() -> None:
    midnight = almaty(2026, 2, 4, 0)
    assert one_working_day_from(midnight - timedelta(microseconds=1)) == date(2026, 2, 4)
    assert one_working_day_from(midnight) == date(2026, 2, 5)


def test_the_day_is_almatys_whatever_zone_the_moment_has() -> None:
    evening_in_utc = datetime(2026, 2, 3, 20, 30, tzinfo=UTC)  # 01:30 of 4 February in Almaty
    assert one_working_day_from(evening_in_utc) == date(2026, 2, 5)
    assert one_working_day_from(evening_in_utc.astimezone(timezone(timedelta(hours=-8)))) == date(2026, 2, 5)


def test_almaty_was_an_hour_further_east_before_march_2024(days: Calendar) -> None:
    before = days.due(asoi.ANSWER_WARNING, datetime(2024, 2, 6, 18, 30, tzinfo=UTC))  # 00:30 of the 7th
    assert (before.date(), before.utcoffset()) == (date(2024, 2, 8), timedelta(hours=6))
    after = days.due(asoi.ANSWER_WARNING, datetime(2024, 3, 5, 18, 30, tzinfo=UTC))  # 23:30 of the 5th
    assert (after.date(), after.utcoffset()) == (date(2024, 3, 6), timedelta(hours=5))


def test_a_moment_without_a_zone_is_refused(days: Calendar) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        days.due(asoi.ANSWER_WARNING, datetime(2026, 2, 3, 12))  # noqa: DTZ001 - the point of the test


def test_a_count_that_leaves_the_table_is_refused_with_the_year_and_the_remedy(days: Calendar) -> None:
    with pytest.raises(OutsideCalendar, match=r"2028 are not known.*2024, 2025, 2026, 2027; enter the days of"):
        days.due(asoi.ANSWER_INQUIRY, almaty(2027, 12, 24))
    with pytest.raises(OutsideCalendar, match="2023"):
        days.is_working(date(2023, 12, 31))
    with pytest.raises(OutsideCalendar):
        days.working_days_between(date(2026, 1, 1), date(2028, 1, 1))


@pytest.mark.clause("R57.13")
def test_a_month_ends_on_the_same_number_or_the_months_last_day(days: Calendar) -> None:
    month = trading_platform.INSTALL_CRITICAL_UPDATE
    assert days.due(month, almaty(2026, 1, 15)).date() == date(2026, 2, 15)  # a Sunday: not prolonged
    assert days.due(month, almaty(2026, 1, 31)).date() == date(2026, 2, 28)
    assert days.due(month, almaty(2026, 12, 31)).date() == date(2027, 1, 31)


@pytest.mark.clause("R48.31-1")
def test_a_term_in_years_needs_no_table_of_days(days: Calendar) -> None:
    assert days.due(bank.CHECK_ISMS_FROM_OUTSIDE, almaty(2027, 2, 28)).date() == date(2030, 2, 28)
    leap = Term(clause="R48.31-1", months=12, starts="a leap day")
    assert days.due(leap, almaty(2024, 2, 29)).date() == date(2025, 2, 28)


def test_working_days_between_counts_neither_the_first_day_nor_beyond_the_last(days: Calendar) -> None:
    friday, saturday, monday = date(2026, 2, 6), date(2026, 2, 7), date(2026, 2, 9)
    assert days.working_days_between(friday, friday) == 0
    assert days.working_days_between(friday, saturday) == 0
    assert days.working_days_between(friday, monday) == 1
    assert days.working_days_between(monday, friday) == -1


def test_a_day_says_what_it_is_and_by_which_act(days: Calendar) -> None:
    row = days.day(date(2026, 3, 25))
    assert row is not None
    assert (row.kind, row.of, row.name("kk")) == (DayKind.MOVED, date(2026, 3, 22), "Наурыз мейрамы")
    assert "No. 267 on holidays" in row.act
    assert days.day(date(2026, 3, 26)) is None


def test_a_year_that_may_still_change_says_so(days: Calendar) -> None:
    assert [days.is_settled(year) for year in days.years] == [True, True, False, False]


def test_no_changed_day_keeps_the_version() -> None:
    table = shipped_table()
    christmas = next(day for day in table.days if day.kind is DayKind.DAY_OFF)
    others = tuple(day for day in table.days if day is not christmas)
    changed = replace(table, days=(*others, replace(christmas, on=christmas.on + timedelta(days=1))))
    assert Calendar(changed).version != Calendar(table).version
    assert Calendar(shipped_table()).version == Calendar(table).version


def a_day(on: date, kind: DayKind, of: date | None = None, act: str = "an order") -> Day:
    return Day(on=on, kind=kind, kk="к", ru="р", en="e", act=act, of=of)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([(date(2026, 2, 4), DayKind.HOLIDAY, None)] * 2, "stands twice"),
        ([(date(2028, 2, 4), DayKind.HOLIDAY, None)], "outside the years"),
        ([(date(2026, 2, 4), DayKind.REST, date(2026, 2, 7))], "not answered"),
        ([(date(2026, 2, 4), DayKind.MOVED, date(2026, 2, 1))], "not answered"),
        ([(date(2026, 2, 4), DayKind.WORKING, date(2026, 2, 5))], "is one already"),
        ([(date(2026, 2, 7), DayKind.REST, date(2026, 2, 8))], "weekly one already"),
        ([(date(2026, 2, 4), DayKind.REST, None)], "must name its other day"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    rows: list[tuple[date, DayKind, date | None]], complaint: str
) -> None:
    table = shipped_table()
    with pytest.raises(TableRefused, match=complaint):
        Calendar(replace(table, days=(*table.days, *(a_day(*row) for row in rows))))


def test_a_day_without_an_act_is_refused() -> None:
    with pytest.raises(TableRefused, match="names no act"):
        a_day(date(2026, 2, 4), DayKind.HOLIDAY, act="")


def test_a_centre_can_keep_its_own_table() -> None:
    table = shipped_table()
    exchange = (
        a_day(date(2026, 2, 6), DayKind.REST, date(2026, 2, 7)),
        a_day(date(2026, 2, 7), DayKind.WORKING, date(2026, 2, 6)),
    )
    own = Calendar(replace(table, edition="centre.1", days=(*table.days, *exchange)))
    assert own.due(asoi.ANSWER_WARNING, almaty(2026, 2, 5)).date() == date(2026, 2, 7)
    assert own.version.startswith("centre.1+")


@pytest.mark.parametrize(
    ("length", "complaint"), [({}, "working days or months"), ({"working_days": 1, "months": 1}, "one of them")]
)
def test_a_term_has_one_length(length: dict[str, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Term(clause="R67.13", starts="never", **length)


def test_old_zone_data_is_refused_rather_than_counted_with(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar.zone.cache_clear()
    monkeypatch.setattr(calendar, "ZONE_NAME", "Asia/Bishkek")  # UTC+6 all year, as Almaty was before 2024
    try:
        with pytest.raises(ZoneRefused, match="upgrade the system package tzdata"):
            calendar.zone()
        monkeypatch.setattr(calendar, "ZONE_NAME", "Asia/Nowhere")
        with pytest.raises(ZoneRefused, match="install the system package tzdata"):
            calendar.zone()
    finally:
        calendar.zone.cache_clear()
