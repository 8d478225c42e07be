"""A one-time code is taken once, whoever asks first; and it is as far from a device as what holds it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.one_time_code import steps

STEP = timedelta(seconds=steps.SECONDS)


def enrol(client: UUID, ceremony: UUID, now: datetime, **answer: Any) -> str:
    """An app is enrolled; gives its secret."""
    from qorgan.gate.factors.one_time_code import verifying

    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"", purpose="", now=now)
    secret = str(asked.public["secret"])
    said = {"code": code(secret, now), "name": "phone"} | answer
    verifying.enrol_finish(client, asked.kept, said, ceremony=ceremony, now=now)
    return secret


def code(secret: str, at: datetime) -> str:
    return steps.code_at(secret, steps.step_at(at))


def refused(client: UUID | None, said: str, now: datetime) -> Reason:
    from qorgan.gate.factors.one_time_code import verifying

    with pytest.raises(FactorRefused) as caught:
        verifying.verify(client, {}, {"code": said}, ceremony=uuid4(), now=now)
    return caught.value.reason


@pytest.mark.clause("R57.4")
def test_a_code_proves_its_owner_once(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    from qorgan.gate.factors.one_time_code import verifying

    secret = enrol(client_id, ceremony, now)
    assert refused(client_id, code(secret, now), now) is Reason.ALREADY_USED
    later = now + STEP
    proof = verifying.verify(client_id, {}, {"code": code(secret, later)}, ceremony=uuid4(), now=later)
    (own,) = verifying.enrolled(client_id)
    assert (proof.credential, proof.carrier) == (own.id, f"authenticator:{own.id}")
    assert (own.name, own.used_at) == ("phone", later)
    for said in (code(secret, later), code(secret, now)):
        assert refused(client_id, said, later) is Reason.ALREADY_USED
    assert refused(client_id, code(secret, later + 3 * STEP), later) is Reason.WRONG
    assert refused(client_id, "", later) is Reason.MALFORMED
    assert refused(None, code(secret, later), later) is Reason.NOT_ENROLLED


def test_a_code_before_its_time_spends_the_steps_before_it(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    from qorgan.gate.factors.one_time_code import verifying

    secret = enrol(client_id, ceremony, now)
    verifying.verify(client_id, {}, {"code": code(secret, now + 2 * STEP)}, ceremony=uuid4(), now=now + STEP)
    assert refused(client_id, code(secret, now + STEP), now + STEP) is Reason.ALREADY_USED


def test_of_many_that_bring_one_code_at_once_one_is_let_in(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    from django.db import connections, transaction

    from qorgan.gate.factors.one_time_code import verifying

    secret, crowd = enrol(client_id, ceremony, now), 8
    later, together = now + STEP, Barrier(crowd)

    def attempt() -> Reason | None:
        try:
            with transaction.atomic():
                together.wait(20)
                verifying.verify(client_id, {}, {"code": code(secret, later)}, ceremony=uuid4(), now=later)
        except FactorRefused as no:
            return no.reason
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(crowd) as threads:
        ends = [each.result() for each in [threads.submit(attempt) for _ in range(crowd)]]
    assert ends.count(None) == 1
    assert ends.count(Reason.ALREADY_USED) == crowd - 1


def test_the_secret_is_sealed_wherever_it_rests(client_id: UUID, gate: Any, ceremony: UUID, now: datetime) -> None:
    from qorgan.gate.factors.one_time_code import verifying

    asked = verifying.enrol_begin(client_id, ceremony=ceremony, nonce=b"", purpose="", now=now)
    secret = str(asked.public["secret"])
    assert secret not in str(asked.kept)
    verifying.enrol_finish(client_id, asked.kept, {"code": code(secret, now)}, ceremony=ceremony, now=now)
    assert secret not in str(gate.rows("SELECT * FROM one_time_code"))


def test_what_was_begun_in_one_ceremony_is_not_finished_in_another(
    client_id: UUID, ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.factors.one_time_code import verifying

    asked = verifying.enrol_begin(client_id, ceremony=ceremony, nonce=b"", purpose="", now=now)
    said = {"code": code(str(asked.public["secret"]), now)}
    for kept, where in ((asked.kept, uuid4()), ({**asked.kept, "for": "another"}, ceremony), ({}, ceremony)):
        with pytest.raises(FactorRefused, match="other-ceremony"):
            verifying.enrol_finish(client_id, kept, said, ceremony=where, now=now)
    with pytest.raises(FactorRefused, match="wrong"):
        verifying.enrol_finish(client_id, asked.kept, {"code": "000000x"}, ceremony=ceremony, now=now)


@pytest.mark.clause("D26.two-factor")
def test_codes_made_in_a_registered_device_are_lost_with_it(
    new_client: Callable[..., Any], ceremony: UUID, now: datetime
) -> None:
    from qorgan.gate.devices import register
    from qorgan.gate.devices.software import Software
    from qorgan.gate.factors.one_time_code import verifying
    from qorgan.law.factors import Population

    client = new_client(Population.EMPLOYEE).pk
    device = register.register(
        client,
        Software().public,
        platform=register.Platform.ANDROID,
        name="",
        ceremony=ceremony,
        report_id=None,
        now=now,
    )
    secret = enrol(client, ceremony, now, device=str(device.id))
    later = now + STEP
    proof = verifying.verify(client, {}, {"code": code(secret, later)}, ceremony=uuid4(), now=later)
    assert proof.carrier == register.carrier_of(device.id)
    register.close(client, device.id, why=register.Why.OWNER, now=now)
    assert refused(client, code(secret, later + STEP), later + STEP) is Reason.NOT_ENROLLED


def test_a_device_of_another_holds_no_codes(new_client: Callable[..., Any], ceremony: UUID, now: datetime) -> None:
    with pytest.raises(FactorRefused, match="not-theirs"):
        enrol(new_client().pk, ceremony, now, device=str(uuid4()))


def test_an_app_is_forgotten_by_its_owner_alone(new_client: Callable[..., Any], ceremony: UUID, now: datetime) -> None:
    from qorgan.gate.factors.one_time_code import verifying

    one, other = new_client().pk, new_client().pk
    enrol(one, ceremony, now)
    (own,) = verifying.enrolled(one)
    with pytest.raises(FactorRefused):
        verifying.remove(other, own.id, now=now)
    verifying.remove(one, own.id, now=now)
    assert verifying.enrolled(one) == []


def test_there_are_not_more_apps_than_a_person_has(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    for _ in range(5):
        enrol(client_id, ceremony, now)
    with pytest.raises(FactorRefused, match="too-many"):
        enrol(client_id, ceremony, now)
