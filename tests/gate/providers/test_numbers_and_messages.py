"""Whose a number is, and messages, over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import httpx
import msgspec
import pytest

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.fields import Undecodable, decoded
from qorgan.gate.providers.messages import Channel, Delivery, Message
from qorgan.gate.providers.mobile_numbers import Owner
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.numbers_site import KID, invented_phone
from qorgan.kit import clock
from qorgan.kit.refusal import Unavailable
from tests.gate.providers.conftest import World


@pytest.mark.clause("D26.identity")
@pytest.mark.clause("D26.remote-registration")
def test_the_registry_says_whose_a_number_is(world: World) -> None:
    for iin, phone, owner in (
        (invented_iin(1), invented_phone(1), Owner.SAME),
        (invented_iin(2), invented_phone(1), Owner.ANOTHER),
        (invented_iin(1), invented_phone(77), Owner.NOBODY),
    ):
        answer, signed = world.numbers.ask(iin, phone, now=clock.now())
        assert answer.owner is owner
        assert signed.count(".") == 2


@pytest.mark.clause("D26.identity")
def test_data_that_is_too_old_says_nothing(world: World) -> None:
    world.services.numbers.age = timedelta(days=2)
    with pytest.raises(Unavailable):
        world.numbers.ask(invented_iin(1), invented_phone(1), now=clock.now())


@pytest.mark.parametrize("mode", [Mode.OUTAGE, Mode.SLOW, Mode.DAMAGED])
def test_a_registry_that_fails_says_nothing(world: World, mode: Mode) -> None:
    world.services.behaviours[places.NUMBERS].mode = mode
    with pytest.raises(Unavailable):
        world.numbers.ask(invented_iin(1), invented_phone(1), now=clock.now())


def test_an_answer_signed_by_another_key_says_nothing(world: World) -> None:
    world.services.keys[KID] = world.services.keys[places.CENTRE_KID]
    with pytest.raises(Unavailable):
        world.numbers.ask(invented_iin(1), invented_phone(1), now=clock.now())


def test_an_answer_counts_for_its_question_and_its_moment_alone(world: World) -> None:
    with pytest.raises(Unavailable):
        world.numbers.ask(invented_iin(1), invented_phone(1), now=clock.now() + timedelta(minutes=5))
    with pytest.raises(Unavailable):
        world.numbers.ask(invented_iin(1), invented_phone(1), now=clock.now() - timedelta(minutes=5))


def message(**changed: object) -> Message:
    return Message(
        **{"id": uuid4(), "channel": Channel.SMS, "to": invented_phone(1), "text": "Код <123456>", **changed}  # type: ignore[arg-type]
    )


def test_a_message_is_carried_once_and_shown_in_the_inbox(world: World) -> None:
    one = message()
    assert world.gateway.send(one, now=clock.now()).state is Delivery.TAKEN
    assert world.gateway.send(one, now=clock.now()).state is Delivery.TAKEN
    assert world.gateway.state(one.id).state is Delivery.DELIVERED
    inbox = httpx.get(f"{world.base}/gateway/inbox", params={"to": one.to}, trust_env=False).text
    assert inbox.count("Код &lt;123456&gt;") == 1
    assert "Код" not in httpx.get(f"{world.base}/gateway/inbox", params={"to": "+77"}, trust_env=False).text


def test_another_message_of_a_known_id_is_refused(world: World) -> None:
    one = message()
    world.gateway.send(one, now=clock.now())
    changed = world.gateway.send(message(id=one.id, text="another"), now=clock.now())
    assert (changed.state, changed.reason) == (Delivery.FAILED, "another-message-of-this-id")


def test_a_receiver_who_cannot_be_reached_is_said_to_be_so(world: World) -> None:
    one = message()
    world.services.messages.unreachable.add(one.to)
    world.gateway.send(one, now=clock.now())
    assert world.gateway.state(one.id).state is Delivery.FAILED
    with pytest.raises(Unavailable):
        world.gateway.state(uuid4())


def test_a_gateway_that_fails_is_unavailable(world: World) -> None:
    world.services.behaviours[places.MESSAGES].mode = Mode.OUTAGE
    with pytest.raises(Unavailable):
        world.gateway.send(message(), now=clock.now())


def test_unknown_fields_are_refused_on_both_sides(world: World) -> None:
    body = {**msgspec.to_builtins(message()), "iin": invented_iin(1)}
    answer = httpx.post(
        f"{world.base}/gateway/v1/messages",
        content=msgspec.json.encode(body),
        headers={"Authorization": f"Bearer {places.ACCESS}"},
        trust_env=False,
    )
    assert answer.status_code == 400


def test_secrets_and_numbers_are_in_no_representation(world: World) -> None:
    assert places.ACCESS not in repr(world.address(places.CENTRE)).replace("sandbox-", "")
    assert invented_phone(1) not in repr(message())


@pytest.mark.parametrize("raw", [b"\xff", b"[" * 100_000, b'{"x":' * 100_000, b"", b'"\\ud800"'])
def test_whatever_a_stranger_answers_is_decoded_or_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decoded(raw, Message)
