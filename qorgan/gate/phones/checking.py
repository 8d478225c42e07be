"""Checks that a number is a person's: first the registry, then a code to the number (D26.identity).

Both must hold. A number that is somebody else's gets no code, and whoever asked for it is told the same as everybody:
else anybody could learn whose a number is.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Q

from qorgan.gate.clients import access, numbers
from qorgan.gate.clients.models import Client
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event, Outcome
from qorgan.gate.journal.writing import write
from qorgan.gate.phones import wording
from qorgan.gate.phones.models import PhoneCheck
from qorgan.gate.phones.refusal import PhoneRefused, Reason
from qorgan.gate.providers import configured
from qorgan.gate.providers.messages import Channel, Delivery, Message
from qorgan.gate.providers.mobile_numbers import Owner, Ownership
from qorgan.gate.sealing import index, seal, seal_bytes, unseal
from qorgan.kit.refusal import Unavailable

CODE_LIVES: Final = timedelta(minutes=5)
DIGITS: Final = 6
MOST_WRONG: Final = 5
"""Wrong codes after which another is to be asked for."""
MOST_CODES: Final = 5
"""Codes for one client, and for one person and number, within `WINDOW`."""
WINDOW: Final = timedelta(hours=1)
PHONE: Final = "phone_check.phone"
_CODE: Final = "phone_check.code"
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_SIGNED: Final = "phone_check.signed"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever asked for a code is shown, whosever the number is."""

    phone: str
    """Masked."""
    until: datetime


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry is to be asked. Personal data: never into logs."""

    client: UUID
    iin: str
    number: str
    language: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the registry said, and as it signed it."""

    ownership: Ownership
    signed: str


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A check that is kept, and the code that its number's owner is to be sent. Personal data."""

    check: UUID
    number: str
    theirs: bool
    text: str
    language: str
    shown: Asked


def question(client_id: UUID, phone: str, *, now: datetime) -> Question:
    """What is to be asked. In a transaction.

    Raises PhoneRefused after too many codes, and where no registry is asked; Refusal of what is no number.
    """
    number = numbers.read_phone(phone)
    client = access.by_id(client_id)
    if configured.numbers(settings.CONFIG) is None:
        raise PhoneRefused(Reason.NOBODY_ASKED)
    _demand_few(client, index(number, field=access.PHONE), now)
    return Question(client=client_id, iin=access.iin_of(client_id), number=number, language=client.language)


def answer(asked: Question, *, now: datetime) -> Answer:
    """Ask the registry whose the number is. Outside of a transaction.

    Raises Unavailable when it does not answer: a number that could not be checked is not confirmed.
    """
    registry = configured.numbers(settings.CONFIG)
    if registry is None:
        raise Unavailable(configured.NUMBERS)
    ownership, signed = registry.ask(asked.iin, asked.number, now=now)
    return Answer(ownership=ownership, signed=signed)


def keep(asked: Question, said: Answer, *, ceremony: UUID, now: datetime) -> Code:
    """Keep the answer, with the digest of a new code. In a transaction. Raises PhoneRefused after too many codes."""
    owner, digest = said.ownership.owner, index(asked.number, field=access.PHONE)
    # Others may have asked while the registry thought.
    _demand_few(access.by_id(asked.client), digest, now)
    check = PhoneCheck(
        client_id=asked.client,
        ceremony=ceremony,
        phone_index=digest,
        owner=owner.value,
        answered_at=said.ownership.answered_at,
        data_of=said.ownership.data_of,
        asked_at=now,
        code_until=now + CODE_LIVES,
    )
    check.phone_sealed = seal(asked.number, field=PHONE, row=check.pk)
    check.signed = seal_bytes(said.signed.encode(), field=_SIGNED, row=check.pk)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    check.code_digest = _digest(check.pk, code)
    check.save(force_insert=True)
    _journal(check, "done" if owner is Owner.SAME else "failed", owner.value, now)
    return Code(
        check=check.pk,
        number=asked.number,
        theirs=owner is Owner.SAME,
        text=wording.code(code, asked.language),
        language=asked.language,
        shown=Asked(phone=numbers.masked(asked.number), until=check.code_until),
    )


def send(code: Code, *, now: datetime) -> Asked:
    """Send the code to its owner; to nobody else, in the same time. Outside of a transaction.

    Raises Unavailable, whosever the number is: `unsent` says so to the check.
    """
    gateway = configured.gateway(settings.CONFIG)
    if gateway is None:
        raise Unavailable(configured.GATEWAY)
    if not code.theirs:
        gateway.answers()
        return code.shown
    message = Message(id=code.check, channel=Channel.SMS, to=code.number, text=code.text, language=code.language)
    if gateway.send(message, now=now).state is Delivery.FAILED:
        raise Unavailable(configured.GATEWAY)
    return code.shown


def unsent(code: Code, *, now: datetime) -> None:
    """Nobody took the message: its code is good for nothing, and is not counted. In a transaction."""
    PhoneCheck.objects.filter(pk=code.check, confirmed_at=None).update(unsent_at=now)


def confirm(client_id: UUID, code: str, *, ceremony: UUID, now: datetime) -> str:
    """The number, as +77…, that the client has read the code from. Raises PhoneRefused; a wrong code is counted.

    In the caller's transaction, which must hold also when it is refused.
    """
    rows = PhoneCheck.objects.select_for_update().filter(client_id=client_id, ceremony=ceremony, unsent_at=None)
    check = rows.order_by("-asked_at").first()
    if check is None or check.confirmed_at is not None:
        raise PhoneRefused(Reason.NOT_ASKED)
    right = hmac.compare_digest(bytes(check.code_digest), _digest(check.pk, "".join(code.split())))
    reason = _wrong_with(check, right=right, now=now)
    if reason is not None:
        PhoneCheck.objects.filter(pk=check.pk).update(wrong=check.wrong + 1)
        _journal(check, "failed", reason.value, now)
        raise PhoneRefused(reason)
    PhoneCheck.objects.filter(pk=check.pk).update(confirmed_at=now)
    _journal(check, "done", "code-right", now)
    return unseal(check.phone_sealed, field=PHONE, row=check.pk)


def confirmed(client_id: UUID, phone: str, *, ceremony: UUID) -> bool:
    """Whether this number was confirmed to be the client's in this ceremony."""
    return PhoneCheck.objects.filter(
        client_id=client_id,
        ceremony=ceremony,
        phone_index=index(numbers.read_phone(phone), field=access.PHONE),
        owner=Owner.SAME.value,
        confirmed_at__isnull=False,
    ).exists()


def _demand_few(client: Client, digest: bytes, now: datetime) -> None:
    """Refuse one code too many: for the client, and for this person and number in whatever registration.

    Whether the number is theirs makes no difference, or the refusal would tell it.
    """
    person = bytes(client.iin_index)
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [f"phones:{person.hex()}"])
    asked = Q(client=client) | Q(client__iin_index=person, phone_index=digest)
    if PhoneCheck.objects.filter(asked, asked_at__gt=now - WINDOW, unsent_at=None).count() >= MOST_CODES:
        raise PhoneRefused(Reason.TOO_MANY)


def _wrong_with(check: PhoneCheck, *, right: bool, now: datetime) -> Reason | None:
    if check.wrong >= MOST_WRONG:
        return Reason.TOO_MANY
    if now >= check.code_until:
        return Reason.EXPIRED
    if not right:
        return Reason.WRONG
    # Where it is not theirs no code was sent, and only a guess can be right.
    return None if check.owner == Owner.SAME.value else Reason.NOT_THEIRS


def _digest(check: UUID, code: str) -> bytes:
    return index(f"{check}:{code}", field=_CODE)


def _journal(check: PhoneCheck, outcome: Outcome, reason: str, now: datetime) -> None:
    """The result, in the journal; of the number, what its owner knows it by."""
    write(
        Entry(
            event=Event.PHONE_CHECKED,
            outcome=outcome,
            at=now,
            whence=HERE,
            population=access.by_id(check.client_id).population,
            client=check.client_id,
            ceremony=check.ceremony,
            reason=reason,
            detail={
                "check": str(check.pk),
                "phone": numbers.masked(unseal(check.phone_sealed, field=PHONE, row=check.pk)),
                "owner": check.owner,
                "data_of": check.data_of.isoformat(),
            },
        )
    )
