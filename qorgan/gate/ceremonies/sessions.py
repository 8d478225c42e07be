"""Sessions: made with their entry in the journal, known by a secret, ended by idleness, by time, or by their owner."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Q, QuerySet

from qorgan.gate.ceremonies import models
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.actions import digest
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.journal.events import Event
from qorgan.gate.rules.proof import Proof, independent_kinds
from qorgan.gate.rules.verdict import Allowed
from qorgan.kit.statements import insert
from qorgan.law.factors import Method, Population

ACR: Final = "urn:qorgan:acr:"
"""Before the clause by which somebody came in."""
SEEN_EVERY: Final = timedelta(seconds=30)
"""How exactly it is known when a session was last used: no row is written for each request."""
_LONGEST_PROGRAM: Final = 300
_AMR: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.PASSWORD: "pwd",
        Method.QUESTION: "kba",
        Method.ONE_TIME_CODE: "otp",
        Method.PASSKEY: "pop",
        Method.DEVICE_KEY: "hwk",
        Method.SIGNATURE: "sc",
        Method.BIOMETRICS: "face",
    }
)
"""RFC 8176. A passkey may be a copy in somebody's cloud: possession, and not of hardware."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session that stands: what was proven, by which rule, since when."""

    id: UUID
    client_id: UUID
    population: Population
    proofs: tuple[Proof, ...]
    rule: str
    edition: str
    entry: int
    authenticated_at: datetime
    ends_at: datetime
    seen_at: datetime
    device_id: UUID | None
    application: UUID | None
    address: str
    program: str
    concurrent: bool

    @property
    def acr(self) -> str:
        """The rule that it satisfies, as OpenID Connect names it."""
        return ACR + self.rule

    @property
    def amr(self) -> tuple[str, ...]:
        """What was proven, as RFC 8176 names it."""
        named = dict.fromkeys(_AMR[proof.method] for proof in self.proofs)
        return (*named, *(("mfa",) if independent_kinds(self.proofs) > 1 else ()))


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was just made, and its secret, which nobody can show again."""

    session: Session
    secret: str


def make(client: Client, ceremony: models.Ceremony, proofs: tuple[Proof, ...], by: Allowed, act: Act) -> Made:
    """A session, with its entry, inside the caller's transaction: neither without the other."""
    limits = settings.CONFIG.sessions.of(Population(client.population))
    device = next((UUID(one.credential) for one in proofs if one.method is Method.DEVICE_KEY), None)
    elsewhere = _elsewhere(client, act) if client.population == Population.EMPLOYEE.value else []
    acted = msgspec.structs.replace(act, rule=by.rule, edition=by.edition)
    detail = {
        "proofs": [{"method": one.method, "credential": one.credential, "report": one.report} for one in proofs],
        "kind": ceremony.kind,
        **({"concurrent": [str(one) for one in elsewhere]} if elsewhere else {}),
    }
    entry = acted.write(Event.SIGN_IN, client, device=device, detail=detail)
    secret = secrets.token_urlsafe(32)
    row = models.Session(
        secret_digest=digest(secret),
        client=client,
        population=client.population,
        ceremony=ceremony.pk,
        entry=entry,
        proofs=msgspec.to_builtins(proofs),
        rule=by.rule,
        edition=by.edition,
        application=ceremony.application,
        device=device,
        address=act.whence.address[:64],
        program=act.whence.program[:_LONGEST_PROGRAM],
        concurrent=bool(elsewhere),
        began_at=act.now,
        seen_at=act.now,
        idle=int(limits.idle.total_seconds()),
        ends_at=act.now + limits.whole,
    )
    insert(row)
    return Made(session=_read(row), secret=secret)


def by_secret(secret: str, *, now: datetime) -> Session | None:
    """The session that a secret opens, if it stands and its client is active; it was used now."""
    row = _standing(now).filter(secret_digest=digest(secret), client__state=State.ACTIVE).first()
    if row is None or now - row.seen_at > timedelta(seconds=row.idle):
        return None
    if now - row.seen_at >= SEEN_EVERY:
        models.Session.objects.filter(pk=row.pk, seen_at__lt=now).update(seen_at=now)
    return _read(row)


def listed(client_id: UUID, *, now: datetime) -> list[Session]:
    """A client's standing sessions, the newest first."""
    rows = _standing(now).filter(client_id=client_id).order_by("-began_at")
    return [_read(row) for row in rows if now - row.seen_at <= timedelta(seconds=row.idle)]


def end(session_id: UUID, client: Client, *, why: str, act: Act) -> bool:
    """End one session of the client's; whether there was one. Inside the caller's transaction."""
    return bool(_end(client, Q(pk=session_id), why, act))


def end_all(client: Client, *, why: str, act: Act, but: UUID | None = None) -> list[UUID]:
    """End every session of the client's, but one perhaps; gives which were ended."""
    return _end(client, ~Q(pk=but) if but else Q(), why, act)


def end_of_device(client: Client, device_id: UUID, *, why: str, act: Act) -> list[UUID]:
    """End what was begun on a device that is closed."""
    return _end(client, Q(device=device_id), why, act)


def _end(client: Client, which: Q, why: str, act: Act) -> list[UUID]:
    rows = models.Session.objects.filter(which, client=client, ended_at=None)
    ended = [pk for (pk,) in rows.select_for_update().values_list("pk")]
    models.Session.objects.filter(pk__in=ended).update(ended_at=act.now, ended_why=why)
    for one in ended:
        act.write(Event.SESSION_ENDED, client, reason=why, detail={"session": str(one)})
    return ended


def _standing(now: datetime) -> QuerySet[models.Session]:
    return models.Session.objects.filter(ended_at=None, ends_at__gt=now)


def _elsewhere(client: Client, act: Act) -> list[UUID]:
    """An employee's other sessions that stand and were begun by another program or at another address (R57.6)."""
    return [
        one.id
        for one in listed(client.pk, now=act.now)
        if (one.address, one.program) != (act.whence.address, act.whence.program[:_LONGEST_PROGRAM])
    ]


def _read(row: models.Session) -> Session:
    return Session(
        id=row.pk,
        client_id=row.client_id,
        population=Population(row.population),
        proofs=msgspec.convert(row.proofs, tuple[Proof, ...]),
        rule=row.rule,
        edition=row.edition,
        entry=row.entry,
        authenticated_at=row.began_at,
        ends_at=row.ends_at,
        seen_at=row.seen_at,
        device_id=row.device,
        application=row.application,
        address=row.address,
        program=row.program,
        concurrent=row.concurrent,
    )
