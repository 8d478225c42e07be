"""Who acts for whom: accounts, their roles, and handing over when somebody leaves (R67.3.1, R67.6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import absences, access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.blocking import block
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Membership, Organisation, Person
from qorgan.hub.members.roles import CENTRE_ROLES, OBLIGATORY, OF_PROGRAMS, Right, Role, meet
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
    """Open an account. Without a password nobody can sign in with it until one is set. Raises Refusal.

    `full_name` is surname, given name and patronymic in this order, apart by spaces.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    if Person.objects.filter(email__iexact=email).exists():
        raise Refusal("email-taken", _("An account with this address exists already."), field="email")
    person = Person.objects.create_user(email, password, **parts_of(full_name), position=position, phones=phones)
    journal.write(Act.PERSON_ADDED, by=by, now=now, on=str(person.pk))
    return person


def parts_of(full_name: str) -> dict[str, str]:
    """Surname, given name and patronymic of a name written in this order; whatever follows joins the patronymic."""
    parts = [*full_name.split(None, 2), "", "", ""]
    return {"surname": parts[0], "given_name": parts[1], "patronymic": parts[2]}


@transaction.atomic
def give_role(person: Person, organisation_id: UUID, role: Role, *, by: Scope, now: datetime) -> Membership:
    """Let a person act in a role for an organisation. Raises Refusal.

    Roles of the centre are given in the authority alone, and roles of institutions nowhere else but in these. Roles
    that make, agree and audit the same thing do not meet in one person (R48.15): code `roles-apart`.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    organisation = access.organisation_for(organisation_id)
    if (organisation.kind == OrganisationKind.AUTHORITY) != (role in CENTRE_ROLES) or role in OF_PROGRAMS:
        raise Refusal("role-misplaced", _("This role cannot be held in this organisation."), field="role")
    # Two roles given at the same moment must see each other.
    Person.objects.select_for_update().get(pk=person.pk)
    _refuse_meeting(person, organisation, role)
    membership, made = Membership.objects.get_or_create(person=person, organisation=organisation, role=role)
    if made:
        detail = {"person": person.pk, "role": role.value}
        journal.write(Act.ROLE_GIVEN, by=by, now=now, organisation=organisation.pk, on=str(person.pk), detail=detail)
    return membership


@transaction.atomic
def take_role(membership_id: int, *, by: Scope, now: datetime, vacant: bool = False) -> None:
    """End a person's role. It ends with their next request. Raises Refusal.

    The last one in an obligatory role stays in it unless `vacant` says that nobody follows: code `last-in-role`.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    membership = Membership.objects.filter(pk=membership_id).first()
    if membership is None:
        raise Refusal("membership-unknown", _("There is no such role."))
    if not vacant:
        _refuse_vacancy(membership)
    _end(membership, by, now)


@transaction.atomic
def hand_over(
    person_id: int,
    organisation_id: UUID,
    successor_id: int | None,
    *,
    reason: str,
    by: Scope,
    now: datetime,
    vacant: bool = False,
) -> Person:
    """End what a person is in an organisation, and let their successor be it. Gives who left. Raises Refusal.

    Documents belong to roles, so they need no moving. The account is blocked unless its person has roles elsewhere;
    absences with them in it end. Without a successor the last in an obligatory role leaves only if `vacant` says so.
    """
    access.enter(by)
    access.require(by, Right.MEMBERS_WRITE)
    organisation = access.organisation_for(organisation_id)
    leaver = access.person_for(person_id)
    roles = list(Membership.objects.filter(person=leaver, organisation=organisation))
    if not roles:
        raise Refusal("membership-unknown", _("They have no role in this organisation."))
    if leaver.pk in {by.person_id, successor_id}:
        raise Refusal("self", _("Nobody hands over to themselves, nor takes their own roles."), field="successor")
    # (1) Nobody may be left acting for an institution that needs somebody.
    if successor_id is None and not vacant:
        for membership in roles:
            _refuse_vacancy(membership)
    # (2) The roles pass, in the order that lets the successor take them.
    for membership in roles:
        _end(membership, by, now)
        if successor_id is not None:
            successor = access.person_for(successor_id)
            if not successor.is_active:
                raise Refusal("successor-blocked", _("The successor's account is blocked."), field="successor")
            give_role(successor, organisation.pk, Role(membership.role), by=by, now=now)
    absences.end_all_of(leaver.pk, organisation.pk, by=by, now=now)
    journal.write(
        Act.ACCOUNT_HANDED_OVER,
        by=by,
        now=now,
        organisation=organisation.pk,
        on=str(leaver.pk),
        detail={"reason": reason, "successor": successor_id, "roles": [one.role for one in roles]},
    )
    # (3) The door closes behind whoever has nowhere else to be.
    elsewhere = Membership.objects.filter(person=leaver).exists()
    return leaver if elsewhere or not leaver.is_active else block(leaver.pk, reason=reason, by=by, now=now)


def _refuse_meeting(person: Person, organisation: Organisation, role: Role) -> None:
    held = list(Membership.objects.filter(person=person).exclude(organisation=organisation, role=role))
    here = [Role(one.role) for one in held if one.organisation_id == organisation.pk]
    audits = role is Role.AUDITOR or any(one.role == Role.AUDITOR for one in held)
    if not all(meet(role, other) for other in here) or (audits and held):
        raise Refusal(
            "roles-apart",
            _("Who makes a thing does not agree it, and who audits does neither (R48.15). Give the role to another."),
            "R48.15",
            field="role",
        )


def _refuse_vacancy(membership: Membership) -> None:
    role = Role(membership.role)
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id, role=membership.role, person__is_active=True
    ).exclude(pk=membership.pk)
    if role in OBLIGATORY and not others.exists():
        raise Refusal(
            "last-in-role",
            _("Nobody else has this role there: name a successor, or confirm that the role stays empty (R67.3.1)."),
            "R67.3.1",
            field="successor",
        )


def _end(membership: Membership, by: Scope, now: datetime) -> None:
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
