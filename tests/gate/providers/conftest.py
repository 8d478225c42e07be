"""The sandbox answering over real sockets, and adapters that ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar
from uuid import uuid4

import httpx
import pytest

from qorgan.eds.pki.sandbox import invented_bin, invented_iin
from qorgan.gate.providers.biometrics import Order
from qorgan.gate.providers.calling import Address
from qorgan.gate.providers.identification import IdentificationCentre, OwnTerminals, Signer
from qorgan.gate.providers.messages import MessageGateway
from qorgan.gate.providers.mobile_numbers import MobileRegistry
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.numbers_site import KID as NUMBERS_KID
from qorgan.gate.providers.sandbox.running import answering
from qorgan.gate.providers.sandbox.services import Services
from qorgan.kit import clock

PATIENCE = 1.0
"""Seconds the adapters wait in tests."""


class Closing(Protocol):
    """Whatever holds connections."""

    def close(self) -> None: ...


A = TypeVar("A", bound=Closing)


@dataclass
class World:
    """A sandbox, and how the gate reaches it."""

    services: Services
    base: str
    ending: ExitStack

    def address(self, place: str, **more: object) -> Address:
        return Address(name=place, url=self.base + place, key=places.ACCESS, seconds=PATIENCE, **more)  # type: ignore[arg-type]

    def closed_at_the_end(self, adapter: A) -> A:
        self.ending.callback(adapter.close)
        return adapter

    @cached_property
    def centre(self) -> IdentificationCentre:
        return self.closed_at_the_end(
            IdentificationCentre(self.address(places.CENTRE), self.signers(places.CENTRE_KID))
        )

    @cached_property
    def terminals(self) -> OwnTerminals:
        signers = self.signers(places.TERMINAL_KID)
        return self.closed_at_the_end(OwnTerminals(self.address(places.TERMINALS), signers, frozenset(), liveness=True))

    @cached_property
    def numbers(self) -> MobileRegistry:
        keys = {NUMBERS_KID: self.services.keys[NUMBERS_KID]}
        return self.closed_at_the_end(MobileRegistry(self.address(places.NUMBERS), keys, customer=invented_bin(1)))

    @cached_property
    def gateway(self) -> MessageGateway:
        return self.closed_at_the_end(MessageGateway(self.address(places.MESSAGES)))

    def signers(self, kid: str) -> dict[str, Signer]:
        return {kid: Signer(name=kid, key=self.services.keys[kid])}

    def act(self, page: str, *, face: str = "same", wrong: int = 0) -> str:
        """Follow the page's commands as a tester does, some of them wrongly; gives the last page."""
        with httpx.Client(follow_redirects=True, trust_env=False) as browser:
            text = browser.get(page).text
            while 'data-command="' in text:
                command = text.split('data-command="')[1].split('"')[0]
                done = command if wrong <= 0 else next(one for one in ("nod", "smile") if one != command)
                wrong -= 1
                text = browser.post(page, data={"do": done, "face": face}).text
            return text


@pytest.fixture
def world() -> Iterator[World]:
    with ExitStack() as stack:
        services = Services(clock.now, slow_seconds=3)
        yield World(services, stack.enter_context(answering(services)), stack)


@pytest.fixture
def order() -> Order:
    return Order(
        customer=invented_bin(1),
        iin=invented_iin(1),
        session=uuid4(),
        nonce="n" * 43,
        purpose="sign-in",
        return_to="https://gate.example/back?a=1",
        language="kk",
    )
