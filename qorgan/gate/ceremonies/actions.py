"""The verbs of a ceremony. Each is one transaction: the row locked, the factor asked, the proof kept, all written down.

Where somebody else has to be asked, that is between two transactions, and the second looks at everything anew.

An attempt is counted before that transaction, so that many at once cannot pass together, and taken back inside it when
it was right. Who asks for a person that is not known is asked the same, and refused after the same work.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from qorgan.gate.ceremonies import counted, factoring, finishing, outside, wording
from qorgan.gate.ceremonies.engine import (
    MOST_FAILURES,
    Begun,
    View,
    act_of,
    attempt_failed,
    end,
    found,
    opened,
    proofs_of,
    purpose_of,
    raised,
    reaching,
    situation,
    view,
)
from qorgan.gate.ceremonies.finishing import Finished
from qorgan.gate.ceremonies.kinds import NAMES_A_FACTOR, Kind
from qorgan.gate.ceremonies.lifecycle import LIVES, Verb
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.ceremonies.outside import Heard
from qorgan.gate.ceremonies.plan import next_steps
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.clients import access
from qorgan.gate.clients.actions import digest
from qorgan.gate.factors.base import Challenge, Errand, FactorRefused, NotYet
from qorgan.gate.journal.entry import HERE, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.lockout.counting import charge, refund
from qorgan.gate.rules.proof import BiometricSource
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.kit.statements import gathered
from qorgan.law.factors import Method, Population


@transaction.atomic
def begin(  # noqa: PLR0913 (each is said by another: who asks, for whom, out of what)
    kind: Kind,
    population: Population,
    whence: Whence,
    *,
    now: datetime,
    application: UUID | None = None,
    in_app: bool = False,
    return_to: str = "",
    changed: Method | None = None,
    session: Session | None = None,
) -> Begun:
    """Begin. Out of a session the person is known already, and proves anew all the same. Raises Refusal.

    `in_app` says that it goes on in a mobile app, `changed` which method's factor is added or removed.
    """
    del whence
    if (kind in NAMES_A_FACTOR) != (changed is not None):
        raise wording.out_of_turn("factor-missing" if changed is None else "factor-unasked")
    if session is not None and session.population is not population:
        raise wording.out_of_turn("population-another")
    secret = secrets.token_urlsafe(32)
    ceremony = Ceremony(
        secret_digest=digest(secret),
        kind=kind,
        population=population.value,
        changed=changed.value if changed else "",
        application=application,
        in_app=in_app,
        return_to=return_to,
        began_at=now,
        ends_at=now + LIVES,
    )
    if session is not None:
        ceremony.identified, ceremony.client_id, ceremony.session = True, session.client_id, session.id
        ceremony.subject = session.client_id.hex
    ceremony.save(force_insert=True)
    return Begun(ceremony=ceremony.pk, secret=secret)


@transaction.atomic
def identify(begun: Begun, identifier: str, *, now: datetime) -> View:
    """Say who one is. Whoever is not known learns nothing of it. Raises Refusal."""
    ceremony = opened(begun, Verb.IDENTIFY, now)
    if ceremony.identified or ceremony.kind in {Kind.REGISTRATION, Kind.INVITED}:
        raise wording.out_of_turn()
    _name(ceremony, identifier)
    ceremony.save(update_fields=["identified", "client", "subject"])
    return view(ceremony, now)


def challenge(begun: Begun, method: Method, *, now: datetime, source: BiometricSource | None = None) -> dict[str, Any]:
    """What a factor asks; an earlier challenge of it counts no more. Raises Refusal, Unavailable.

    `source` chooses between the two kinds of biometric identification, where the institution has both.
    """
    with reaching(begun, whence=HERE, now=now):
        with transaction.atomic():
            ceremony = opened(begun, Verb.CHALLENGE, now)
            _demand_offered(ceremony, method, now)
            asked = _asked(ceremony, method, source, now)
            if not isinstance(asked, Errand):
                return _posed(ceremony, method, asked)
        answered_ = outside.ask(asked, now)
        with transaction.atomic():
            ceremony = opened(begun, Verb.CHALLENGE, answered_.at)
            _demand_offered(ceremony, method, answered_.at)
            return _posed(ceremony, method, answered_.said)


def prove(begun: Begun, method: Method, answer: Mapping[str, Any], *, whence: Whence, now: datetime) -> View:
    """Answer a factor. Raises Refusal: one for everything that may be wrong with it; Unavailable."""
    ceremony = opened(begun, Verb.PROVE, now, lock=False)
    if not ceremony.identified and _names_by_itself(ceremony, method):
        ceremony = _introduced(begun, answer, now)
    _demand_offered(ceremony, method, now)
    counters = counted.counters(ceremony, method, whence)
    allowed = charge(counters, now)
    try:
        with reaching(begun, whence=whence, now=now):
            asked = outside.question(ceremony, method, method.value, answer, now) if allowed else None
            heard = outside.hear(asked, now) if asked else None
            now = heard.at if heard else now
            with transaction.atomic():
                ceremony = opened(begun, Verb.PROVE, now)
                if heard is not None:
                    _demand_offered(ceremony, method, now)
                if allowed:
                    refusal = answered(ceremony, method, answer, whence=whence, now=now, heard=heard)
                else:
                    refusal = locked_out(ceremony, method, whence=whence, now=now)
                if refusal is None:
                    refund(counters)
                    _write_proven(ceremony, method, whence, now)
                ceremony.save(update_fields=["challenges", "proofs", "failures"])
                if ceremony.failures >= MOST_FAILURES:
                    end(ceremony, Verb.REFUSE, act_of(ceremony, whence, now))
                outcome = refusal or view(ceremony, now)
    except Unavailable:
        refund(counters)
        raise
    except NotYet:
        refund(counters)
        raise wording.not_yet() from None
    return raised(outcome)


def enrol_begin(begun: Begun, method: Method, *, now: datetime) -> dict[str, Any]:
    """What is needed to enrol a factor that the ceremony may enrol by now. Raises Refusal."""
    with transaction.atomic():
        ceremony = opened(begun, Verb.ENROL, now)
        return finishing.enrol_begin(ceremony, method, now=now)


def enrol(begun: Begun, method: Method, answer: Mapping[str, Any], *, whence: Whence, now: datetime) -> View:
    """Enrol one of the factors that somebody begins with: at a registration, or by an invitation. Raises Refusal."""
    with transaction.atomic():
        ceremony = opened(begun, Verb.ENROL, now)
        refusal = finishing.enrol(ceremony, method, answer, whence=whence, now=now)
        outcome = refusal or view(ceremony, now)
    return raised(outcome)


def finish(begun: Begun, answer: Mapping[str, Any] | None = None, *, whence: Whence, now: datetime) -> Finished:
    """Do what the ceremony is for, if the rules allow it by what was proven. Raises Refusal.

    `answer` is what the effect needs: the new password, the new device's token, which credential is to go.
    """
    answer = answer or {}
    with transaction.atomic():
        ceremony = opened(begun, Verb.FINISH, now)
        asked = finishing.question(ceremony, answer, now)
        if asked is None:
            outcome = finishing.finish(ceremony, answer, whence=whence, now=now)
    if asked is not None:
        with reaching(begun, whence=whence, now=now):
            heard = outside.hear(asked, now)
        with transaction.atomic():
            ceremony = opened(begun, Verb.FINISH, heard.at)
            outcome = finishing.finish(ceremony, answer, whence=whence, now=heard.at, heard=heard)
    return raised(outcome)


@transaction.atomic
def give_up(begun: Begun, *, whence: Whence, now: datetime) -> None:
    """End a ceremony that its owner does not go on with. Raises Refusal."""
    ceremony = opened(begun, Verb.REFUSE, now)
    end(ceremony, Verb.REFUSE, act_of(ceremony, whence, now))


def look(begun: Begun, *, now: datetime) -> View:
    """Where it stands. Raises Refusal."""
    return view(found(begun, now), now)


def sign_in_at_once(
    population: Population,
    identifier: str,
    answers: Mapping[Method, Mapping[str, Any]],
    *,
    whence: Whence,
    now: datetime,
    application: UUID | None = None,
    in_app: bool = False,
) -> Finished:
    """Sign in by factors that answer no challenge, in one step: a ceremony that begins and ends with this call.

    Every answer is looked at, whatever became of the one before: which of them was wrong is not to be learned.
    """
    if not answers or not set(answers) <= factoring.UNASKED:
        raise wording.out_of_turn("challenge-missing")
    ceremony = Ceremony(
        secret_digest=b"",
        kind=Kind.SIGN_IN,
        population=population.value,
        application=application,
        in_app=in_app,
        began_at=now,
        ends_at=now,
    )
    _name(ceremony, identifier)
    counters = [one for method in answers for one in counted.counters(ceremony, method, whence)]
    allowed = charge(counters, now)
    with transaction.atomic(), gathered():
        if allowed:
            refusals = [
                answered(ceremony, method, answer, whence=whence, now=now) for method, answer in answers.items()
            ]
            refusal = next((one for one in refusals if one is not None), None)
        else:
            refusal = locked_out(ceremony, *answers, whence=whence, now=now)
        if refusal is None:
            refund(counters)
        # What was proven stands in the entry of the sign-in itself.
        outcome = refusal or finishing.finish(ceremony, {}, whence=whence, now=now)
    return raised(outcome)


def locked_out(ceremony: Ceremony, *methods: Method, whence: Whence, now: datetime) -> Refusal:
    """An attempt that is not looked at, because a counter has run out: one entry, which says both.

    With all that was answered at once in it, so that whoever floods a locked account fills the journal no faster.
    """
    act = act_of(ceremony, whence, now, *methods)
    attempt_failed(ceremony, ceremony.client, Event.LOCKED_OUT, act, "too-many-attempts")
    return wording.too_many()


def answered(
    ceremony: Ceremony,
    method: Method,
    answer: Mapping[str, Any],
    *,
    whence: Whence,
    now: datetime,
    heard: Heard | None = None,
) -> Refusal | None:
    """One answer, inside the transaction: a proof in the ceremony, or a refusal, which is in the journal.

    What was `heard` of it counts for the challenge that it was asked about, if no other answer has taken that.
    """
    client, act = ceremony.client, act_of(ceremony, whence, now, method)
    kept = ceremony.challenges.get(method.value)
    another = method in factoring.ASKS_OTHERS and (heard is None or heard.kept != kept)
    if another or (kept is None and method not in factoring.UNASKED):
        return wording.out_of_turn("challenge-missing")
    ceremony.challenges.pop(method.value, None)
    try:
        more = heard.given() if heard else {}
        proof = factoring.factor(method).verify(
            client.pk if client else None, kept or {}, answer, ceremony=ceremony.pk, now=now, **more
        )
    except FactorRefused as refused:
        ceremony.failures += 1
        attempt_failed(ceremony, client, Event.FACTOR_PROVEN, act, str(refused))
        return wording.not_proven()
    ceremony.proofs.append(msgspec.to_builtins(proof))
    return None


def _asked(
    ceremony: Ceremony, method: Method, source: BiometricSource | None, now: datetime
) -> Challenge | Errand[Challenge]:
    """What a factor asks, or whom it has to ask first. Raises Refusal."""
    more: dict[str, Any] = {}
    if method is Method.BIOMETRICS:
        more = {"source": source, "subject": ceremony.subject}
    nonce, purpose = secrets.token_bytes(32), purpose_of(ceremony)
    try:
        return factoring.factor(method).begin(
            ceremony.client_id, ceremony=ceremony.pk, nonce=nonce, purpose=purpose, now=now, **more
        )
    except FactorRefused:
        raise wording.out_of_turn("method-not-offered") from None


def _posed(ceremony: Ceremony, method: Method, asked: Challenge) -> dict[str, Any]:
    ceremony.challenges[method.value] = asked.kept
    ceremony.save(update_fields=["challenges"])
    return asked.public


def _write_proven(ceremony: Ceremony, method: Method, whence: Whence, now: datetime) -> None:
    proof = proofs_of(ceremony)[-1]
    detail = {"kind": ceremony.kind, "credential": proof.credential, "report": proof.report}
    act = act_of(ceremony, whence, now, method)
    act.write(Event.FACTOR_PROVEN, ceremony.client, population=ceremony.population, detail=detail)


def _name(ceremony: Ceremony, identifier: str) -> None:
    population = Population(ceremony.population)
    ceremony.client = access.find(population, identifier)
    nobodys = access.subject(population, identifier)
    # One account has one count, by whichever name it was called.
    ceremony.subject = ceremony.client.pk.hex if ceremony.client else nobodys
    ceremony.identified = True


def _names_by_itself(ceremony: Ceremony, method: Method) -> bool:
    """Whether nobody need say who they are first: a sign-in may begin with a passkey."""
    return method is Method.PASSKEY and ceremony.kind == Kind.SIGN_IN


@transaction.atomic
def _introduced(begun: Begun, answer: Mapping[str, Any], now: datetime) -> Ceremony:
    """The ceremony, whose person the answer names. Nothing is proven by that, as by no name. Raises Refusal."""
    ceremony = opened(begun, Verb.IDENTIFY, now)
    if not ceremony.identified:
        population, (passkey, owner) = Population(ceremony.population), factoring.owner(answer)
        ceremony.client = access.held(population, owner)
        nobodys = access.subject(population, f"passkey:{passkey[:48]}")
        ceremony.subject = ceremony.client.pk.hex if ceremony.client else nobodys
        ceremony.identified = True
        ceremony.save(update_fields=["identified", "client", "subject"])
    return ceremony


def _demand_offered(ceremony: Ceremony, method: Method, now: datetime) -> None:
    """Nothing is asked that leads nowhere, or of nobody. Raises Refusal."""
    if not ceremony.identified and not _names_by_itself(ceremony, method):
        raise wording.out_of_turn("identifier-missing")
    if any(proof.method is method for proof in proofs_of(ceremony)):
        raise wording.out_of_turn("proven-already")
    if method not in next_steps(situation(ceremony, now, with_enrolled=True)).methods:
        raise wording.out_of_turn("method-not-offered")
