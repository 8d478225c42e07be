"""What every verb of a ceremony begins and ends with: the row under its lock, its turn, what is journalled of it.

A verb that fails still writes: the attempt, the count, the notice. So a verb gives its refusal back as a value, and
raises it when the transaction holds.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from qorgan.gate.ceremonies import factoring, wording
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import LIFE, State, Verb
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.ceremonies.plan import IMPLEMENTED, Situation, Steps, next_steps
from qorgan.gate.clients import lifecycle
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.actions import digest
from qorgan.gate.clients.models import Client
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.notices.telling import tell
from qorgan.gate.outages import noting
from qorgan.gate.rules.proof import Proof
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, Population

MOST_FAILURES: Final = 10
"""Wrong answers after which a ceremony is over, whatever the counters say."""
EVENTS: Final = {
    Kind.REGISTRATION: Event.REGISTRATION,
    Kind.SIGN_IN: Event.SIGN_IN,
    Kind.NEW_DEVICE: Event.DEVICE_BOUND,
    Kind.PASSWORD_CHANGE: Event.PASSWORD_CHANGED,
    Kind.RECOVERY: Event.PASSWORD_RECOVERED,
    Kind.PHONE_CHANGE: Event.PHONE_CHANGED,
    Kind.FACTOR_ADDED: Event.FACTOR_ADDED,
    Kind.FACTOR_REMOVED: Event.FACTOR_REMOVED,
    Kind.CLOSING: Event.ACCOUNT_CLOSED,
    Kind.INVITED: Event.FACTOR_ADDED,
}
"""What the journal calls the end of a ceremony, good or refused."""
_T = TypeVar("_T")


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A ceremony as its owner holds it: every verb asks for both."""

    ceremony: UUID
    secret: str

    def __repr__(self) -> str:
        return f"Begun({self.ceremony})"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ceremony stands, as its owner may see it."""

    ceremony: UUID
    kind: Kind
    population: Population
    state: State
    identified: bool
    proven: tuple[Method, ...]
    phone_confirmed: bool
    steps: Steps
    enrolled: tuple[Method, ...]
    ends_at: datetime
    changed: Method | None
    return_to: str
    application: UUID | None
    """Which application of the institution asked for it."""


def opened(begun: Begun, verb: Verb, now: datetime, *, lock: bool = True) -> Ceremony:
    """The ceremony, if its owner asks and its turn has come. Raises Refusal."""
    ceremony = found(begun, now, lock=lock)
    if LIFE.after(State(ceremony.state), verb) is None:
        raise wording.unknown()
    return ceremony


def found(begun: Begun, now: datetime, *, lock: bool = False) -> Ceremony:
    """The ceremony of its owner, ended or not. Raises Refusal, one for everything."""
    rows = Ceremony.objects.select_for_update() if lock else Ceremony.objects.all()
    row = rows.filter(pk=begun.ceremony).first()
    right = hmac.compare_digest(bytes(row.secret_digest) if row else bytes(32), digest(begun.secret))
    if row is None or not right:
        raise wording.unknown()
    if row.state == State.BEGUN and now >= row.ends_at:
        raise wording.unknown()
    return row


def proofs_of(ceremony: Ceremony) -> tuple[Proof, ...]:
    """What was proven in it."""
    return msgspec.convert(ceremony.proofs, tuple[Proof, ...])


def situation(ceremony: Ceremony, now: datetime, *, with_enrolled: bool = False) -> Situation:
    """The ceremony as the plan looks at it."""
    proofs = proofs_of(ceremony)
    has = IMPLEMENTED
    if with_enrolled and proofs and ceremony.client_id is not None:
        has = factoring.enrolled(ceremony.client_id)
    return Situation(
        kind=Kind(ceremony.kind),
        population=Population(ceremony.population),
        at=now,
        proofs=proofs,
        phone=ceremony.phone_confirmed,
        enrolled=has,
        available=factoring.available(),
        invited=ceremony.kind == Kind.INVITED and ceremony.identified,
        changed=Method(ceremony.changed) if ceremony.changed else None,
        in_app=ceremony.in_app,
        all_named=settings.CONFIG.registration.all_named,
    )


def view(ceremony: Ceremony, now: datetime) -> View:
    """Where it stands."""
    here = situation(ceremony, now, with_enrolled=True)
    return View(
        ceremony=ceremony.pk,
        kind=here.kind,
        population=here.population,
        state=State(ceremony.state),
        identified=ceremony.identified,
        proven=tuple(proof.method for proof in here.proofs),
        phone_confirmed=ceremony.phone_confirmed,
        steps=next_steps(here),
        enrolled=tuple(Method(one) for one in ceremony.enrolled),
        ends_at=ceremony.ends_at,
        changed=here.changed,
        return_to=ceremony.return_to,
        application=ceremony.application,
    )


def act_of(ceremony: Ceremony, whence: Whence, now: datetime, *methods: Method) -> Act:
    """What every entry about a ceremony has in common."""
    shown = methods or tuple(proof.method for proof in proofs_of(ceremony))
    return Act(now=now, whence=whence, ceremony=ceremony.pk, factors=tuple(one.value for one in shown))


def purpose_of(ceremony: Ceremony) -> str:
    """What a challenge is for, in words that are signed: the act, and in which population."""
    return f"{ceremony.kind}:{ceremony.population}"


def attempt_failed(ceremony: Ceremony, client: Client | None, event: Event, act: Act, reason: str) -> None:
    """Write a wrong attempt down, joined to the notice of it; for a person who is not known, the same (R48.161.5)."""
    entry = act.write(
        event,
        client,
        outcome="failed",
        reason=reason,
        population=ceremony.population,
        detail={"kind": ceremony.kind, "subject": ceremony.subject},
    )
    heard = client if client and client.state != lifecycle.State.REGISTERING else None
    tell(heard, Told.ATTEMPTS_FAILED, entry=entry, now=act.now)


def end(ceremony: Ceremony, verb: Verb, act: Act) -> None:
    """Move a ceremony to one of its ends. What it kept for its factors is forgotten."""
    to = LIFE.after(State(ceremony.state), verb)
    if to is None:
        raise wording.unknown()
    ceremony.state, ceremony.ended_at, ceremony.challenges = to, act.now, {}
    ceremony.save(update_fields=["state", "ended_at", "challenges"])
    if verb is Verb.REFUSE:
        act.write(
            Event.CEREMONY_ENDED,
            ceremony.client,
            outcome="refused",
            population=ceremony.population,
            detail={"kind": ceremony.kind, "failures": ceremony.failures},
        )


@contextmanager
def reaching(begun: Begun, *, whence: Whence, now: datetime) -> Iterator[None]:
    """Around a step that asks somebody else's system: when it does not answer, the step is undone and that is written.

    Outside the step's transaction.
    """
    try:
        yield
    except Unavailable as gone:
        with transaction.atomic():
            ceremony = Ceremony.objects.select_related("client").get(pk=begun.ceremony)
            entry = act_of(ceremony, whence, now).write(
                Event.PROVIDER_UNAVAILABLE,
                ceremony.client,
                outcome="failed",
                reason=gone.service,
                population=ceremony.population,
                detail={"kind": ceremony.kind},
            )
            noting.away(gone.service, entry=entry, now=now)
        raise


def raised(outcome: _T | Refusal) -> _T:
    """What a verb gave, or its refusal raised: outside the transaction, which holds."""
    if isinstance(outcome, Refusal):
        if transaction.get_connection().in_atomic_block:
            raise RuntimeError("a refusal that was written down would be undone by the transaction around it")
        raise outcome
    return outcome
