"""What is done to a client: one verb, one entry in the journal with what was before and after (D26.journal, R57.7)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.gate.clients import access, numbers
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.lifecycle import STEPS, State, Verb
from qorgan.gate.clients.models import Client
from qorgan.gate.journal.events import Event
from qorgan.gate.sealing import index, seal
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

INVITATION_LIVES: Final = timedelta(days=1)
LANGUAGES: Final = ("kk", "ru", "en")
_LONGEST_NAME: Final = 200


def register(
    population: Population, *, iin: str, name: str, phone: str, language: str = "kk", legal_entity: str = "", act: Act
) -> Client:
    """Somebody who says to be a person. Found by nobody until `activate`. Raises Refusal of a malformed number."""
    if population is Population.EMPLOYEE:
        raise Refusal("registration-refused", _("Employees are registered by the institution."), "R57.6")
    client = _new(population, iin=iin, name=name, phone=phone, language=language, act=act)
    client.bin = numbers.read_bin(legal_entity)
    client.save()
    return client


@transaction.atomic
def activate(client_id: UUID, *, act: Act) -> Client:
    """Make a client of somebody who was identified. Raises Refusal `already-registered` where the person is one."""
    client = _moved(client_id, Verb.ACTIVATE)
    try:
        with transaction.atomic():
            client.save(update_fields=["state"])
    except IntegrityError:
        raise Refusal(
            "already-registered", _("You are registered already. Sign in."), status=HTTPStatus.CONFLICT
        ) from None
    act.write(Event.REGISTRATION, client, after=_standing(client))
    return client


@transaction.atomic
def open_employee(*, login: str, iin: str, name: str, phone: str = "", language: str = "kk", act: Act) -> Client:
    """Open an employee's personal account, without factors: they set them by an invitation. Raises Refusal."""
    if not act.by or not act.reason.strip():
        raise Refusal("reason-missing", _("Say who opens the account, and why."), "R57.7", field="reason")
    client = _new(Population.EMPLOYEE, iin=iin, name=name, phone=phone, language=language, act=act)
    client.login, client.state = numbers.read_login(login), State.ACTIVE
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError:
        words = _("This person or this login has an account already: accounts are personal.")
        raise Refusal("account-exists", words, "R57.6", HTTPStatus.CONFLICT, field="login") from None
    act.write(Event.ACCOUNT_OPENED, client, after={**_standing(client), "login": client.login})
    return client


@transaction.atomic
def invite(client_id: UUID, *, act: Act) -> str:
    """The secret by which an employee sets their first factors; shown once, ends an earlier one."""
    client = access.by_id(client_id, lock=True)
    if client.population != Population.EMPLOYEE.value or client.state != State.ACTIVE:
        raise _wrong_state()
    secret = secrets.token_urlsafe(32)
    client.invitation_digest, client.invitation_until = digest(secret), act.now + INVITATION_LIVES
    client.save(update_fields=["invitation_digest", "invitation_until"])
    act.write(Event.ACCOUNT_INVITED, client, after={"until": client.invitation_until.isoformat()})
    return secret


@transaction.atomic
def block(client_id: UUID, *, act: Act) -> tuple[Client, int]:
    """Let somebody do nothing until they are unblocked. Gives the client and the entry. Raises Refusal."""
    return _with_reason(client_id, Verb.BLOCK, Event.ACCOUNT_BLOCKED, act)


@transaction.atomic
def unblock(client_id: UUID, *, act: Act) -> tuple[Client, int]:
    """Let a blocked client in again. Gives the client and the entry. Raises Refusal."""
    return _with_reason(client_id, Verb.UNBLOCK, Event.ACCOUNT_UNBLOCKED, act)


@transaction.atomic
def close(client_id: UUID, *, act: Act) -> Client:
    """End an account for good. Whoever registers anew is another client."""
    before = access.by_id(client_id, lock=True)
    client = _moved(client_id, Verb.CLOSE)
    client.invitation_digest = client.invitation_until = None
    client.save(update_fields=["state", "invitation_digest", "invitation_until"])
    act.write(Event.ACCOUNT_CLOSED, client, before=_standing(before), after=_standing(client))
    return client


@transaction.atomic
def change_phone(client_id: UUID, phone: str, *, act: Act) -> tuple[Client, str, int]:
    """Take another number. Gives the client, the old number, which is told of it too (R48.160.9), and the entry."""
    client = access.by_id(client_id, lock=True)
    if client.state != State.ACTIVE:
        raise _wrong_state()
    old, new = access.phone_of(client), numbers.read_phone(phone)
    if old == new:
        raise Refusal("phone-same", _("This is your number already."), status=HTTPStatus.CONFLICT, field="phone")
    _set_phone(client, new)
    client.save(update_fields=["phone_sealed", "phone_index"])
    entry = act.write(
        Event.PHONE_CHANGED,
        client,
        before={"phone": numbers.masked(old)},
        after={"phone": numbers.masked(new)},
    )
    return client, old, entry


def digest(secret: str) -> bytes:
    """How a secret of ours is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _new(population: Population, *, iin: str, name: str, phone: str, language: str, act: Act) -> Client:
    digits, is_test = numbers.read_iin(iin)
    named = " ".join(name.split())
    if not named or len(named) > _LONGEST_NAME:
        words = _("Write the name as in the identity document.")
        raise Refusal("name-malformed", words, status=HTTPStatus.UNPROCESSABLE_ENTITY, field="name")
    client = Client(
        population=population.value,
        state=State.REGISTERING,
        iin_index=index(digits, field=access.IIN),
        language=language if language in LANGUAGES else "kk",
        test_numbers=is_test,
        created_at=act.now,
    )
    client.iin_sealed = seal(digits, field=access.IIN, row=client.pk)
    client.name_sealed = seal(named, field=access.NAME, row=client.pk)
    if phone or population is not Population.EMPLOYEE:
        _set_phone(client, numbers.read_phone(phone))
    return client


def _set_phone(client: Client, phone: str) -> None:
    client.phone_sealed = seal(phone, field=access.PHONE, row=client.pk)
    client.phone_index = index(phone, field=access.PHONE)


def _with_reason(client_id: UUID, verb: Verb, event: Event, act: Act) -> tuple[Client, int]:
    if not act.reason.strip():
        raise Refusal(
            "reason-missing",
            _("Say why."),
            "R57.7",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="reason",
        )
    before = _standing(access.by_id(client_id, lock=True))
    client = _moved(client_id, verb)
    client.blocked_reason = act.reason.strip()[:500] if client.state == State.BLOCKED else ""
    client.save(update_fields=["state", "blocked_reason"])
    entry = act.write(event, client, before=before, after=_standing(client))
    return client, entry


def _moved(client_id: UUID, verb: Verb) -> Client:
    """The client under its lock, in its next state, not yet saved. Raises Refusal `client-state`."""
    client = access.by_id(client_id, lock=True)
    to = STEPS.get((State(client.state), verb))
    if to is None:
        raise _wrong_state()
    client.state = to
    return client


def _wrong_state() -> Refusal:
    return Refusal("client-state", _("The account does not allow this as it stands."), status=HTTPStatus.CONFLICT)


def _standing(client: Client) -> dict[str, str]:
    """What the journal may know of an account: never who it is."""
    return {"state": str(client.state)} | ({"blocked": client.blocked_reason} if client.blocked_reason else {})
