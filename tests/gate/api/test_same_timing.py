"""An unknown client and a wrong factor take the same time: measured in turn, and held against each other by ranks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import product

import msgspec
import pytest

from tests.gate.ceremonies.people import somebody

ROUNDS = 40
WORK = 0.12
"""By which share the medians of processor time may differ."""
RANKS = 0.3
"""By how much the chance that one is slower than the other may differ from a half (Mann and Whitney's U over n m)."""


@pytest.fixture
def without_limits(gate, monkeypatch) -> None:
    """Nobody is locked out, which would be measured instead."""
    from django.conf import settings

    limits = msgspec.structs.replace(settings.CONFIG.limits, per_account=10**6, per_network=10**6)
    monkeypatch.setattr(settings, "CONFIG", msgspec.structs.replace(settings.CONFIG, limits=limits))
    monkeypatch.setattr("qorgan.gate.lockout.counters.HARD_STOP", 10**6)


def measured(one: Callable[[], object], other: Callable[[], object]) -> tuple[list[float], list[float], float]:
    """Processor seconds of each, and the chance that the one is slower by the clock on the wall."""
    work: tuple[list[float], list[float]] = ([], [])
    wall: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 3):
        # In turn, and neither always first.
        for which, do in sorted(enumerate((one, other)), reverse=bool(turn % 2)):
            cpu, clock = time.process_time(), time.perf_counter()
            do()
            if turn >= 3:
                work[which].append(time.process_time() - cpu)
                wall[which].append(time.perf_counter() - clock)
    slower = sum(a > b for a, b in product(*wall)) / ROUNDS**2
    return *work, slower


@pytest.mark.clause("R48.161.1")
def test_an_unknown_client_takes_as_long_as_a_wrong_factor(caller, without_limits):
    ask, who = caller(), somebody()

    def tries(identifier: str) -> Callable[[], object]:
        sent = {"identifier": identifier, "password": "wrong", "code": "000000"}
        return lambda: ask("POST", "sign-ins", sent)

    known, unknown, slower = measured(tries(who.identifier), tries("990106300596"))
    assert statistics.median(known) == pytest.approx(statistics.median(unknown), rel=WORK)
    assert abs(slower - 0.5) < RANKS, slower


@pytest.mark.clause("R48.161.1")
def test_the_way_by_steps_tells_as_little(caller, without_limits):
    ask, who = caller(), somebody()

    def tries(identifier: str) -> Callable[[], object]:
        def go() -> None:
            begun = ask("POST", "ceremonies", {"kind": "sign-in"}).json()
            place, known = f"ceremonies/{begun['id']}", {"Qorgan-Ceremony": begun["secret"]}
            ask("POST", f"{place}/identifier", {"identifier": identifier}, **known)
            ask("POST", f"{place}/answers", {"method": "password", "answer": {"password": "wrong"}}, **known)
            ask("POST", f"{place}/answers", {"method": "one-time-code", "answer": {"code": "000000"}}, **known)

        return go

    known, unknown, slower = measured(tries(who.identifier), tries("+77019999999"))
    assert statistics.median(known) == pytest.approx(statistics.median(unknown), rel=WORK)
    assert abs(slower - 0.5) < RANKS, slower
