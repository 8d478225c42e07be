"""How a new account's person comes to a password: a one-time code, shown once, kept as a digest (R67.6)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Invitation, Membership, Person
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal

LIVES: Final = timedelta(days=3)
_SECRET_BYTES: Final = 20
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom the code is for, and the code itself, which is shown once."""

    person: Person
    code: str
    expires_at: datetime


@transaction.atomic
def invite(person_id: int, *, by: Scope, now: datetime) -> Invited:
    """Issue a code for a person; codes issued before it count no more. Raises Refusal.

    Until the code is used a password that the account has stays as it is.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    person = access.person_for(person_id, lock=True)
    if not person.is_active:
        raise Refusal("account-blocked", _("The account is blocked; unblock it first."))
    if person.pk == by.person_id:
        raise Refusal("self", _("Nobody invites themselves."))
    Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
    code = _new_code()
    made = Invitation(person=person, digest=digest_of(code), expires_at=now.replace(microsecond=0) + LIVES)
    made.save(force_insert=True)
    home = Membership.objects.filter(person=person).order_by("pk").values_list("organisation_id", flat=True).first()
    journal.write(Act.ACCOUNT_INVITED, by=by, now=now, organisation=home, on=str(person.pk))
    return Invited(person, code, made.expires_at)


def invited(code: str, *, now: datetime) -> Person:
    """Whom a code is for. Raises Refusal `invitation-unknown` for every code that opens nothing, whatever the cause."""
    found = Invitation.objects.select_related("person").filter(digest=digest_of(code)).first()
    if found is None or found.used_at is not None or found.expires_at <= now or not found.person.is_active:
        raise Refusal("invitation-unknown", _OPENS_NOTHING, field="code")
    return found.person


@transaction.atomic
def accept_invitation(code: str, password: str, *, now: datetime) -> Person:
    """Set the password that a code's person chose; the caller has judged it. Each code serves once.

    Raises Refusal `invitation-unknown`. Sessions of a password before this one end.
    """
    person = invited(code, now=now)
    taken = Invitation.objects.filter(digest=digest_of(code), used_at=None, expires_at__gt=now).update(used_at=now)
    if taken != 1:
        raise Refusal("invitation-unknown", _OPENS_NOTHING, field="code")
    person.set_password(password)
    person.save(update_fields=["password"])
    oneself = Scope(person_id=person.pk)
    access.enter(oneself)
    home = Membership.objects.filter(person=person).order_by("pk").values_list("organisation_id", flat=True).first()
    journal.write(Act.ACCOUNT_OPENED, by=oneself, now=now, organisation=home, on=str(person.pk))
    return person


def digest_of(code: str) -> bytes:
    """What the hub keeps of a code instead of the code. Case, blanks and dashes do not matter."""
    letters = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(b"qorgan invitation\n" + letters.encode()).digest()


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


_OPENS_NOTHING = _(
    "This code opens nothing: it was used, ran out, or was never issued. Ask the sectoral centre for one."
)
