"""Accounts closed and opened again: anywhere by the centre's head, at home by the head of the security unit (R67.6)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Membership, Person
from qorgan.hub.members.roles import OF_PROGRAMS, Right, Role
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from django.db.models import QuerySet

CLAUSE: Final = "R67.6"


@transaction.atomic
def block(person_id: int, *, reason: str, by: Scope, now: datetime) -> Person:
    """Close an account: every session of it ends with its next request, for good.

    Raises Refusal: `not-allowed`, `person-unknown`, `self`, `state-same`, `centre-only`, and `last-in-role` where the
    head of a unit would leave it without a head.
    """
    person, place = _to_move(person_id, by, active=True)
    person.is_active = False
    person.session_epoch += 1
    person.save(update_fields=["is_active", "session_epoch"])
    journal.write(Act.ACCOUNT_BLOCKED, by=by, now=now, organisation=place, on=str(person.pk), detail={"reason": reason})
    return person


@transaction.atomic
def unblock(person_id: int, *, reason: str, by: Scope, now: datetime) -> Person:
    """Open an account again; its person signs in anew. Raises Refusal as `block` does."""
    person, place = _to_move(person_id, by, active=False)
    person.is_active = True
    person.save(update_fields=["is_active"])
    journal.write(
        Act.ACCOUNT_UNBLOCKED, by=by, now=now, organisation=place, on=str(person.pk), detail={"reason": reason}
    )
    return person


def may_move(person_id: int, by: Scope) -> bool:
    """Whether pages offer somebody to block or unblock an account."""
    if person_id == by.person_id:
        return False
    if by.may(Right.MEMBERS_WRITE):
        return True
    try:
        employer_of(person_id, Right.ACCOUNTS_BLOCK, by)
    except Refusal:
        return False
    return True


def employer_of(person_id: int, right: Right, by: Scope) -> UUID:
    """The institution of whoever asks whose employee a person is, and of no other. Runs in a transaction.

    Raises Refusal: `not-allowed`; `person-unknown` for other institutions' people as for nobody; `centre-only` where
    the account is more than that institution's to decide on.
    """
    access.require(by, right)
    held = access.roles_held(person_id, by)
    home = next((place for place, _role in held if place in by.memberships and by.may_for(right, place)), None)
    if home is None:
        raise Refusal("person-unknown", _("There is no such person."))
    if any(place != home or role in OF_PROGRAMS for place, role in held):
        raise Refusal("centre-only", _("Only the sectoral centre can do this with this account."), CLAUSE)
    return home


def home_of(person_id: int) -> UUID | None:
    """The organisation whose journal tells of an account; the first where they have roles in several."""
    access.person_for(person_id)
    rows = Membership.objects.filter(person_id=person_id).order_by("pk")
    return rows.values_list("organisation_id", flat=True).first()


def _to_move(person_id: int, by: Scope, *, active: bool) -> tuple[Person, UUID | None]:
    """(1) The right, (2) the locks, (3) what must hold under them. Gives the person and whose journal tells of it."""
    access.enter(by)
    # (1) The centre's right reaches everybody.
    of_centre = by.may(Right.MEMBERS_WRITE)
    place = home_of(person_id) if of_centre else employer_of(person_id, Right.ACCOUNTS_BLOCK, by)
    # (2) Heads who block each other at one moment go one after the other.
    if not of_centre and place is not None:
        _lock_heads(place)
    person = access.person_for(person_id, lock=True)
    # (3) Whoever was blocked a moment ago blocks nobody.
    if person.pk == by.person_id:
        raise Refusal("self", _("Nobody blocks or unblocks themselves."))
    if person.is_active != active:
        raise Refusal("state-same", _("The account is in this state already."))
    if not of_centre and place is not None:
        if not Person.objects.filter(pk=by.person_id or 0, is_active=True).exists():
            raise Refusal("not-allowed", _("Your role does not allow this."), CLAUSE)
        if active and not _heads(place).exclude(person=person).exists():
            raise Refusal("last-in-role", _("The last head of the unit is not blocked by it."), "R67.3.1")
    return person, place


def _heads(place: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation_id=place, role=Role.HEAD_OF_SECURITY, person__is_active=True)


def _lock_heads(place: UUID) -> None:
    heads = Membership.objects.filter(organisation_id=place, role=Role.HEAD_OF_SECURITY).values("person_id")
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=heads).order_by("pk").values_list("pk"))
