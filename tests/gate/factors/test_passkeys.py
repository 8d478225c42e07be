"""Passkeys of clients: enrolled, used once a challenge, found by their owner, taken away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from qorgan.gate.factors.base import Challenge, FactorRefused, Reason
from qorgan.gate.factors.passkey.authenticator import Software

ORIGIN = "http://localhost:8460"
PURPOSE = "sign-in:bank-client"


def enrol(client: UUID, device: Software, now: datetime) -> Any:
    from qorgan.gate.factors.passkey import verifying

    ceremony = uuid4()
    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"n" * 32, purpose=PURPOSE, now=now)
    said = {**device.make(asked.public), "name": "key"}
    return verifying.enrol_finish(client, asked.kept, said, ceremony=ceremony, now=now)


def asked(client: UUID | None, ceremony: UUID, now: datetime, nonce: bytes = b"m" * 32) -> Challenge:
    from qorgan.gate.factors.passkey import verifying

    return verifying.begin(client, ceremony=ceremony, nonce=nonce, purpose=PURPOSE, now=now)


def refused(client: UUID | None, kept: dict[str, Any], answer: Any, ceremony: UUID, now: datetime) -> Reason:
    from qorgan.gate.factors.passkey import verifying

    with pytest.raises(FactorRefused) as caught:
        verifying.verify(client, kept, answer, ceremony=ceremony, now=now)
    return caught.value.reason


@pytest.mark.clause("R57.4")
@pytest.mark.parametrize("counts", [False, True])
def test_a_passkey_proves_its_owner(client_id: UUID, ceremony: UUID, counts: bool, now: datetime) -> None:
    from qorgan.gate.factors.passkey import verifying

    device = Software(ORIGIN, counts=counts)
    own = enrol(client_id, device, now)
    challenge = asked(client_id, ceremony, now)
    said = device.use(challenge.public)
    assert verifying.owner(said)[1] == client_id
    proof = verifying.verify(client_id, challenge.kept, said, ceremony=ceremony, now=now)
    assert (proof.credential, proof.carrier) == (own.id, f"passkey:{own.id}")
    (shown,) = verifying.enrolled(client_id)
    assert (shown.name, shown.used_at) == ("key", now)


def test_a_passkey_of_another_or_an_answer_of_another_ceremony_proves_nothing(
    new_client: Callable[..., Any], ceremony: UUID, now: datetime
) -> None:
    one, other, device = new_client().pk, new_client().pk, Software(ORIGIN)
    enrol(one, device, now)
    challenge = asked(one, ceremony, now)
    assert refused(other, challenge.kept, device.use(challenge.public), ceremony, now) is Reason.WRONG
    assert refused(None, challenge.kept, device.use(challenge.public), ceremony, now) is Reason.WRONG
    assert refused(one, challenge.kept, device.use(challenge.public), uuid4(), now) is Reason.OTHER_CEREMONY
    elsewhere = asked(one, uuid4(), now)
    assert refused(one, challenge.kept, device.use(elsewhere.public), ceremony, now) is Reason.WRONG
    again = asked(one, ceremony, now, nonce=b"o" * 32)
    assert refused(one, challenge.kept, device.use(again.public), ceremony, now) is Reason.WRONG
    stranger = Software(ORIGIN)
    stranger.keys[b"unknown"] = (next(iter(device.keys.values()))[0], one.bytes)
    assert refused(one, challenge.kept, stranger.use(challenge.public), ceremony, now) is Reason.WRONG


def test_what_is_asked_tells_nothing_of_who_has_a_passkey(
    new_client: Callable[..., Any], ceremony: UUID, now: datetime
) -> None:
    having, lacking = new_client().pk, new_client().pk
    enrol(having, Software(ORIGIN), now)
    assert asked(having, ceremony, now) == asked(lacking, ceremony, now) == asked(None, ceremony, now)


def test_an_enrolment_is_of_its_ceremony_and_no_sign_in(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    from qorgan.gate.factors.passkey import verifying

    device = Software(ORIGIN)
    begun = verifying.enrol_begin(client_id, ceremony=ceremony, nonce=b"n" * 32, purpose=PURPOSE, now=now)
    said = device.make(begun.public)
    for kept, where in ((begun.kept, uuid4()), (asked(client_id, ceremony, now).kept, ceremony)):
        with pytest.raises(FactorRefused, match="other-ceremony"):
            verifying.enrol_finish(client_id, kept, said, ceremony=where, now=now)


def test_one_authenticator_gives_one_passkey_to_one_owner(new_client: Callable[..., Any], now: datetime) -> None:
    from qorgan.gate.factors.passkey import verifying

    one, other, device = new_client().pk, new_client().pk, Software(ORIGIN)
    ceremony = uuid4()
    begun = verifying.enrol_begin(one, ceremony=ceremony, nonce=b"n" * 32, purpose=PURPOSE, now=now)
    said = device.make(begun.public)
    verifying.enrol_finish(one, begun.kept, said, ceremony=ceremony, now=now)
    with pytest.raises(FactorRefused, match="taken"):
        verifying.enrol_finish(other, begun.kept, said, ceremony=ceremony, now=now)
    having = verifying.enrol_begin(one, ceremony=ceremony, nonce=b"n" * 32, purpose=PURPOSE, now=now)
    assert [each["id"] for each in having.public["excludeCredentials"]] == [said["credential"]["id"]]


def test_of_two_uses_of_one_count_at_once_one_is_refused(client_id: UUID, ceremony: UUID, now: datetime) -> None:
    from django.db import connections, transaction

    from qorgan.gate.factors.passkey import verifying

    device, crowd = Software(ORIGIN), 5
    enrol(client_id, device, now)
    challenge = asked(client_id, ceremony, now)
    said, together = device.use(challenge.public), Barrier(crowd)

    def attempt() -> Reason | None:
        try:
            with transaction.atomic():
                together.wait(20)
                verifying.verify(client_id, challenge.kept, said, ceremony=ceremony, now=now)
        except FactorRefused as no:
            return no.reason
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(crowd) as threads:
        ends = [each.result() for each in [threads.submit(attempt) for _ in range(crowd)]]
    assert ends.count(None) == 1
    assert ends.count(Reason.COPIED) == crowd - 1


def test_a_passkey_is_taken_away_by_its_owner_alone(new_client: Callable[..., Any], now: datetime) -> None:
    from qorgan.gate.factors.passkey import verifying

    one, other, device = new_client().pk, new_client().pk, Software(ORIGIN)
    own, ceremony = enrol(one, device, now), uuid4()
    with pytest.raises(FactorRefused):
        verifying.remove(other, own.id, now=now)
    verifying.remove(one, own.id, now=now)
    challenge = asked(one, ceremony, now)
    said = device.use(challenge.public)
    assert verifying.owner(said)[1] is None
    assert refused(one, challenge.kept, said, ceremony, now) is Reason.WRONG
    assert verifying.owner({"credential": "?"})[1] is None
