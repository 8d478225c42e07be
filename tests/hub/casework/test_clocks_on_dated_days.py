"""Every clock of the rules on dated days, through the engine. The days counted stand beside each date, by hand.

The first day counted is the first working day after the act; the term ends with its last day, in Almaty (UTC+5).
What the calendar itself promises is shown in tests/law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qorgan.law import asoi, calendar
from qorgan.law.days import Day, DayKind, shipped_table
from tests.hub.casework.conftest import Market
from tests.hub.incidents.written import first_notice
from tests.hub.warnings.steps import decide, draft, reception, send, threat

ALMATY = timezone(timedelta(hours=5))
DAY = timedelta(days=1)
QUESTION = {"subject": "A sender", "question": "Seen?", "tlp": "TLP:AMBER"}


@dataclass(frozen=True)
class Dated:
    """An act at a moment, and the last day of each term that it starts."""

    at: datetime
    one: date
    three: date
    ten: date


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


DAYS = {
    # Tuesday 24 November 2026. 1: We 25. 3: We 25, Th 26, Fr 27.
    # 10: We 25, Th 26, Fr 27; Mo 30, Tu 1, We 2, Th 3, Fr 4 December; Mo 7, Tu 8.
    "an ordinary week": Dated(on("2026-11-24T11:00"), date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 8)),
    # Friday 27 November, after hours: the day is not counted anyway. 1: Mo 30. 3: Mo 30, Tu 1, We 2 December.
    # 10: Mo 30, Tu 1, We 2, Th 3, Fr 4; Mo 7, Tu 8, We 9, Th 10, Fr 11.
    "a Friday evening": Dated(on("2026-11-27T18:30"), date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 11)),
    # Friday 20 March 2026. Nauryz is Sa 21, Su 22 and Mo 23; the Saturday's and the Sunday's go to Tu 24 and We 25.
    # 1: Th 26. 3: Th 26, Fr 27, Mo 30. 10: Th 26, Fr 27; Mo 30, Tu 31, We 1, Th 2, Fr 3 April; Mo 6, Tu 7, We 8.
    "before Nauryz": Dated(on("2026-03-20T17:00"), date(2026, 3, 26), date(2026, 3, 30), date(2026, 4, 8)),
    # Friday 3 May 2024. Saturday 4 was made a working day in exchange for We 8; Tu 7 and Th 9 are holidays.
    # 1: Sa 4. 3: Sa 4, Mo 6, Fr 10. 10: Sa 4, Mo 6, Fr 10; Mo 13 to Fr 17 are five; Mo 20, Tu 21.
    "across a moved day": Dated(on("2024-05-03T09:00"), date(2024, 5, 4), date(2024, 5, 10), date(2024, 5, 21)),
    # The last microsecond of Tuesday 24 November is Tuesday still: as in the ordinary week.
    "the last microsecond of a day": Dated(
        on("2026-11-24T23:59:59.999999"), date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 8)
    ),
    # Midnight is Wednesday 25. 1: Th 26. 3: Th 26, Fr 27, Mo 30.
    # 10: Th 26, Fr 27; Mo 30, Tu 1, We 2, Th 3, Fr 4 December; Mo 7, Tu 8, We 9.
    "midnight": Dated(on("2026-11-25T00:00"), date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 9)),
    # Wednesday 30 December 2026. Fr 1 and Sa 2 January are holidays, the Saturday's goes to Mo 4; Th 7 is Christmas.
    # 1: Th 31. 3: Th 31, Tu 5, We 6. 10: Th 31; Tu 5, We 6, Fr 8; Mo 11 to Fr 15 are five; Mo 18 January 2027.
    "across New Year": Dated(on("2026-12-30T12:00"), date(2026, 12, 31), date(2027, 1, 6), date(2027, 1, 18)),
    # Thursday 31 December. 1: Tu 5. 3: Tu 5, We 6, Fr 8. 10: Tu 5, We 6, Fr 8; Mo 11 to Fr 15; Mo 18, Tu 19.
    "New Year's Eve": Dated(on("2026-12-31T15:00"), date(2027, 1, 5), date(2027, 1, 8), date(2027, 1, 19)),
}


@pytest.fixture(params=DAYS.values(), ids=DAYS.keys())
def dated(request: pytest.FixtureRequest) -> Dated:
    return request.param


def running(market: Market, document: Any, name: str = "") -> list[tuple[str, datetime]]:
    """Open clocks of a document, or of one addressee's part of it: the clause, and when each runs out in Almaty."""
    rows = market.hub.rows(
        "SELECT clause, due_at, organisation_id FROM document_deadline "
        "WHERE document_id = %s AND stopped_at IS NULL ORDER BY due_at",
        document.pk,
    )
    wanted = market.organisations.get(name)
    return [(clause, due.astimezone(ALMATY)) for clause, due, whose in rows if wanted in {None, whose}]


def end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=ALMATY)


def returned(market: Market, at: datetime) -> Any:
    """A card that is sent back at a moment."""
    from qorgan.hub.casework import engine

    content = first_notice(found_at=(at - DAY).isoformat(), started_at=(at - DAY).isoformat())
    card = send(market, draft(market, "incident-card", "alpha", content, now=at), "alpha", now=at)
    engine.perform(card.pk, "receive", by=market.scope("analyst"), now=at)
    lacking = [engine.Lacking("severity", "Why so high?")]
    return engine.perform(card.pk, "return", by=market.scope("analyst"), now=at, fields=lacking)


def asked(market: Market, at: datetime) -> tuple[Any, UUID]:
    """An inquiry of Alpha's to Gamma, and Gamma's part."""
    from qorgan.hub.casework import drafts

    made = draft(market, "inquiry", "alpha", QUESTION, now=at)
    to_whom = [market.organisations["gamma"]]
    drafts.edit(made.pk, QUESTION, by=market.scope("alpha_maker"), now=at, addressees=to_whom)
    send(market, made, "alpha", now=at)
    return made, reception(market, made, "gamma")


@pytest.mark.clause("R67.13")
def test_a_warning_is_answered_in_one_working_day(dated: Dated, market: Market) -> None:
    warning = threat(market, now=dated.at)
    assert running(market, warning, "gamma") == [("R67.13", end_of(dated.one))]
    decide(market, warning, "gamma", True, True, now=dated.at, agree=False)
    assert running(market, warning, "gamma"), "a decision that nobody agreed to is no answer"
    decide_agree(market, warning, dated.at)
    assert running(market, warning, "gamma") == []
    assert running(market, warning, "beta") == [("R67.13", end_of(dated.one))], "others' clocks run on"


def decide_agree(market: Market, warning: Any, at: datetime) -> None:
    from qorgan.hub.casework import receptions

    receptions.perform(reception(market, warning, "gamma"), "agree", by=market.scope("gamma_head"), now=at)


@pytest.mark.clause("R67.14")
def test_an_inquiry_is_taken_up_in_one_working_day_and_answered_in_ten_after_the_work(
    dated: Dated, market: Market
) -> None:
    from qorgan.hub.casework import receptions

    inquiry, part = asked(market, dated.at)
    gamma = market.scope("gamma_maker")
    assert running(market, inquiry) == [("R67.14", end_of(dated.one))]
    receptions.perform(part, "take-up", by=gamma, now=dated.at)
    assert running(market, inquiry) == [], "no clock runs while the work lasts"
    receptions.perform(part, "finish", by=gamma, now=dated.at)
    assert running(market, inquiry) == [("R67.14", end_of(dated.ten))]


@pytest.mark.clause("R67.14")
def test_the_ten_days_begin_with_the_end_of_the_work_however_long_it_lasted(market: Market) -> None:
    from qorgan.hub.casework import receptions

    inquiry, part = asked(market, on("2026-10-01T10:00"))
    receptions.perform(part, "take-up", by=market.scope("gamma_maker"), now=on("2026-10-02T10:00"))
    # Finished on Tuesday 24 November, eight weeks later: as in the ordinary week above.
    receptions.perform(part, "finish", by=market.scope("gamma_maker"), now=on("2026-11-24T10:00"))
    assert running(market, inquiry) == [("R67.14", end_of(date(2026, 12, 8)))]


@pytest.mark.clause("R67.15")
def test_what_was_sent_back_is_mended_in_three_working_days(dated: Dated, market: Market) -> None:
    from qorgan.hub.casework import drafts, engine

    card = returned(market, dated.at)
    assert running(market, card) == [("R67.15", end_of(dated.three))]
    content = first_notice(found_at=(dated.at - DAY).isoformat(), started_at=(dated.at - DAY).isoformat())
    maker = market.scope("alpha_maker")
    drafts.edit(card.pk, content | {"severity": "low"}, by=maker, now=dated.at)
    drafts.propose(card.pk, by=maker, now=dated.at)
    drafts.agree(card.pk, by=market.scope("alpha_head"), now=dated.at)
    assert running(market, card), "agreed is not sent"
    mended = engine.perform(card.pk, "submit", by=maker, now=dated.at + DAY)
    assert running(market, card) == []
    assert (mended.submitted_at, mended.sent_at) == (dated.at, dated.at + DAY), "when it was first sent is kept"


def a_day_off(day: date) -> Day:
    return Day(on=day, kind=DayKind.DAY_OFF, kk="Демалыс", ru="Выходной", en="A day off", act="Order 1")


def change(market: Market, *days: Day) -> int:
    from qorgan.hub.casework import calendar as kept

    table = shipped_table()
    _edition, moved = kept.change(
        (*table.days, *days), dict(table.settled), act="Order 1", by=market.scope("chief"), now=on("2026-11-24T09:00")
    )
    return moved


@pytest.mark.clause("R67.15")
def test_a_change_of_the_calendar_moves_open_clocks_keeps_the_trace_and_leaves_stopped_ones(market: Market) -> None:
    monday = on("2026-11-23T10:00")
    # Tu 24, We 25, Th 26.
    open_one, stopped_one = returned(market, monday), returned(market, monday)
    mend(market, stopped_one, monday)
    assert running(market, open_one) == [("R67.15", end_of(date(2026, 11, 26)))]
    assert running(market, stopped_one) == []
    kept = market.hub.rows("SELECT due_at, calendar FROM document_deadline WHERE document_id = %s", stopped_one.pk)
    # Wednesday 25 is made a day off: Tu 24, Th 26, Fr 27.
    assert change(market, a_day_off(date(2026, 11, 25))) == 1
    assert running(market, open_one) == [("R67.15", end_of(date(2026, 11, 27)))]
    # It works again: Tu 24, We 25, Th 26.
    assert change(market) == 1
    assert running(market, open_one) == [("R67.15", end_of(date(2026, 11, 26)))]
    trace = market.hub.rows(
        "SELECT before, after FROM document_deadline_move JOIN document_deadline AS clock ON clock.id = deadline_id "
        "WHERE document_id = %s ORDER BY document_deadline_move.id",
        open_one.pk,
    )
    ends = [end_of(date(2026, 11, day)) for day in (26, 27)]
    assert trace == [(ends[0], ends[1]), (ends[1], ends[0])]
    assert market.hub.rows("SELECT count(*) FROM document_deadline_move") == [(2,)]
    assert kept == market.hub.rows(
        "SELECT due_at, calendar FROM document_deadline WHERE document_id = %s", stopped_one.pk
    )


def mend(market: Market, card: Any, at: datetime) -> Any:
    """Mend a card that was sent back, and send it."""
    from qorgan.hub.casework import drafts

    content = first_notice(found_at=(at - DAY).isoformat(), started_at=(at - DAY).isoformat(), severity="low")
    drafts.edit(card.pk, content, by=market.scope("alpha_maker"), now=at)
    return send(market, card, "alpha", now=at)


@pytest.mark.parametrize("term", [asoi.ANSWER_WARNING, asoi.MEND_RETURNED, asoi.ANSWER_INQUIRY])
def test_another_calendar_counts_the_same_last_day_from_every_day_it_knows(term: Any) -> None:
    """`holidays` knows Kazakhstan's exchanged days up to 2025."""
    other = holidays.country_holidays("KZ", years=[2024, 2025])
    day = date(2024, 1, 1)
    while day < date(2025, 12, 10):
        last, left = day, term.working_days
        while left:
            last += DAY
            left -= other.is_working_day(last)
        assert calendar.shipped().due(term, datetime(day.year, day.month, day.day, 7, tzinfo=UTC)).date() == last
        day += DAY


START = datetime(2024, 1, 1, tzinfo=UTC)
WITH_THE_HUB = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""The hub is there so that its modules can be imported; nothing of it changes."""
moments = st.timedeltas(timedelta(0), timedelta(days=4 * 365)).map(lambda since: START + since)


@given(one=moments, two=moments, three=moments)
@WITH_THE_HUB
def test_working_time_left_adds_up_over_any_moment_between(
    django_hub: Any, one: datetime, two: datetime, three: datetime
) -> None:
    from qorgan.hub.casework.deadlines import working_time_left

    first, second, third = sorted([one, two, three])
    table = calendar.shipped()
    whole = working_time_left(third, first, table)
    assert whole == working_time_left(second, first, table) + working_time_left(third, second, table)
    assert whole >= timedelta(0)
    assert working_time_left(first, third, table) == -whole


@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 1)), length=st.integers(0, 20))
@WITH_THE_HUB
def test_a_working_day_is_nine_hours_of_working_time(django_hub: Any, day: date, length: int) -> None:
    from qorgan.hub.casework.deadlines import working_time_left

    table = calendar.shipped()
    since, until = (datetime(one.year, one.month, one.day, tzinfo=calendar.zone()) for one in (day, day + length * DAY))
    working = sum(table.is_working(day + ahead * DAY) for ahead in range(length))
    assert working_time_left(until, since, table) == working * timedelta(hours=9)
