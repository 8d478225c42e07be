"""Stories are played in the order of time, on the working days before any moment."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.demo.casework.days import Days, play
from qorgan.law.calendar import local_date, shipped

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2024, 3, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.integers(1, 18))
def test_a_day_back_works_and_so_many_working_days_lie_between(now: datetime, back: int) -> None:
    calendar = shipped()
    on = local_date(Days(now, calendar).at(back, 10))
    assert calendar.is_working(on)
    today = local_date(now)
    # Today itself is not among the days that lie back.
    assert calendar.working_days_between(on - timedelta(days=1), today - timedelta(days=1)) == back


@given(MOMENTS)
def test_hours_ago_come_after_every_working_day_before(now: datetime) -> None:
    days = Days(now, shipped())
    assert days.at(2, 18) < days.at(1, 18) < days.ago(300) < now


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=6).map(sorted), max_size=8))
def test_acts_of_all_stories_happen_in_the_order_of_time(stories: list[list[int]]) -> None:
    done: list[int] = []

    def story(minutes: list[int]) -> Generator[datetime, None, None]:
        for one in reversed(minutes):
            yield NOW - timedelta(minutes=one)
            done.append(-one)

    assert play(map(story, stories), until=NOW) == len(done) == sum(map(len, stories))
    assert done == sorted(done)


def test_a_story_that_goes_back_or_ahead_is_refused() -> None:
    def told(*minutes: int) -> Generator[datetime, None, None]:
        for one in minutes:
            yield NOW + timedelta(minutes=one)

    with pytest.raises(ValueError, match="goes back"):
        play([told(-5, -10)], until=NOW)
    with pytest.raises(ValueError, match="lies ahead"):
        play([told(5)], until=NOW)
