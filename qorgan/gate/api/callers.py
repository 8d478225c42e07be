"""Who may call: given a token once, known by its digest, ended by the institution."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.gate.api.models import FOR_PEOPLE, Caller, Kind
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.actions import digest
from qorgan.gate.journal.events import Event
from qorgan.kit.refusal import Refusal
from qorgan.kit.statements import rows
from qorgan.law.factors import Population

PREFIX: Final = "gate_"
"""So that a scanner of leaked secrets knows one when it sees it."""
_LONGEST_NAME: Final = 100


@transaction.atomic
def register(name: str, kind: Kind, population: Population | None, *, act: Act) -> tuple[Caller, str]:
    """A new caller, and its token, which nobody can show again.

    Whoever speaks for people needs their population, and an inspector, who reads of all, has none. Raises Refusal.
    """
    if not name.strip():
        raise Refusal("name-missing", _("Say which program it is."), field="name")
    if kind in FOR_PEOPLE and population is None:
        words = _("A server or an app speaks for people of one population: say it with --population.")
        raise Refusal("population-missing", words, field="population")
    if kind not in FOR_PEOPLE and population is not None:
        words = _("An inspector's program reads of all people: leave --population out.")
        raise Refusal("population-unneeded", words, field="population")
    of = population.value if population else ""
    token = PREFIX + secrets.token_urlsafe(32)
    caller = Caller.objects.create(
        name=name.strip()[:_LONGEST_NAME],
        kind=kind,
        population=of,
        digest=digest(token),
        created_at=act.now,
    )
    after = {"caller": str(caller.pk), "name": caller.name, "kind": kind.value, "population": of}
    act.write(Event.APPLICATION_REGISTERED, None, after=after)
    return caller, token


@transaction.atomic
def revoke(caller_id: UUID, *, act: Act) -> None:
    """End a caller's token. Raises Refusal `caller-unknown`."""
    if not Caller.objects.filter(pk=caller_id, revoked_at=None).update(revoked_at=act.now):
        raise Refusal("caller-unknown", _("There is no such program."), status=HTTPStatus.NOT_FOUND)
    act.write(Event.APPLICATION_REMOVED, None, before={"caller": str(caller_id)})


def bearer(header: str) -> Caller:
    """Whose token an Authorization header shows. Raises Refusal, one for every header that is not a living one."""
    scheme, _space, token = header.partition(" ")
    found: list[Caller] = []
    if scheme.lower() == "bearer" and token.startswith(PREFIX):
        found = rows(Caller, "digest = %s AND revoked_at IS NULL", [digest(token)])
    if not found:
        words = _("Show a living token in the header Authorization: Bearer.")
        raise Refusal("token-refused", words, "R57.4", HTTPStatus.UNAUTHORIZED)
    return found[0]
