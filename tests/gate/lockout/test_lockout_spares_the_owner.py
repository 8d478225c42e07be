"""Guesses, however many at once, are no more than the limit; and the owner on a known device comes in all the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from qorgan.gate.config import Limits
from qorgan.gate.database.connection import Role
from qorgan.kit.attempts import Standing
from qorgan.law.factors import Method

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits()
GUESSES = 1000


@pytest.fixture
def lockout(gate: Any) -> Any:
    from qorgan.gate.lockout import counting

    return counting


def attempt(device: str | None = None, address: str = "203.0.113.7", method: Method = Method.PASSWORD) -> list[Any]:
    from qorgan.gate.lockout.counters import of_attempt

    return of_attempt(method, account="bank-client:7", device=device, address=address, limits=LIMITS)


@pytest.mark.clause("D26.two-factor")
def test_of_a_thousand_guesses_at_once_no_more_than_the_limit_are_checked(gate: Any, lockout: Any) -> None:
    def guess(number: int) -> bool:
        # Each from a network of its own: what holds them back is the account.
        try:
            return bool(lockout.charge(attempt(address=f"10.{number // 250}.{number % 250}.1"), NOON))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        checked = sum(threads.map(guess, range(GUESSES)))
    assert checked == LIMITS.per_account
    assert lockout.charge(attempt(), NOON) is False
    assert lockout.charge(attempt(device="the owner's phone"), NOON) is True


def test_a_thousand_from_as_many_connections_as_the_server_takes_neither(gate: Any, lockout: Any) -> None:
    counters = attempt()

    def guesses(_: int) -> int:
        with psycopg.connect(gate.url(Role.WEB), autocommit=True) as own:
            return sum(lockout.ATTEMPTS.charge(own.cursor(), counters, NOON) for _ in range(20))

    with ThreadPoolExecutor(50) as threads:
        assert sum(threads.map(guesses, range(50))) == LIMITS.per_account


def test_a_stolen_device_is_held_back_too(lockout: Any) -> None:
    allowed = [lockout.charge(attempt(device="stolen"), NOON) for _ in range(LIMITS.per_device + 1)]
    assert allowed == [True] * LIMITS.per_device + [False]
    assert lockout.charge(attempt(device="another"), NOON) is True


def test_one_network_does_not_try_every_account(lockout: Any) -> None:
    from qorgan.gate.lockout.counters import of_attempt

    def spray(number: int) -> bool:
        counters = of_attempt(
            Method.PASSWORD, account=str(number), device=None, address=f"2001:db8::{number:x}", limits=LIMITS
        )
        return bool(lockout.charge(counters, NOON))

    assert sum(spray(number) for number in range(1, 100)) == LIMITS.per_network


def test_a_factor_that_ran_out_leaves_the_others(lockout: Any) -> None:
    for _ in range(LIMITS.per_account + 1):
        lockout.charge(attempt(), NOON)
    assert lockout.charge(attempt(method=Method.ONE_TIME_CODE), NOON) is True


def test_a_right_attempt_costs_nothing_and_a_window_ends(lockout: Any) -> None:
    for _ in range(LIMITS.per_account * 3):
        assert lockout.charge(attempt(), NOON) is True
        lockout.refund(attempt())
    for _ in range(LIMITS.per_account + 1):
        lockout.charge(attempt(), NOON)
    assert lockout.charge(attempt(), NOON) is False
    assert lockout.charge(attempt(), NOON + timedelta(minutes=LIMITS.window_minutes)) is True


def test_patience_does_not_help_who_guesses_for_weeks(lockout: Any) -> None:
    from qorgan.gate.lockout.counters import HARD_STOP

    patient = timedelta(minutes=LIMITS.window_minutes)
    charged = [lockout.charge(attempt(), NOON + patient * number) for number in range(HARD_STOP + 10)]
    assert sum(charged) == HARD_STOP
    assert lockout.charge(attempt(device="the owner's phone"), NOON + patient * 105) is True


def test_an_attempt_is_not_charged_where_it_could_be_taken_back(lockout: Any) -> None:
    with transaction.atomic(), pytest.raises(lockout.LockoutMisused):
        lockout.charge(attempt(), NOON)
    with transaction.atomic(), pytest.raises(lockout.LockoutMisused):
        lockout.step("biometrics:7", _pace(), NOON)


def _pace(*, liveness: bool = False) -> Any:
    from qorgan.gate.lockout.counters import BIOMETRICS, BIOMETRICS_WITH_LIVENESS

    return BIOMETRICS_WITH_LIVENESS if liveness else BIOMETRICS


@pytest.mark.parametrize(("liveness", "free", "stop"), [(False, 5, 50), (True, 10, 100)])
@pytest.mark.clause("R57.7")
def test_biometrics_are_slowed_after_five_or_ten_and_stopped_after_fifty_or_a_hundred(
    lockout: Any, liveness: bool, free: int, stop: int
) -> None:
    pace = _pace(liveness=liveness)
    step: Callable[[timedelta], Any] = lambda after: lockout.step("biometrics:7", pace, NOON + after)  # noqa: E731
    for _ in range(free):
        assert step(timedelta()) == (Standing.GO, timedelta())
    assert step(timedelta(seconds=10)) == (Standing.WAIT, timedelta(seconds=20))
    assert step(timedelta(seconds=29)) == (Standing.WAIT, timedelta(seconds=1))
    for number in range(1, stop - free + 1):
        assert step(timedelta(seconds=30 * number))[0] is Standing.GO
        assert step(timedelta(seconds=30 * number + 29))[0] is Standing.WAIT or number == stop - free
    assert step(timedelta(days=300)) == (Standing.STOPPED, timedelta())


def test_only_failures_that_follow_each_other_count_for_biometrics(lockout: Any) -> None:
    for _ in range(30):
        assert lockout.step("biometrics:7", _pace(), NOON)[0] is Standing.GO
        lockout.clear([lockout.paced("biometrics:7", _pace())])


def test_of_many_biometric_attempts_at_once_one_goes_when_the_delay_has_passed(gate: Any, lockout: Any) -> None:
    for _ in range(5):
        lockout.step("biometrics:7", _pace(), NOON)

    def at_once(_: int) -> int:
        with psycopg.connect(gate.url(Role.WEB), autocommit=True) as own:
            found = lockout.ATTEMPTS.step(own.cursor(), "biometrics:7", _pace(), NOON + timedelta(seconds=31))
            return int(found[0] is Standing.GO)

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(at_once, range(40))) == 1


def test_counters_are_forgotten_when_no_window_holds_them(gate: Any, lockout: Any) -> None:
    lockout.charge(attempt(), NOON)
    with gate.connect(Role.CLERK) as clerk:
        lockout.ATTEMPTS.forget(clerk.cursor(), NOON)
        assert gate.rows("SELECT count(*) FROM attempts") == [(3,)]
        lockout.ATTEMPTS.forget(clerk.cursor(), NOON + timedelta(seconds=1))
    assert gate.rows("SELECT count(*) FROM attempts") == [(0,)]


def test_a_charge_is_there_for_everybody_and_leaves_the_connection_as_it_was(gate: Any, lockout: Any) -> None:
    """It waits for no disk, and what comes after it does again."""
    from django.db import connection

    def waits() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

    assert waits() == "on"
    assert lockout.charge(attempt(), NOON)
    assert waits() == "on"
    with psycopg.connect(gate.url(Role.OWNER)) as other:
        (charged,) = other.execute("SELECT min(failures) FROM attempts").fetchone() or (0,)
    assert charged == 1
