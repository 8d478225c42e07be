"""Sign-ins over windows: guessing of one account, spraying over many, and what only looks like them."""

from __future__ import annotations

import random

import pytest

from qorgan.law.severity import Severity
from qorgan.wire.signal import Perimeter
from tests.module.detect.made import INSIDE, OUTSIDE, Clock, one, said, sign_in, told, windows

WINDOW = 600.0
GRAIN = WINDOW / 16


@pytest.mark.clause("R67.8.7")
def test_the_sixth_failure_of_one_account_is_guessing_and_the_fifth_is_not():
    failures = [sign_in(10 * n) for n in range(6)]
    assert told(failures[:5]) == []
    assert told(failures) == [("guess", "guess")]


@pytest.mark.clause("R67.8.7")
@pytest.mark.parametrize(("last", "alarms"), [(15 * GRAIN, True), (16 * GRAIN, False)])
def test_a_window_ends_where_it_is_said_to(last, alarms):
    """The first failure stands in the first grain of a window; a grain is a sixteenth of it."""
    failures = [sign_in(0), *(sign_in(last) for _ in range(5))]
    assert bool(told(failures)) is alarms


@pytest.mark.clause("R67.8.8")
def test_the_sixth_account_that_fails_is_spraying_and_the_fifth_is_not():
    failures = [sign_in(10 * n, f"user{n}") for n in range(6)]
    assert told(failures[:5]) == []
    assert told(failures) == [("spray", "spray")]


@pytest.mark.clause("R67.8.8")
def test_spraying_is_not_told_as_guessing_round_after_round():
    rounds = [sign_in(600 * turn + n, f"user{n}") for turn in range(8) for n in range(20)]
    assert {kind for kind, _ in told(rounds)} == {"spray"}


@pytest.mark.clause("R67.8.7")
@pytest.mark.clause("R67.8.8")
def test_guessing_that_widens_becomes_spraying_and_nothing_is_counted_twice():
    clock = Clock()
    seen = windows(clock)
    found = [each for n in range(8) for each in one(seen, sign_in(n, "root"))]
    found += [each for n in range(30) for each in one(seen, sign_in(10 + n, f"user{n}"))]
    found += [each for n in range(30) for each in one(seen, sign_in(4000 + n, f"user{n}"))]
    assert [decision.type.value for _, decision in found][:2] == ["guess", "spray"]
    clock.now += 99_999
    found += seen.take()
    assert sum(event.count for event, _ in found) == 68


@pytest.mark.clause("R67.8.7")
def test_several_accounts_guessed_at_five_times_each_do_not_stay_below():
    failures = [sign_in(5 * user + n, f"user{user}") for user in range(4) for n in range(5)]
    assert told(failures) == [("guess", "guess")]


@pytest.mark.clause("R67.8.7")
def test_one_account_from_many_sources_is_guessing():
    sources = [f"198.51.100.{n}" for n in range(1, 6)]
    failures = [sign_in(10 * n, "director", sources[n % 5]) for n in range(15)]
    assert told(failures[:14]) == []
    assert told(failures) == [("guess", "guess-many-sources")]
    ((event, decision),) = [each for seen in [windows()] for failure in failures for each in one(seen, failure)]
    assert (event.source_address, decision.perimeter) == ("", Perimeter.EXTERNAL)
    assert said(decision)["sources"] == "5"


@pytest.mark.clause("R67.8.7")
@pytest.mark.clause("R67.8.8")
def test_the_slow_ones_are_found_over_a_day():
    assert ("guess", "guess-slow") in told(sign_in(1500 * n) for n in range(45))
    assert ("spray", "spray-slow") in told(sign_in(2400 * n, f"user{n}") for n in range(30))


@pytest.mark.clause("R67.8.7")
def test_a_success_after_the_failures_raises_the_severity_at_once():
    seen = windows()
    ((first, _),) = [each for n in range(6) for each in one(seen, sign_in(n))]
    ((event, decision),) = one(seen, sign_in(7, ok=True))
    assert first.severity is Severity.MEDIUM
    assert event.severity is Severity.HIGH
    assert said(decision)["succeeded"] == "yes"
    assert one(seen, sign_in(8, ok=True)) == []


def crowd(start: float, count: int, chance: random.Random, **more) -> list:
    """Failures of as many accounts from as many sources, a minute's worth each."""
    return [
        sign_in(start + chance.uniform(0, 300), f"client{chance.randrange(10**9)}", address(chance), **more)
        for _ in range(count)
    ]


def address(chance: random.Random) -> str:
    return f"{chance.randint(60, 90)}.{chance.randint(1, 250)}.{chance.randint(1, 250)}.{chance.randint(1, 250)}"


def usual(chance: random.Random, hours: float, successes: int = 100, failures: int = 5) -> list:
    """Windows of a bank's customers: most come in, some mistype."""
    return [
        event
        for turn in range(int(hours * 6))
        for event in [
            *crowd(WINDOW * turn, failures, chance),
            *(
                sign_in(WINDOW * turn + chance.uniform(0, 300), f"c{chance.randrange(10**6)}", address(chance), ok=True)
                for _ in range(successes)
            ),
        ]
    ]


@pytest.mark.clause("R67.8.8")
@pytest.mark.parametrize(("message", "rule"), [("", "spray-many-sources"), ("unknown user", "credential-stuffing")])
def test_many_accounts_from_many_sources_are_found_above_what_is_usual(message, rule):
    chance = random.Random(1)
    seen = windows()
    assert told(usual(chance, 2), seen) == []
    attack = sorted(crowd(2 * 3600 + 20, 200, chance, message=message), key=lambda event: event.time)
    found = [each for event in attack for each in one(seen, event)]
    assert [(decision.type.value, decision.rule) for _, decision in found] == [("spray", rule)]
    words = said(found[0][1])
    assert (int(words["accounts"]), int(words["sources"])) == (pytest.approx(30, abs=2), pytest.approx(30, abs=2))
    assert words["of unknown users"] == ("0%" if not message else words["of unknown users"])


@pytest.mark.clause("R67.8.8")
def test_a_morning_peak_is_no_attack():
    chance = random.Random(2)
    night = usual(chance, 3, successes=60, failures=4)
    morning = [
        event
        for turn, rise in enumerate((2, 5, 15, 30, 40, 40))
        for event in sorted(
            [
                *crowd(3 * 3600 + WINDOW * turn, 4 * rise, chance),
                *(
                    sign_in(3 * 3600 + WINDOW * turn + chance.uniform(0, 300), f"m{n}", address(chance), ok=True)
                    for n in range(60 * rise)
                ),
            ],
            key=lambda event: event.time,
        )
    ]
    assert told(sorted([*night], key=lambda event: event.time) + morning) == []


@pytest.mark.clause("R67.8.8")
@pytest.mark.parametrize("source", [OUTSIDE, INSIDE])
def test_a_branch_behind_one_address_is_no_attack(source):
    """Three hundred people come in behind one address; each tenth mistypes once or twice and then gets in."""
    events = []
    for person in range(300):
        if person % 10 == 0:
            events += [sign_in(2 * person - 20 * n, f"p{person}", source) for n in (1, 0)]
        events.append(sign_in(2 * person + 5, f"p{person}", source, ok=True))
    assert told(sorted(events, key=lambda event: event.time)) == []


@pytest.mark.clause("R67.8.7")
def test_a_service_inside_that_fails_in_a_loop_is_no_attack():
    assert told(sign_in(3 * n, "svc-backup", INSIDE) for n in range(5000)) == []
    assert told((sign_in(3 * n, "svc-backup", INSIDE) for n in range(10)), inside_failures=6) == [("guess", "guess")]


@pytest.mark.clause("R67.8.8")
def test_a_trusted_address_is_no_attacker_but_an_account_behind_it_may_be_guessed_at():
    gateway = "203.0.113.1"
    assert told((sign_in(n, f"u{n}", gateway) for n in range(100)), trusted=("203.0.113.1/32",)) == []
    assert told((sign_in(n, "director", gateway) for n in range(30)), trusted=("203.0.113.1/32",)) == [
        ("guess", "guess")
    ]


def test_no_source_in_the_records_is_said_as_unknown():
    seen = windows()
    ((event, decision),) = [each for n in range(30) for each in one(seen, sign_in(n, source=""))]
    assert (decision.perimeter, event.source_address) == (Perimeter.UNKNOWN, "")
    assert said(decision)["sources"] != "30"


@pytest.mark.clause("R67.8.7")
def test_a_try_that_is_told_in_three_records_is_one_try():
    """The daemon says that the user is unknown, that the password failed, and that the connection was closed."""
    kinds = ("invalid-user", "authentication-failure", "sign-in-given-up")
    events = [sign_in(10 * n, kind=kind, source_port=40_000 + n) for n in range(6) for kind in kinds]
    assert told(events[:15]) == []
    assert told(events) == [("guess", "guess")]


@pytest.mark.clause("R67.8.7")
def test_what_many_do_to_one_account_does_not_hide_one_of_them():
    seen = windows()
    many = [each for n in range(15) for each in one(seen, sign_in(n, "root", f"198.51.100.{n % 5}"))]
    assert [decision.rule for _, decision in many] == ["guess-many-sources"]
    found = [each for n in range(6) for each in one(seen, sign_in(20 + n, "root"))]
    assert [(decision.rule, event.source_address) for event, decision in found] == [("guess", OUTSIDE)]


@pytest.mark.clause("R67.8.8")
def test_accounts_that_come_in_after_they_failed_are_no_spraying():
    """A dozen people behind one address mistype, each once, and come in."""
    events = [sign_in(20 * n + 5 * ok, f"p{n}", ok=bool(ok)) for n in range(12) for ok in (0, 1)]
    assert told(events) == []


@pytest.mark.clause("R67.8.8")
def test_an_address_from_which_more_come_in_than_fail_is_no_sprayer():
    people = [sign_in(0, "first"), *(sign_in(n, f"good{n}", ok=True) for n in range(1, 21))]
    fail = [sign_in(60 + n, f"bad{n}") for n in range(12)]
    assert told(people + fail) == []
    assert ("spray", "spray") in told(fail)
