"""A gateway that carries messages to people: SMS, push and e-mail behind one port."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Protocol
from uuid import UUID, uuid4

from msgspec import Meta, Struct

from qorgan.gate.providers.calling import Address, Refused, Service
from qorgan.gate.providers.fields import Instant, Word
from qorgan.kit.refusal import Unavailable

MESSAGES: Final = "/v1/messages"


class Channel(StrEnum):
    """What carries a message."""

    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"


class Delivery(StrEnum):
    """How far a message got."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    FAILED = "failed"


class Message(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message to one receiver."""

    id: UUID
    """Ours. The same id sent again is the same message: it is carried once."""
    channel: Channel
    to: Annotated[str, Meta(min_length=3, max_length=254)]
    """A number as +77…, an address, or what the app gave for push."""
    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    subject: Word = ""
    language: Annotated[str, Meta(pattern="^(kk|ru|en)$")] = "kk"

    def __repr__(self) -> str:
        return f"Message({self.id})"


class Carried(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the gateway says of a message."""

    id: UUID
    state: Delivery
    at: Instant
    reason: Word = ""


class Port(Protocol):
    """Whoever carries messages. Every method raises Unavailable when there is no answer."""

    def send(self, message: Message, *, now: datetime) -> Carried:
        """Hand it over. A message that the gateway will never carry comes back as failed, with the reason."""
        ...

    def state(self, message: UUID) -> Carried:
        """How far it got."""
        ...

    def answers(self) -> None:
        """Ask about nothing, for as much work as a message: whoever waits cannot tell whether one was sent."""
        ...


class MessageGateway:
    """The gateway by HTTP."""

    def __init__(self, address: Address) -> None:
        self.name = address.name
        self._service = Service(address)

    def send(self, message: Message, *, now: datetime) -> Carried:
        """Hand it over."""
        try:
            carried = self._service.ask("POST", MESSAGES, Carried, body=message)
        except Refused as refused:
            return Carried(id=message.id, state=Delivery.FAILED, at=now, reason=(refused.code or str(refused.status)))
        if carried.id != message.id:
            raise Unavailable(self.name)
        return carried

    def state(self, message: UUID) -> Carried:
        """How far it got."""
        try:
            carried = self._service.ask("GET", f"{MESSAGES}/{message}", Carried)
        except Refused as refused:
            raise Unavailable(self.name) from refused
        if carried.id != message:
            raise Unavailable(self.name)
        return carried

    def answers(self) -> None:
        """See Port."""
        try:
            self._service.fetch("GET", f"{MESSAGES}/{uuid4()}")
        except Refused:
            return

    def close(self) -> None:
        """Close the connections."""
        self._service.close()
