"""System accounts: an institution's own programs, which act by tokens under a name of their own (R67.6).

The head of the security unit opens them, gives them tokens and closes them. Nobody signs in with one: it has no
password, no second factor, and no mail reaches its address.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api.models import Token
from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Membership, Person
from qorgan.hub.members.roles import Right, Role
from qorgan.kit.refusal import Refusal

CLAUSE: Final = "R67.6"
NOWHERE: Final = "program.invalid"
"""A domain that no mail goes to (RFC 2606)."""
_LONGEST: Final = 100


def places(by: Scope) -> list[UUID]:
    """The organisations of one's own whose programs one may give accounts."""
    return [one for one in by.memberships if by.may_for(Right.SYSTEM_ACCOUNTS_WRITE, one)]


def listed(by: Scope) -> list[Membership]:
    """The living system accounts of one's own organisations, by name."""
    rows = Membership.objects.filter(role=Role.SYSTEM_ACCOUNT, organisation__in=places(by), person__is_active=True)
    return list(rows.select_related("person", "organisation").order_by("person__surname", "pk"))


@transaction.atomic
def open_account(name: str, organisation: UUID, *, by: Scope, now: datetime) -> Person:
    """A new account of a program, without a token yet. Raises Refusal."""
    access.enter(by)
    if organisation not in places(by):
        raise Refusal("not-allowed", _("Your role does not allow this."), CLAUSE)
    if not name.strip():
        raise Refusal(
            "name-missing", _("Give the program a name."), CLAUSE, HTTPStatus.UNPROCESSABLE_ENTITY, field="name"
        )
    person = Person.objects.create_user(f"{uuid4()}@{NOWHERE}", surname=name.strip()[:_LONGEST])
    Membership.objects.create(person=person, organisation_id=organisation, role=Role.SYSTEM_ACCOUNT)
    detail = {"person": person.pk, "role": Role.SYSTEM_ACCOUNT.value}
    journal.write(Act.ROLE_GIVEN, by=by, now=now, organisation=organisation, on=str(person.pk), detail=detail)
    return person


@transaction.atomic
def close_account(person_id: int, *, by: Scope, now: datetime) -> None:
    """Close an account for good, with all its tokens. Raises Refusal."""
    access.enter(by)
    membership = account_for(person_id, by)
    Token.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=now)
    detail = {"person": person_id, "role": membership.role}
    journal.write(
        Act.ROLE_TAKEN, by=by, now=now, organisation=membership.organisation_id, on=str(person_id), detail=detail
    )
    membership.person.is_active = False
    membership.person.save(update_fields=["is_active"])


def account_for(person_id: int, by: Scope) -> Membership:
    """A system account of one's own organisation. Raises Refusal `account-unknown`."""
    found = next((one for one in listed(by) if one.person_id == person_id), None)
    if found is None:
        raise Refusal("account-unknown", _("There is no such system account."), status=HTTPStatus.NOT_FOUND)
    return found
