"""Asks somebody else between two transactions of a step.

While they are slow no row is locked and no connection to the database is held, so that nobody waits but who asked. What
was heard counts only if the ceremony still stands as it did when it was asked: the second transaction sees to that.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction

from qorgan.gate.ceremonies import factoring
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.factors.base import Errand, FactorRefused, NotYet
from qorgan.gate.outages import noting
from qorgan.kit.refusal import Unavailable
from qorgan.law.factors import Method

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answered(Generic[_T]):
    """What was said, and at what time it had been."""

    said: _T
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an answer's errand: something to be judged, or a refusal that is to be written down."""

    kept: Mapping[str, Any]
    """What was kept of the challenge that it is about."""
    at: datetime
    said: Any = None
    refused: FactorRefused | None = None

    def given(self) -> dict[str, Any]:
        """For the factor. Raises FactorRefused."""
        if self.refused is not None:
            raise self.refused
        return {"heard": self.said}


@dataclass(frozen=True, slots=True)
class Question:
    """An errand about an answer, and the challenge that was answered."""

    errand: Errand[Any]
    kept: Mapping[str, Any]


def question(
    ceremony: Ceremony, method: Method, challenge: str, answer: Mapping[str, Any], now: datetime
) -> Question | Heard | None:
    """Whom a factor has to ask about an answer to one of its challenges, or what is clear without asking.

    None where the factor asks nobody, and where there is no such challenge.
    """
    kept = ceremony.challenges.get(challenge)
    if method not in factoring.ASKS_OTHERS or kept is None:
        return None
    try:
        errand = factoring.hearing(method, ceremony.client_id, kept, answer, ceremony=ceremony.pk, now=now)
    except FactorRefused as refused:
        return Heard(kept, now, refused=refused)
    return Question(errand, kept)


def ask(errand: Errand[_T], now: datetime) -> Answered[_T]:
    """Run an errand. Raises what it raises; when nobody answered, what was counted is taken back."""
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        raise RuntimeError(f"{errand.service} is asked inside a transaction, whose locks would wait for it")
    connection.close()
    began = time.monotonic()
    try:
        said = errand.run()
    except Unavailable:
        with transaction.atomic():
            errand.undo()
        raise
    except (FactorRefused, NotYet):
        noting.answered(errand.service, now=_later(now, began))
        raise
    at = _later(now, began)
    noting.answered(errand.service, now=at)
    return Answered(said, at)


def hear(asked: Question | Heard, now: datetime) -> Heard:
    """What is said of an answer. Raises Unavailable and NotYet: then there is nothing to be judged."""
    if isinstance(asked, Heard):
        return asked
    began = time.monotonic()
    try:
        answered = ask(asked.errand, now)
    except FactorRefused as refused:
        return Heard(asked.kept, _later(now, began), refused=refused)
    return Heard(asked.kept, answered.at, answered.said)


def _later(now: datetime, began: float) -> datetime:
    """The time by now, in the caller's clock."""
    return now + timedelta(seconds=time.monotonic() - began)
