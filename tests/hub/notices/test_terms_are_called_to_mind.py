"""Reminders before a term runs out and what follows after, on dated scenarios (R67.13, R67.15).

All times are Almaty's, five hours ahead of UTC. Monday is 23 November 2026, with a plain working week after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

ALMATY = ZoneInfo("Asia/Almaty")


def at(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=ALMATY)


def remind(office, now):
    from qorgan.hub.notices.clocks import TellingClocks

    return office.clerk(lambda: TellingClocks(mail=False).tell_all(now))


def told(office):
    names = {pk: name for name, pk in office.market.people.items()}
    rows = office.market.hub.rows("SELECT what, person_id FROM notice ORDER BY id")
    found = {}
    for what, person in rows:
        found.setdefault(what.removeprefix("clock."), set()).add(names[person])
    return found


@pytest.mark.clause("R67.15")
def test_a_returned_card_is_called_to_mind_on_the_two_last_mornings_and_then_goes_up(office, monday):
    """Returned on Monday: three working days, so Thursday the 26th is the last. Wednesday and Thursday at nine."""
    office.returned(monday)
    assert remind(office, at(25, 8, 59)) == 0
    assert remind(office, at(25, 9)) == 1
    assert told(office) == {"day-before": {"alpha_maker"}}
    assert remind(office, at(25, 9)) == 0, "once"
    assert remind(office, at(26, 8, 59)) == 0
    remind(office, at(26, 9))
    assert told(office)["last-day"] == {"alpha_maker"}
    assert remind(office, at(26, 23, 59)) == 0, "the last minute is in time"
    remind(office, at(27, 0))
    assert told(office)["ran-out"] == {"alpha_maker", "alpha_head", "alpha_second_head"}
    assert remind(office, at(27, 8, 59)) == 0
    remind(office, at(27, 9))
    assert told(office)["centre"] == {"analyst", "chief"}
    assert remind(office, at(30, 12)) == 0, "and then it is silent"


@pytest.mark.clause("R67.13")
def test_a_warning_has_one_morning_and_the_head_is_told_when_the_head_has_to_act(office, monday):
    """Received on Monday: one working day, Tuesday. No morning before, since the clock had not begun then."""
    from qorgan.hub.casework import receptions
    from qorgan.hub.casework.models import Reception

    warning = office.draft(code="threat-warning", items=["Block it"])
    office.send(warning.pk)
    gamma = office.market.organisations["gamma"]
    part = office.market.seen(
        "gamma_maker", lambda: Reception.objects.get(document=warning.pk, organisation_id=gamma).pk
    )
    assert remind(office, at(23, 18)) == 0
    receptions.perform(
        part,
        "accept",
        by=office.market.scope("gamma_maker"),
        now=at(23, 12),
        decision=[receptions.Verdict(item=1, accepted=True)],
    )
    remind(office, at(24, 9))
    assert told(office)["last-day"] == {"gamma_head", "beta_maker", "soc_maker"}
    receptions.perform(part, "agree", by=office.market.scope("gamma_head"), now=at(24, 10))
    remind(office, at(25, 9))
    assert told(office)["ran-out"] == {"beta_maker", "beta_head", "soc_maker", "soc_head"}, "gamma's clock stopped"
    assert told(office)["centre"] == {"analyst", "chief"}


def test_a_clerk_that_was_away_tells_what_still_helps_and_no_more(office, monday):
    office.returned(monday)
    remind(office, at(26, 15))
    assert set(told(office)) == {"last-day"}, "the day before is past"


def test_after_the_term_no_reminder_is_made_up_for(office, monday):
    office.returned(monday)
    remind(office, at(27, 12))
    assert set(told(office)) == {"ran-out", "centre"}


@pytest.mark.clause("R67.15")
def test_a_clock_that_the_calendar_moved_is_told_of_by_its_new_day_and_once(office, monday):
    """Thursday the 26th is declared a holiday: the third working day is then Friday the 27th."""
    from qorgan.hub.casework import calendar
    from qorgan.law.days import Day, DayKind, shipped_table

    office.returned(monday)
    remind(office, at(25, 9))
    assert set(told(office)) == {"day-before"}
    table = shipped_table()
    holiday = Day(
        on=at(26, 0).date(), kind=DayKind.HOLIDAY, of=None, act="Decree No. 1", kk="Мереке", ru="Праздник", en="Holiday"
    )
    calendar.change(
        (*table.days, holiday), dict(table.settled), act="Decree No. 1", by=office.market.scope("chief"), now=at(25, 12)
    )
    assert remind(office, at(25, 12)) == 1, "the day before is still Wednesday, and the maker hears of the new day"
    assert remind(office, at(26, 9)) == 0
    remind(office, at(27, 9))
    assert office.market.hub.rows("SELECT count(*) FROM notice WHERE what = 'clock.last-day'") == [(1,)]
    assert "ran-out" not in told(office)


@pytest.mark.clause("R67.15")
def test_a_mended_card_is_called_to_nobodys_mind(office, monday):
    from qorgan.hub.casework import drafts

    card = office.returned(monday)
    maker = office.market.scope("alpha_maker")
    drafts.edit(card.pk, {"title": "Phishing of clients by mail"}, by=maker, now=at(24, 10))
    drafts.propose(card.pk, by=maker, now=at(24, 10))
    assert remind(office, at(25, 9)) == 2
    assert told(office) == {"day-before": {"alpha_head", "alpha_second_head"}}, "it lies with the head"
    drafts.agree(card.pk, by=office.market.scope("alpha_head"), now=at(25, 10))
    office.perform(card.pk, "submit", "alpha_maker", at(25, 11))
    assert remind(office, at(27, 12)) == 0


def test_moments_lie_on_working_days_around_holidays(office):
    """A term that ends on the 31st of January 2027, a Sunday, is called to mind on the Friday before, the 29th."""
    from qorgan.hub.casework.models import Deadline
    from qorgan.hub.notices.clocks import Stage, moments
    from qorgan.law.calendar import shipped

    due = datetime(2027, 1, 31, 23, 59, 59, 999999, tzinfo=ALMATY)
    clock = Deadline(months=1, started_at=due - timedelta(days=30), due_at=due)
    assert moments(clock, shipped()) == {
        Stage.DAY_BEFORE: datetime(2027, 1, 28, 9, tzinfo=ALMATY),
        Stage.LAST_DAY: datetime(2027, 1, 29, 9, tzinfo=ALMATY),
        Stage.RAN_OUT: datetime(2027, 2, 1, 0, tzinfo=ALMATY),
        Stage.CENTRE: datetime(2027, 2, 1, 9, tzinfo=ALMATY),
    }
