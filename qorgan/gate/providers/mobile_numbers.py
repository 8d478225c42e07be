"""Whose a mobile number is, by the state's base of mobile citizens: the port and its adapter (D26.identity)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Protocol

from msgspec import Meta, Struct

from qorgan.gate.providers.calling import Address, Refused, Service
from qorgan.gate.providers.fields import Iin, Instant, Nonce, Undecodable, Word, decoded
from qorgan.gate.providers.signed import PublicKey, Unsigned, opened
from qorgan.kit.refusal import Unavailable

ANSWER_TYPE: Final = "qorgan-phone-ownership+jws"
QUESTIONS: Final = "/v1/ownership"
FRESH: Final = timedelta(minutes=2)
"""How old an answer may be: it was asked for just now."""
OLDEST_DATA: Final = timedelta(days=1)
"""How old the registry's own data may be for a yes to count."""
SKEW: Final = timedelta(seconds=60)

Phone = Annotated[str, Meta(pattern=r"^\+77[0-9]{9}$")]


class Owner(StrEnum):
    """What the registry says of a number and a person."""

    SAME = "same-person"
    ANOTHER = "another-person"
    NOBODY = "number-not-registered"


class Question(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Is this number this person's?"""

    customer: Word
    nonce: Nonce
    iin: Iin
    phone: Phone


class Ownership(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the registry signs. It repeats the question, so that no answer can serve for another."""

    id: Word
    customer: Word
    nonce: Nonce
    iin: Iin
    phone: Phone
    owner: Owner
    answered_at: Instant
    data_of: Instant
    """How the registry's data stood at."""


class _Signed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    answer: str


class Port(Protocol):
    """Whoever knows whose a number is."""

    def ask(self, iin: str, phone: str, *, now: datetime) -> tuple[Ownership, str]:
        """The answer, checked, and as it was signed. Raises Unavailable: silence and a foreign answer are alike."""
        ...


class MobileRegistry:
    """The registry by HTTP."""

    def __init__(self, address: Address, keys: Mapping[str, PublicKey], *, customer: str) -> None:
        """`customer` is the institution's BIN."""
        self.name = address.name
        self._service = Service(address)
        self._keys = dict(keys)
        self._customer = customer

    def ask(self, iin: str, phone: str, *, now: datetime) -> tuple[Ownership, str]:
        """The answer, checked, and as it was signed."""
        question = Question(customer=self._customer, nonce=secrets.token_urlsafe(32), iin=iin, phone=phone)
        try:
            text = self._service.ask("POST", QUESTIONS, _Signed, body=question).answer
            return checked(text, self._keys, question, now), text
        except (Refused, AnswerRefused) as refused:
            raise Unavailable(self.name) from refused

    def close(self) -> None:
        """Close the connections."""
        self._service.close()


class AnswerRefused(Exception):
    """The answer is not one to this question. Repeats nothing of it."""


def checked(text: str, keys: Mapping[str, PublicKey], question: Question, now: datetime) -> Ownership:
    """The answer to exactly this question, or AnswerRefused. Data that is too old answers nothing. Pure."""
    try:
        raw, _ = opened(text, keys, typ=ANSWER_TYPE)
        answer = decoded(raw, Ownership)
    except (Unsigned, Undecodable):
        raise AnswerRefused("not signed by the registry") from None
    for said, wanted in (
        (answer.customer, question.customer),
        (answer.nonce, question.nonce),
        (answer.iin, question.iin),
        (answer.phone, question.phone),
    ):
        if not hmac.compare_digest(said.encode(), wanted.encode()):
            raise AnswerRefused("to another question")
    if not -SKEW <= now - answer.answered_at <= FRESH:
        raise AnswerRefused("of another time")
    if not -SKEW <= now - answer.data_of <= OLDEST_DATA:
        raise AnswerRefused("from data too old")
    return answer
