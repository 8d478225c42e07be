"""The words of an address become a query or a refusal that names what to mend, whatever they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qorgan.gate.inspection.period import period_of
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.asked import FIELDS, ZONE, day_of, query_of, told
from qorgan.gate.journal.search.query import Place, Query
from qorgan.kit import clock
from qorgan.kit.refusal import Refusal

LIKELY = some.sampled_from(
    [
        *("2026-11-22", "2026-11-22T09:30:00Z", "0001-01-01", "9999-12-31", "2026-02-30", "20261122", "2026-W47-7"),
        *("2026-11-22T09:30:00", "2026-11-22T24:00:00Z", "2026-11-22T09:30:00+99:00", "sign-in", "done", "10.0.0.0/8"),
        *("9999-12-31T23:59:59-23:59", "1970-01-02", "8999-12-31", str(UUID(int=7)), f"urn:uuid:{UUID(int=7)}"),
    ]
)
WORDS = some.dictionaries(some.sampled_from(FIELDS), some.lists(some.text(max_size=40) | LIKELY, max_size=3))
BEGINNING, END = datetime(1970, 1, 3), datetime(8999, 12, 30)  # noqa: DTZ001  # hypothesis adds the zone
MADE_UP = some.builds(
    lambda at, number: Place(at, number).token(), some.datetimes(timezones=some.just(UTC)), some.integers()
)
T = TypeVar("T")


def either(work: Callable[[], T]) -> tuple[T | None, Refusal | None]:
    """What came of it, or the refusal."""
    try:
        return work(), None
    except Refusal as refusal:
        return None, refusal


def checked(query: Query) -> Query:
    """The same, its network read too, as whoever searches does."""
    assert query.network is None or query.address
    return query


@given(WORDS)
@pytest.mark.clause("R48.161.3")
def test_any_words_are_a_query_or_a_refusal_that_names_one_of_them(words: dict[str, list[str]]) -> None:
    found, refusal = either(lambda: checked(query_of(words)))
    if found is None:
        assert refusal is not None
        assert (refusal.status, refusal.field in words) == (400, True)
        return
    assert all(one.tzinfo is not None and 1970 <= one.year <= 9000 for one in (found.since, found.until) if one)
    assert set(told(words)) == {name for name, said in words.items() if any(one.strip() for one in said)}


@given(some.datetimes(BEGINNING, END, timezones=some.just(UTC)))
def test_an_instant_is_that_very_instant_and_a_day_the_whole_of_it(at: datetime) -> None:
    said = at.isoformat().replace("+00:00", "Z")
    assert query_of({"since": [said], "until": [said]}) == Query(since=at, until=at)
    day = at.date().isoformat()
    whole = query_of({"since": [day], "until": [day]})
    assert whole.since == datetime.combine(at.date(), datetime.min.time(), ZONE)
    assert whole.since is not None
    assert whole.until == whole.since + timedelta(days=1)
    assert day_of({"since": [day]}, "since") == at.date()


@pytest.mark.parametrize("said", ["0001-01-01", "9999-12-31", "2026-02-30", "20261122", "0001-01-01T00:00:00+14:00"])
def test_days_on_which_nothing_can_have_been_written_are_refused(said: str) -> None:
    for name in ("since", "until"):
        for read in (query_of, lambda words: period_of(words, clock.now())):
            with pytest.raises(Refusal) as refused:
                read({name: [said]})
            assert (refused.value.code, refused.value.field) == ("day-malformed", name)


def test_events_may_be_several_and_nothing_else_may() -> None:
    found = query_of({"event": ["sign-in", "device.bound", "sign-in", ""]})
    assert found.events == (Event.SIGN_IN, Event.DEVICE_BOUND)
    for name in set(FIELDS) - {"event"}:
        with pytest.raises(Refusal) as refused:
            query_of({name: ["2026-11-22", "2026-11-23"]} if name != "address" else {name: ["::1", "::2"]})
        assert (refused.value.code, refused.value.field) == ("said-twice", name)


@given(some.text(max_size=60) | MADE_UP)
def test_a_place_is_one_that_a_page_can_end_at_or_refused(token: str) -> None:
    place, refusal = either(lambda: Place.of(token))
    if place is None:
        assert refusal is not None
        assert (refusal.code, refusal.field) == ("page-unknown", "after")
        return
    assert 1970 <= place.at.year < 9000
    assert 0 <= place.id < 1 << 63
