"""Properties of the windows: order, thresholds, time, memory, and what a flood can push out."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qorgan.module.detect.distinct import Distinct
from qorgan.module.detect.table import ITEMS, Table
from qorgan.module.detect.track import GRAINS, MOST_ITEMS
from tests.module.detect.made import NOON, OUTSIDE, Clock, one, refused, sign_in, told, windows

WINDOW = 600.0
GRAIN = WINDOW / GRAINS

failures = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(0, 9), st.integers(0, 2)).map(
        lambda each: sign_in(each[0], f"u{each[1]}", f"203.0.113.{each[2] + 1}")
    ),
    max_size=80,
)
attempts = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(0, 20), st.integers(20, 40), st.integers(0, 1)).map(
        lambda each: refused(each[0], f"10.0.0.{each[1] + 1}", each[2], f"203.0.113.{each[3] + 1}")
    ),
    max_size=120,
)


def within_the_bound(events: list, chance: random.Random) -> list:
    """Another order, in which nothing comes later than a window's length after what is newer."""
    bound = WINDOW - 2 * GRAIN
    return sorted(events, key=lambda event: event.time.timestamp() + chance.uniform(0, bound))


def verdicts(events: list) -> set:
    """Who is found, whatever else is said of him."""
    seen = windows()
    return {event.source_address for each in events for event, _ in one(seen, each)}


@pytest.mark.clause("R67.8.6")
@given(attempts, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_scanners_are_found_in_any_order_within_the_bound(events, chance):
    ordered = sorted(events, key=lambda event: event.time)
    assert verdicts(ordered) == verdicts(within_the_bound(ordered, chance))


@pytest.mark.clause("R67.8.7")
@pytest.mark.clause("R67.8.8")
@given(failures, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_guessers_are_found_in_any_order_within_the_bound(events, chance):
    ordered = sorted(events, key=lambda event: event.time)
    assert verdicts(ordered) == verdicts(within_the_bound(ordered, chance))


@given(st.integers(2, 40), st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_thresholds_are_exact_wherever_a_window_begins(threshold, start, chance):
    """So many within one window alarm, one fewer does not, in any order and from any beginning."""
    first = (NOON.timestamp() + start) // GRAIN * GRAIN - NOON.timestamp()
    times = [first + chance.uniform(0, WINDOW - 0.001) for _ in range(threshold)]
    found = told((sign_in(each) for each in times), failures=threshold, slow_failures=0)
    assert found == [("guess", "guess")]
    assert told((sign_in(each) for each in times[1:]), failures=threshold, slow_failures=0) == []


@pytest.mark.parametrize("years", [-20, -3, 0])
def test_old_logs_are_judged_by_their_own_times(years):
    """A week of failures, one an hour, is replayed within one second of arrival."""
    then = timedelta(days=365 * years).total_seconds()
    assert told((sign_in(then + 3600 * n) for n in range(24 * 7)), slow_failures=0) == []
    assert told(sign_in(then + n) for n in range(6)) == [("guess", "guess")]


@pytest.mark.parametrize("jump", [-86_400 * 400, -7200, -1300, 1300, 7200, 86_400 * 400])
def test_a_clock_that_jumps_does_not_alarm_and_does_not_blind(jump):
    seen = windows()
    calm = [sign_in(300 * n) for n in range(15)] + [sign_in(4500 + jump + 300 * n) for n in range(15)]
    assert told(calm, seen) == []
    assert told([sign_in(11_000 + jump + n) for n in range(6)], seen) == [("guess", "guess")]


def test_a_record_without_a_time_is_of_now():
    found = told(replace(sign_in(0), time=None) for _ in range(6))
    assert found == [("guess", "guess")]


@pytest.mark.parametrize("year", [1, 9999])
def test_no_time_is_too_strange(year):
    moment = datetime(year, 6, 1, tzinfo=UTC)
    seen = windows()
    found = [each for _ in range(6) for each in one(seen, sign_in((moment - NOON).total_seconds()))]
    assert len(found) == 1


@given(st.integers(1, 50), st.integers(0, 3000))
@settings(deadline=None, max_examples=30)
def test_a_table_never_holds_more_than_it_may(most, keys):
    table = Table(WINDOW, most, Clock())
    for key in range(keys):
        for _ in range(3):
            track = table.track(key * 0x9E3779B97F4A7C15 & (1 << 64) - 1, 0.0)
            if track is not None:
                table.add(track, key, 1, 0.0)
    assert len(table) <= most


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10**6), st.integers(0, 5000)), max_size=800))
@settings(deadline=None, max_examples=50)
def test_a_table_never_holds_more_items_than_it_may_and_knows_how_many(records):
    table = Table(WINDOW, 20, Clock())
    for key, item, at in records:
        track = table.track(key << 32 | key, at)
        if track is not None:
            table.add(track, item, 1, at)
            assert table.known(key << 32 | key) is track
    assert table.items == sum(len(track.items) for track in table._tracks.values())
    assert table.items <= 20 * ITEMS or len(table) == 1


def test_a_track_never_holds_more_than_it_may():
    seen = windows(failures=0, accounts=0, slow_failures=0, slow_accounts=0, crowd_accounts=0)
    for n in range(3 * MOST_ITEMS):
        seen.see(sign_in(0, f"u{n}"), None)
    assert len(seen._sign_ins._by_source._tracks[seen._subjects.place(OUTSIDE)[0]].items) == MOST_ITEMS


def test_a_flood_of_sources_does_not_push_out_one_that_is_at_work():
    """Between two of its tries, ten times as many others fail as can be watched, each once."""
    seen = windows(remembered=1000, crowd_accounts=0)
    found, other = [], 0
    for n in range(6):
        found += one(seen, sign_in(60 * n, "director"))
        for _ in range(10_000):
            other += 1
            found += one(seen, sign_in(60 * n, f"c{other}", f"{other >> 16}.{other >> 8 & 255}.{other & 255}.9"))
    assert [(decision.type.value, event.source_address) for event, decision in found] == [("guess", OUTSIDE)]


def test_more_attacks_than_can_be_watched_grow_one_that_stands_for_the_rest(monkeypatch):
    monkeypatch.setattr("qorgan.module.detect.attack.MOST", 20)
    clock = Clock()
    seen = windows(clock, crowd_accounts=0)
    found = [
        each
        for attacker in range(200)
        for n in range(6)
        for each in one(seen, sign_in(n, f"victim{attacker}", f"198.18.0.{attacker + 1}"))
    ]
    clock.now += 7200
    found += [each for _ in range(10) for each in seen.take()]
    assert len(found) < 30
    assert sum(event.count for event, _ in found) == 200 * 6
    assert {decision.rule for _, decision in found} == {"guess", "guess-and-more"}


@given(st.sets(st.integers(0, 2**64 - 1), max_size=64))
def test_a_few_different_ones_are_counted_exactly(items):
    assert len(Distinct([*items, *items])) == len(items)


@pytest.mark.parametrize("count", [100, 5_000, 50_000])
def test_many_different_ones_are_counted_about(count):
    chance = random.Random(count)
    assert len(Distinct(chance.getrandbits(64) for _ in range(count))) == pytest.approx(count, rel=0.05)


@pytest.mark.clause("R67.8.7")
def test_a_failure_that_comes_late_is_counted_with_those_of_its_own_time():
    """Five at the beginning of a window, one long after it, and then, thirteen grains late, one at the window's end."""
    first, late = [sign_in(1) for _ in range(5)], sign_in(15 * GRAIN + 1)
    assert told([*first, sign_in(28 * GRAIN + 1), late]) == [("guess", "guess")]
    assert told([*first[1:], sign_in(28 * GRAIN + 1), late]) == []


def test_of_the_quiet_the_lightest_makes_room():
    table = Table(WINDOW, 10, Clock())
    for key, weight in enumerate([5, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1):
        track = table.track(key << 32 | key, 0.0)
        table.add(track, 0, weight, 0.0)
    newcomer = 99 << 32 | 99
    assert table.track(newcomer, 0.0) is None, "at his first record there is no room"
    assert table.track(newcomer, 0.0) is not None
    assert table.known(1 << 32 | 1) is not None
    assert table.known(2 << 32 | 2) is None
