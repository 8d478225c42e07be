"""What the API gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from qorgan.gate.ceremonies.engine import View
from qorgan.gate.ceremonies.finishing import Finished
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.devices.register import Listed
from qorgan.gate.factors.base import Credential
from qorgan.gate.rules.verdict import Refused


class ProblemShown(Struct, frozen=True, kw_only=True):
    """RFC 9457. `code` is for machines, `detail` for people, `trace` finds the attempt in the gate's journal."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    clause: str | None = None
    field: str = ""
    trace: str = ""


class StepsShown(Struct, frozen=True, kw_only=True):
    """What may happen next."""

    may_finish: bool
    methods: list[str]
    """Factors of which one more may bring it nearer to its end."""
    phone: bool
    """Whether confirming the phone's owner may."""
    rule: str
    """The clause that allows it, or that forbids it as things are."""
    edition: str
    lacks: str = ""


class CeremonyShown(Struct, frozen=True, kw_only=True):
    """Where a ceremony stands."""

    id: UUID
    kind: str
    state: str
    identified: bool
    proven: list[str]
    phone_confirmed: bool
    enrolled: list[str]
    ends_at: datetime
    next: StepsShown
    secret: str = ""
    """Said once, when it is begun: the header `Qorgan-Ceremony` of every further call."""


class Challenge(Struct, frozen=True, kw_only=True):
    """What a factor asks, in its own words."""

    method: str
    asked: dict[str, Any]


class NumberAsked(Struct, frozen=True, kw_only=True):
    """A code is on its way, if the number is the person's."""

    phone: str
    """Masked."""
    until: datetime


class SessionShown(Struct, frozen=True, kw_only=True):
    """A session: how somebody came in, and until when."""

    id: UUID
    client: UUID
    population: str
    authenticated_at: datetime
    ends_at: datetime
    acr: str
    amr: list[str]
    rule: str
    edition: str
    device: UUID | None
    address: str
    program: str
    concurrent: bool
    here: bool
    """Whether it is the one that asks."""
    secret: str = ""
    """Said once, when it is made: the header `Qorgan-Session` of every further call."""


class Done(Struct, frozen=True, kw_only=True):
    """What came of a ceremony, and by which clause."""

    kind: str
    client: UUID
    rule: str
    edition: str
    credential: str
    session: SessionShown | None


class DeviceShown(Struct, frozen=True, kw_only=True):
    """A registered device."""

    id: UUID
    name: str
    platform: str
    created_at: datetime
    seen_at: datetime | None


class FactorShown(Struct, frozen=True, kw_only=True):
    """One thing that somebody can prove themselves with."""

    id: str
    method: str
    name: str
    created_at: datetime
    used_at: datetime | None


def ceremony(view: View, secret: str = "") -> CeremonyShown:
    """A ceremony as its owner may see it."""
    verdict = view.steps.verdict
    return CeremonyShown(
        id=view.ceremony,
        kind=view.kind.value,
        state=view.state.value,
        identified=view.identified,
        proven=[one.value for one in view.proven],
        phone_confirmed=view.phone_confirmed,
        enrolled=[one.value for one in view.enrolled],
        ends_at=view.ends_at,
        next=StepsShown(
            may_finish=view.steps.may_finish,
            methods=[one.value for one in view.steps.methods],
            phone=view.steps.phone,
            rule=verdict.rule,
            edition=verdict.edition,
            lacks=verdict.lacks.value if isinstance(verdict, Refused) else "",
        ),
        secret=secret,
    )


def session(found: Session, here: UUID | None, secret: str = "") -> SessionShown:
    """A session as its owner may see it."""
    return SessionShown(
        id=found.id,
        client=found.client_id,
        population=found.population.value,
        authenticated_at=found.authenticated_at,
        ends_at=found.ends_at,
        acr=found.acr,
        amr=list(found.amr),
        rule=found.rule,
        edition=found.edition,
        device=found.device_id,
        address=found.address,
        program=found.program,
        concurrent=found.concurrent,
        here=found.id == here,
        secret=secret,
    )


def done(finished: Finished) -> Done:
    """What came of a ceremony."""
    made = finished.made
    return Done(
        kind=finished.kind.value,
        client=finished.client_id,
        rule=finished.rule,
        edition=finished.edition,
        credential=finished.credential,
        session=session(made.session, made.session.id, made.secret) if made else None,
    )


def device(found: Listed) -> DeviceShown:
    """A device as its owner may see it."""
    return msgspec.convert(found, DeviceShown, from_attributes=True)


def factor(found: Credential) -> FactorShown:
    """A credential as its owner may see it."""
    return msgspec.convert(found, FactorShown, from_attributes=True)
