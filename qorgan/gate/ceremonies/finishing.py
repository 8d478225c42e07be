"""What a ceremony ends in: the verdict of the rules, then its effect, in one transaction with what is written of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.gate.ceremonies import factoring, outside, sessions, wording
from qorgan.gate.ceremonies.engine import EVENTS, act_of, end, proofs_of, purpose_of, situation
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import Verb
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.ceremonies.outside import Heard, Question
from qorgan.gate.ceremonies.plan import could_sign_in, sign_in_verdict, verdict
from qorgan.gate.ceremonies.sessions import Made
from qorgan.gate.clients import access, actions
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.devices import register
from qorgan.gate.factors.base import FactorRefused
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.notices.telling import tell
from qorgan.gate.rules.verdict import Allowed, Refused
from qorgan.gate.sealing import unseal
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population

PHONE: Final = "ceremony.phone"
"""The name under which a ceremony's number is sealed."""
BEGINS_WITH: Final = frozenset({Method.PASSWORD, Method.ONE_TIME_CODE, Method.PASSKEY})
"""What may be enrolled at a registration or by an invitation: a device and a face have ceremonies of their own."""


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a ceremony."""

    kind: Kind
    client_id: UUID
    rule: str
    edition: str
    made: Made | None = None
    """The session and its secret, where there is one."""
    credential: str = ""
    """What was enrolled or removed."""

    @property
    def session_secret(self) -> str | None:
        """The secret of the session, known to nobody else."""
        return self.made.secret if self.made else None


class _Cannot(Exception):
    """The effect cannot be: undone, written down, and told."""

    def __init__(self, refusal: Refusal, reason: str) -> None:
        super().__init__(reason)
        self.refusal = refusal
        self.reason = reason


class _Given(msgspec.Struct, frozen=True):
    """What the effect was given by the person, and by whoever was asked about it."""

    answer: Mapping[str, Any]
    heard: Heard | None = None


def question(ceremony: Ceremony, answer: Mapping[str, Any], now: datetime) -> Question | Heard | None:
    """Whom the effect has to ask first; None where it asks nobody, and where the rules do not allow it."""
    if ceremony.kind != Kind.FACTOR_ADDED or isinstance(verdict(situation(ceremony, now)), Refused):
        return None
    method = Method(ceremony.changed)
    return outside.question(ceremony, method, _enrolment(method), answer, now)


def finish(
    ceremony: Ceremony, answer: Mapping[str, Any], *, whence: Whence, now: datetime, heard: Heard | None = None
) -> Finished | Refusal:
    """Judge and do. Gives the refusal as a value: it is written in the journal."""
    here = situation(ceremony, now)
    act, event = act_of(ceremony, whence, now), EVENTS[here.kind]
    found = verdict(here)
    if isinstance(found, Refused):
        _refuse(ceremony, event, act, found.lacks.value, found)
        return wording.forbidden(found)
    if ceremony.client_id is None:
        raise RuntimeError("something was proven of nobody")
    client = access.by_id(ceremony.client_id, lock=True)
    if client.state != (State.REGISTERING if here.kind is Kind.REGISTRATION else State.ACTIVE):
        _refuse(ceremony, event, act, f"account-{client.state}", found)
        return wording.blocked() if client.state == State.BLOCKED else wording.unknown()
    acted = msgspec.structs.replace(act, rule=found.rule, edition=found.edition)
    try:
        # What cannot be is undone by itself. A sign-in that is allowed by now can always be.
        with nullcontext() if here.kind is Kind.SIGN_IN else transaction.atomic():
            done = _EFFECTS[here.kind](ceremony, client, _Given(answer, heard), found, acted)
    except _Cannot as cannot:
        _refuse(ceremony, event, act, cannot.reason, found)
        return cannot.refusal
    if not ceremony._state.adding:  # noqa: SLF001 (Django's own sign of a row that is not stored)
        end(ceremony, Verb.FINISH, acted)
    return done


def enrol_begin(ceremony: Ceremony, method: Method, *, now: datetime) -> dict[str, Any]:
    """What the factor to be enrolled asks; kept apart from what it asks for proof. Raises Refusal."""
    client_id = _demand_enrollable(ceremony, method, now)
    asked = factoring.factor(method).enrol_begin(
        client_id, ceremony=ceremony.pk, nonce=secrets.token_bytes(32), purpose=purpose_of(ceremony), now=now
    )
    ceremony.challenges[_enrolment(method)] = asked.kept
    ceremony.save(update_fields=["challenges"])
    return asked.public


def enrol(
    ceremony: Ceremony, method: Method, answer: Mapping[str, Any], *, whence: Whence, now: datetime
) -> Refusal | None:
    """Enrol a first factor. Gives the refusal as a value."""
    client_id = _demand_enrollable(ceremony, method, now)
    if Kind(ceremony.kind) not in {Kind.REGISTRATION, Kind.INVITED}:
        raise wording.out_of_turn()
    client, by = access.by_id(client_id), verdict(situation(ceremony, now))
    act = msgspec.structs.replace(act_of(ceremony, whence, now), rule=by.rule, edition=by.edition)
    try:
        with transaction.atomic():
            credential = _enrolled(ceremony, client, method, _Given(answer), now)
    except _Cannot as cannot:
        _refuse(ceremony, Event.FACTOR_ADDED, act, cannot.reason, None)
        return cannot.refusal
    ceremony.enrolled = sorted({*ceremony.enrolled, method.value})
    ceremony.save(update_fields=["enrolled", "challenges"])
    act.write(Event.FACTOR_ADDED, client, after={"method": method.value, "credential": credential})
    return None


def _demand_enrollable(ceremony: Ceremony, method: Method, now: datetime) -> UUID:
    """Whose factor may be enrolled now, if the rules allow the ceremony already. Raises Refusal."""
    here = situation(ceremony, now)
    enrollable = {
        Kind.REGISTRATION: BEGINS_WITH,
        Kind.INVITED: BEGINS_WITH,
        Kind.NEW_DEVICE: {Method.DEVICE_KEY},
        Kind.PASSWORD_CHANGE: {Method.PASSWORD},
        Kind.RECOVERY: {Method.PASSWORD},
        Kind.FACTOR_ADDED: {here.changed},
    }.get(here.kind, set())
    found = verdict(here)
    if isinstance(found, Refused):
        raise wording.forbidden(found)
    if method not in enrollable or ceremony.client_id is None:
        raise wording.out_of_turn("method-not-offered")
    return ceremony.client_id


def _register(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Make a client of whoever was identified and can sign in from now on."""
    del given
    _demand_two(ceremony, client, act)
    try:
        client = actions.activate(client.pk, act=act)
    except Refusal as refusal:
        raise _Cannot(refusal, refusal.code) from None
    entry = act.write(Event.ACCOUNT_OPENED, client, after={"enrolled": list(ceremony.enrolled)})
    tell(client, Told.REGISTERED, entry=entry, now=act.now)
    return _done(ceremony, client, by)


def _sign_in(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Let somebody in."""
    del given
    return _done(ceremony, client, by, made=_session(ceremony, client, act))


def _bind(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Bind the device, and let its owner in on it."""
    credential = _enrolled(ceremony, client, Method.DEVICE_KEY, given, act.now)
    entry = act.write(Event.DEVICE_BOUND, client, device=UUID(credential), after={"device": credential})
    tell(client, Told.DEVICE_BOUND, entry=entry, now=act.now)
    return _done(ceremony, client, by, made=_session(ceremony, client, act), credential=credential)


def _set_password(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Another password: everybody who is in by the old one is out."""
    credential = _enrolled(ceremony, client, Method.PASSWORD, given, act.now)
    recovered = ceremony.kind == Kind.RECOVERY
    entry = act.write(Event.PASSWORD_RECOVERED if recovered else Event.PASSWORD_CHANGED, client)
    tell(client, Told.PASSWORD_RECOVERED if recovered else Told.PASSWORD_CHANGED, entry=entry, now=act.now)
    sessions.end_all(client, why="password-changed", act=act, but=ceremony.session)
    return _done(ceremony, client, by, credential=credential)


def _change_phone(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Another number: the old one is told of it too (R48.160.9)."""
    del given
    try:
        number = unseal(ceremony.phone_sealed, field=PHONE, row=ceremony.pk)
        changed, old, entry = actions.change_phone(client.pk, number, act=act)
    except Refusal as refusal:
        raise _Cannot(refusal, refusal.code) from None
    tell(changed, Told.PHONE_CHANGED, entry=entry, now=act.now)
    if old:
        tell(changed, Told.PHONE_CHANGED, entry=entry, now=act.now, old_phone=old)
    return _done(ceremony, changed, by)


def _add_factor(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """One more factor; other sessions end, so that whoever is in by the weaker ones comes in anew."""
    method = Method(ceremony.changed)
    credential = _enrolled(ceremony, client, method, given, act.now)
    entry = act.write(Event.FACTOR_ADDED, client, after={"method": method.value, "credential": credential})
    tell(client, Told.FACTOR_ADDED, entry=entry, now=act.now)
    sessions.end_all(client, why="factor-added", act=act, but=ceremony.session)
    return _done(ceremony, client, by, credential=credential)


def _remove_factor(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """One factor less, and still enough to sign in with."""
    method, credential = Method(ceremony.changed), str(given.answer.get("credential", ""))[:100]
    try:
        factoring.factor(method).remove(client.pk, credential, now=act.now)
    except FactorRefused as refused:
        raise _cannot(refused) from None
    _demand_two(ceremony, client, act)
    entry = act.write(Event.FACTOR_REMOVED, client, before={"method": method.value, "credential": credential})
    tell(client, Told.FACTOR_REMOVED, entry=entry, now=act.now)
    sessions.end_all(client, why="factor-removed", act=act, but=ceremony.session)
    return _done(ceremony, client, by, credential=credential)


def _close(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """End the account with all that is the person's in it."""
    del given
    sessions.end_all(client, why="closed", act=act)
    for device in register.close_all(client.pk, why=register.Why.CLIENT_CLOSED, now=act.now):
        act.write(Event.DEVICE_CLOSED, client, device=device, reason="account-closed")
    closed = actions.close(client.pk, act=act)
    entry = act.write(Event.CEREMONY_ENDED, closed, detail={"kind": ceremony.kind})
    tell(closed, Told.CLOSED, entry=entry, now=act.now)
    return _done(ceremony, closed, by)


def _begin_employee(ceremony: Ceremony, client: Client, given: _Given, by: Allowed, act: Act) -> Finished:
    """Spend the invitation, once the employee can sign in."""
    del given
    _demand_two(ceremony, client, act)
    client.invitation_digest = client.invitation_until = None
    client.save(update_fields=["invitation_digest", "invitation_until"])
    entry = act.write(Event.FACTOR_ADDED, client, after={"enrolled": list(ceremony.enrolled)})
    tell(client, Told.FACTOR_ADDED, entry=entry, now=act.now)
    return _done(ceremony, client, by)


_Effect = Callable[[Ceremony, Client, _Given, Allowed, Act], Finished]
_EFFECTS: Final[Mapping[Kind, _Effect]] = MappingProxyType(
    {
        Kind.REGISTRATION: _register,
        Kind.SIGN_IN: _sign_in,
        Kind.NEW_DEVICE: _bind,
        Kind.PASSWORD_CHANGE: _set_password,
        Kind.RECOVERY: _set_password,
        Kind.PHONE_CHANGE: _change_phone,
        Kind.FACTOR_ADDED: _add_factor,
        Kind.FACTOR_REMOVED: _remove_factor,
        Kind.CLOSING: _close,
        Kind.INVITED: _begin_employee,
    }
)


def _session(ceremony: Ceremony, client: Client, act: Act) -> Made:
    """A session by the rule of signing in, which every ceremony that makes one obeys."""
    found = sign_in_verdict(situation(ceremony, act.now))
    if isinstance(found, Refused):
        raise _Cannot(wording.forbidden(found), found.lacks.value)
    made = sessions.make(client, ceremony, proofs_of(ceremony), found, act)
    tell(client, Told.SIGNED_IN, entry=made.session.entry, now=act.now)
    return made


def _enrolled(ceremony: Ceremony, client: Client, method: Method, given: _Given, now: datetime) -> str:
    """The credential that the factor enrolled. The report of the biometric identification goes along (R48.156-1)."""
    kept = ceremony.challenges.pop(_enrolment(method), None)
    another = method in factoring.ASKS_OTHERS and (given.heard is None or given.heard.kept != kept)
    if another or (kept is None and method is not Method.PASSWORD):
        raise _Cannot(wording.out_of_turn("challenge-missing"), "challenge-missing")
    report = next((one.report for one in proofs_of(ceremony) if one.method is Method.BIOMETRICS), "")
    try:
        more = given.heard.given() if given.heard else {}
        found = factoring.factor(method).enrol_finish(
            client.pk, {**(kept or {}), "report": report}, given.answer, ceremony=ceremony.pk, now=now, **more
        )
    except FactorRefused as refused:
        raise _cannot(refused) from None
    return found.id


def _demand_two(ceremony: Ceremony, client: Client, act: Act) -> None:
    """Nobody is left with less than they can sign in with. A client's face is the state's to know: all have it."""
    population = Population(ceremony.population)
    has = factoring.enrolled(client.pk)
    if population is not Population.EMPLOYEE:
        has |= {Method.BIOMETRICS}
    if not could_sign_in(population, has, act.now):
        words = _("Keep at least two factors of different kinds: without them you could not sign in.")
        refusal = Refusal("factors-too-few", words, "D26.two-factor", HTTPStatus.CONFLICT)
        raise _Cannot(refusal, refusal.code)


def _cannot(refused: FactorRefused) -> _Cannot:
    """Why a factor was not enrolled: here its owner may know, unlike where somebody says to be them."""
    words = _("This cannot be taken: %(reason)s.") % {"reason": refused.detail or refused.reason.value}
    refusal = Refusal(f"factor-{refused.reason}", words, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _Cannot(refusal, refused.reason.value)


def _refuse(ceremony: Ceremony, event: Event, act: Act, reason: str, by: Allowed | Refused | None) -> None:
    acted = msgspec.structs.replace(act, rule=by.rule, edition=by.edition) if by else act
    acted.write(
        event,
        ceremony.client,
        outcome="refused",
        reason=reason,
        population=ceremony.population,
        detail={"kind": ceremony.kind},
    )


def _enrolment(method: Method) -> str:
    """Where what an enrolment keeps lies among the challenges: never where an answer to a challenge is looked for."""
    return f"enrolment:{method.value}"


def _done(
    ceremony: Ceremony, client: Client, by: Allowed, *, made: Made | None = None, credential: str = ""
) -> Finished:
    return Finished(
        kind=Kind(ceremony.kind),
        client_id=client.pk,
        rule=by.rule,
        edition=by.edition,
        made=made,
        credential=credential,
    )
