"""Codes are those of RFC 6238, and a step is found within one step of drift."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.factors.one_time_code import steps

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert steps.code_at(SECRET, steps.step_at(now)) == code
    assert steps.step_of(code, SECRET, now) == steps.step_at(now)
    assert steps.step_of(f" {code[:3]} {code[3:]}", SECRET, now) == steps.step_at(now)


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)), off=st.integers(-20, 20))  # noqa: DTZ001 - hypothesis wants bare ones
def test_a_clock_may_be_off_by_one_step_and_no_more(at: datetime, off: int) -> None:
    now, secret = at.replace(tzinfo=UTC), steps.new_secret()
    found = steps.step_of(steps.code_at(secret, steps.step_at(now) + off), secret, now)
    if abs(off) <= steps.DRIFT:
        assert found is not None
    elif found is not None:  # one code in a million is that of another step too
        assert steps.code_at(secret, found) == steps.code_at(secret, steps.step_at(now) + off)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_compared_and_never_raises(said: str) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    found = steps.step_of(said, SECRET, now)
    assert found is None or "".join(said.split()) in {
        steps.code_at(SECRET, steps.step_at(now + timedelta(seconds=30 * by))) for by in (-1, 0, 1)
    }


def test_secrets_have_160_bits_and_the_address_carries_them() -> None:
    secret = steps.new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert secret in steps.address(secret, "someone", "gate.example")
