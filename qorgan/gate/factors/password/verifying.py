"""The password as a factor: asked, compared, set, taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from qorgan.gate.clients import access
from qorgan.gate.factors.answers import as_id, text
from qorgan.gate.factors.base import NOBODY, Challenge, Credential, FactorRefused, Reason
from qorgan.gate.factors.password import hashing
from qorgan.gate.factors.password.acceptance import fault
from qorgan.gate.factors.password.models import Password
from qorgan.gate.rules.proof import Proof
from qorgan.kit.statements import change, rows
from qorgan.law.factors import Method

METHOD: Final = Method.PASSWORD
_LONGEST_ANSWER: Final = 4096
"""Characters that are looked at. Hashing more would be work for nothing."""


def enrolled(client_id: UUID) -> list[Credential]:
    """The client's password, if one is set."""
    return [_credential(one) for one in Password.objects.filter(client_id=client_id)]


def begin(client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """Nothing is shown: a password answers no challenge."""
    del client_id, ceremony, nonce, purpose, now
    return Challenge()


def verify(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Proof:
    """Compare. Whoever has none is compared with nobody's, for the same work. Raises FactorRefused.

    A hash of another cost is replaced, since the password is at hand for this moment alone.
    """
    del kept, ceremony
    cost = settings.CONFIG.password.cost
    said = text(answer, "password", longest=_LONGEST_ANSWER)
    found = next(iter(rows(Password, "client_id = %s", [client_id or NOBODY])), None)
    right = hashing.holds(said, found.encoded if found else hashing.nobodys(cost), cost)
    if found is None or not right:
        raise FactorRefused(Reason.WRONG if found else Reason.NOT_ENROLLED)
    encoded = hashing.kept(said, cost) if hashing.is_of_another_cost(found.encoded, cost) else found.encoded
    same = [found.pk, found.set_at]
    if not change(Password, "encoded = %s, used_at = %s", "id = %s AND set_at = %s", [encoded, now, *same]):
        # Changed while it was compared: what was right a moment ago lets nobody in any more.
        raise FactorRefused(Reason.WRONG)
    return Proof(method=METHOD, credential=str(found.pk), at=now)


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """What length is taken; the rest is judged when it is seen."""
    del client_id, ceremony, nonce, purpose, now
    rules = settings.CONFIG.password
    return Challenge(public={"shortest": rules.shortest, "longest": rules.longest})


def enrol_finish(
    client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Credential:
    """Set the password, in place of an earlier one. Raises FactorRefused with the fault as its detail."""
    del kept, ceremony
    rules = settings.CONFIG.password
    said = text(answer, "password", longest=_LONGEST_ANSWER)
    if wrong := fault(said, rules, access.telling(client_id)):
        raise FactorRefused(Reason.UNACCEPTABLE, wrong.value)
    encoded = hashing.kept(said, rules.cost)
    password, _ = Password.objects.update_or_create(
        client_id=client_id, defaults={"encoded": encoded, "set_at": now, "used_at": None}
    )
    return _credential(password)


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Forget the password. Raises FactorRefused when it is not the client's."""
    del now
    if not Password.objects.filter(client_id=client_id, pk=as_id(credential)).delete()[0]:
        raise FactorRefused(Reason.NOT_ENROLLED)


def _credential(password: Password) -> Credential:
    return Credential(id=str(password.pk), method=METHOD, created_at=password.set_at, used_at=password.used_at)
