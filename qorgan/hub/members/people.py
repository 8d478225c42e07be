"""Who acts for whom: people are brought in and given roles by the centre (R67.3.1, R67.6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Membership, Person
from qorgan.hub.members.roles import CENTRE_ROLES, Right, Role
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind


@transaction.atomic
def add_person(
    *,
    email: str,
    full_name: str,
    by: Scope,
    now: datetime,
    position: str = "",
    phones: str = "",
    password: str | None = None,
) -> Person:
    """Open an account. Without a password nobody can sign in with it until one is set. Raises Refusal."""
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    if Person.objects.filter(email__iexact=email).exists():
        raise Refusal("email-taken", _("An account with this address exists already."), field="email")
    person = Person.objects.create_user(email, password, full_name=full_name, position=position, phones=phones)
    journal.write(Act.PERSON_ADDED, by=by, now=now, on=str(person.pk))
    return person


@transaction.atomic
def give_role(person: Person, organisation_id: UUID, role: Role, *, by: Scope, now: datetime) -> Membership:
    """Let a person act in a role for an organisation. Raises Refusal.

    Roles of the centre are given in the authority alone, and roles of institutions nowhere else but in these.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    organisation = access.organisation_for(organisation_id)
    if (organisation.kind == OrganisationKind.AUTHORITY) != (role in CENTRE_ROLES):
        raise Refusal("role-misplaced", _("This role cannot be held in this organisation."), field="role")
    membership, made = Membership.objects.get_or_create(person=person, organisation=organisation, role=role)
    if made:
        detail = {"person": person.pk, "role": role.value}
        journal.write(Act.ROLE_GIVEN, by=by, now=now, organisation=organisation.pk, on=str(person.pk), detail=detail)
    return membership


@transaction.atomic
def take_role(membership_id: int, *, by: Scope, now: datetime) -> None:
    """End a person's role. It ends with their next request. Raises Refusal."""
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    membership = Membership.objects.filter(pk=membership_id).first()
    if membership is None:
        raise Refusal("membership-unknown", _("There is no such role."))
    detail = {"person": membership.person_id, "role": membership.role}
    journal.write(
        Act.ROLE_TAKEN,
        by=by,
        now=now,
        organisation=membership.organisation_id,
        on=str(membership.person_id),
        detail=detail,
    )
    membership.delete()
