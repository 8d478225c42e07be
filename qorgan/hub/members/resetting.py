"""A lost second factor: another asks, the head of the centre resets it, and the next sign-in enrols anew (R67.6).

Nobody asks or decides for themselves. Every factor of the account goes, its sessions end with their next request, and
the door leads its person, after the password, to the page that enrols. They are told by a notice and by mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.blocking import employer_of, home_of
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Person
from qorgan.hub.members.reset import FactorReset
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

CLAUSE: Final = "R67.6"
_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@transaction.atomic
def ask(person_id: int, *, reason: str, by: Scope, now: datetime) -> FactorReset:
    """Ask that the second factor of another be reset: of one's own employee, or as the centre of anybody.

    Raises Refusal: `not-allowed`, `person-unknown`, `centre-only`, `self`, `account-blocked`, `factor-none`,
    `reset-open`.
    """
    access.enter(by)
    place = _place(person_id, by)
    person = access.person_for(person_id)
    if person.pk == by.person_id:
        raise Refusal("self", _("Nobody resets their own second factor: another asks for it."), CLAUSE)
    if not person.is_active:
        raise Refusal("account-blocked", _("The account is blocked; unblock it first."), CLAUSE)
    if not Authenticator.objects.filter(user_id=person.pk, type__in=_FACTORS).exists():
        raise Refusal("factor-none", _("They have no second factor: the next sign-in enrols one."), CLAUSE)
    made = FactorReset(
        person=person, organisation_id=place, reason=reason.strip()[:500], asked_by_id=by.person_id, asked_at=now
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refusal("reset-open", _("It is asked for already, and waits for the centre."), CLAUSE) from None
    _write(Act.FACTOR_RESET_ASKED, made, by, now, reason=made.reason)
    return made


@transaction.atomic
def reset(reset_id: UUID, *, by: Scope, now: datetime) -> FactorReset:
    """Take every second factor off the account and end its sessions. Raises Refusal: `not-allowed`, `self`, …"""
    found = _waiting(reset_id, by)
    person = access.person_for(found.person_id, lock=True)
    Authenticator.objects.filter(user_id=person.pk).delete()
    person.session_epoch += 1
    person.save(update_fields=["session_epoch"])
    return _settled(found, Act.FACTOR_RESET, by, now)


@transaction.atomic
def decline(reset_id: UUID, *, reason: str, by: Scope, now: datetime) -> FactorReset:
    """Leave the account as it is, and say why. Raises Refusal as `reset` does."""
    found = _waiting(reset_id, by)
    found.declined = reason.strip()[:500] or "—"
    return _settled(found, Act.FACTOR_RESET_DECLINED, by, now, reason=found.declined)


def waiting(person_id: int | None = None) -> QuerySet[FactorReset]:
    """What waits for the centre, of one account or of all that whoever asks may see."""
    rows = FactorReset.objects.select_related("person", "organisation").filter(done_at=None).order_by("asked_at")
    return rows if person_id is None else rows.filter(person=person_id)


def reset_for(reset_id: UUID) -> FactorReset:
    """What was asked, if whoever asks may see it. Raises Refusal `reset-unknown` in both other cases."""
    found = FactorReset.objects.select_related("person").filter(pk=reset_id).first()
    if found is None:
        raise _unknown()
    return found


def may_ask(person: Person, by: Scope) -> bool:
    """Whether pages offer somebody to ask for it."""
    try:
        _place(person.pk, by)
    except Refusal:
        return False
    return person.is_active and person.pk != by.person_id


def _place(person_id: int, by: Scope) -> UUID:
    access.require(by, Right.FACTORS_ASK)
    if by.reach is not Reach.CENTRE:
        return employer_of(person_id, Right.FACTORS_ASK, by)
    home = home_of(person_id)
    if home is None:
        raise Refusal("person-unknown", _("There is no such person."))
    return home


def _waiting(reset_id: UUID, by: Scope) -> FactorReset:
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    found = FactorReset.objects.select_for_update().filter(pk=reset_id).first()
    if found is None:
        raise _unknown()
    if found.done_at is not None:
        raise Refusal("reset-over", _("It was decided on already."), CLAUSE)
    if found.person_id == by.person_id:
        raise Refusal("self", _("Nobody resets their own second factor: another asks for it."), CLAUSE)
    return found


def _settled(found: FactorReset, act: Act, by: Scope, now: datetime, **detail: str) -> FactorReset:
    found.done_by_id, found.done_at = by.person_id, now
    found.save(update_fields=["done_by", "done_at", "declined"])
    _write(act, found, by, now, **detail)
    return found


def _write(act: Act, found: FactorReset, by: Scope, now: datetime, **detail: str) -> None:
    journal.write(act, by=by, now=now, organisation=found.organisation_id, on=str(found.person_id), detail=detail)


def _unknown() -> Refusal:
    return Refusal("reset-unknown", _("There is no such request, or it is not yours to see."))
