"""A person who is not known is refused after the same work: the same statements, and about the same time of a core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from qorgan.gate.factors.base import FactorRefused
from qorgan.gate.factors.passkey.authenticator import Software

ROUNDS = 40
ORIGIN = "http://localhost:8460"


def code_of(client: UUID, now: datetime) -> Callable[[UUID | None], None]:
    """A wrong code of somebody who has an app."""
    from qorgan.gate.factors.one_time_code import steps, verifying

    ceremony = uuid4()
    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"", purpose="", now=now)
    secret = str(asked.public["secret"])
    said = {"code": steps.code_at(secret, steps.step_at(now))}
    verifying.enrol_finish(client, asked.kept, said, ceremony=ceremony, now=now)
    near = {steps.code_at(secret, steps.step_at(now) + by) for by in (-1, 0, 1)}
    wrong = next(f"{number:06d}" for number in range(9) if f"{number:06d}" not in near)

    def attempt(who: UUID | None) -> None:
        with pytest.raises(FactorRefused):
            verifying.verify(who, {}, {"code": wrong}, ceremony=uuid4(), now=now)

    return attempt


def passkey_of(client: UUID, now: datetime) -> Callable[[UUID | None], None]:
    """A passkey of somebody, whose answer is over another challenge."""
    from qorgan.gate.factors.passkey import verifying

    device, ceremony = Software(ORIGIN), uuid4()
    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"n", purpose="", now=now)
    verifying.enrol_finish(client, asked.kept, device.make(asked.public), ceremony=ceremony, now=now)
    begun = verifying.begin(client, ceremony=ceremony, nonce=b"m", purpose="", now=now)
    said = device.use(begun.public)
    signature = bytearray(said["credential"]["response"]["signature"].encode())
    signature[-8] = ord("A") if signature[-8] != ord("A") else ord("B")
    said["credential"]["response"]["signature"] = signature.decode()

    def attempt(who: UUID | None) -> None:
        with pytest.raises(FactorRefused):
            verifying.verify(who, begun.kept, said, ceremony=ceremony, now=now)

    return attempt


@pytest.mark.clause("R48.161.1")
@pytest.mark.parametrize("factor", [code_of, passkey_of])
def test_nobody_costs_as_much_as_somebody(
    factor: Callable[[UUID, datetime], Callable[[UUID | None], None]], client_id: UUID, now: datetime
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    attempt = factor(client_id, now)
    attempt(None)

    def statements(who: UUID | None) -> list[str]:
        with CaptureQueriesContext(connection) as said:
            attempt(who)
        return [" ".join(one["sql"].split()[:2]) for one in said.captured_queries]

    def took(who: UUID | None) -> float:
        began = time.process_time()
        attempt(who)
        return time.process_time() - began

    assert statements(None) == statements(client_id)
    pairs: list[tuple[Any, Any]] = [(took(None), took(client_id)) for _ in range(ROUNDS)]
    ratio = statistics.median(one for one, _ in pairs) / statistics.median(other for _, other in pairs)
    assert 0.7 < ratio < 1.4
