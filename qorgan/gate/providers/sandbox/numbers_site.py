"""The sandbox's base of mobile citizens: invented numbers of invented people, answers signed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.mobile_numbers import ANSWER_TYPE, QUESTIONS, Owner, Ownership, Question
from qorgan.gate.providers.sandbox.modes import Behaviour
from qorgan.gate.providers.sandbox.web import Asked, Said, Site, saying
from qorgan.gate.providers.signed import PrivateKey, sign

KID: Final = "sandbox-numbers"
PEOPLE: Final = 9


def invented_phone(number: int) -> str:
    """The number of the invented person of this number."""
    return f"+7700000{number:04d}"


class NumbersSite:
    """The registry below one prefix of a site."""

    def __init__(
        self, key: PrivateKey, behaviour: Behaviour, now: Callable[[], datetime], *, prefix: str, access: str
    ) -> None:
        self.owners = {invented_phone(number): invented_iin(number) for number in range(1, PEOPLE + 1)}
        """Who has which number."""
        self.age = timedelta()
        """How old the registry's data is."""
        self._signing = key
        self._behaviour = behaviour
        self._now = now
        self._prefix = prefix
        self._access = access

    def join(self, site: Site) -> None:
        """Answer on a site."""
        site.add("POST", f"{self._prefix}{QUESTIONS}", self._behaviour.behaving(self._answer))

    def _answer(self, asked: Asked, _part: str) -> Said:
        asked.demand_key(self._access)
        question = asked.read(Question)
        holder = self.owners.get(question.phone)
        same = Owner.SAME if holder == question.iin else Owner.ANOTHER
        answer = Ownership(
            id=secrets.token_urlsafe(18),
            customer=question.customer,
            nonce=question.nonce,
            iin=question.iin,
            phone=question.phone,
            owner=Owner.NOBODY if holder is None else same,
            answered_at=self._now(),
            data_of=self._now() - self.age,
        )
        return saying({"answer": sign(msgspec.json.encode(answer), self._signing, kid=KID, typ=ANSWER_TYPE)})
