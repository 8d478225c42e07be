"""Who sees what: a person's scope, told to PostgreSQL for one transaction, and the doorways to members' rows (R67.4).

PostgreSQL decides row by row; what stands here only says who asks. "Not yours" and "not there" answer alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.models import Absence, Application, Membership, Module, Organisation, Person
from qorgan.hub.members.roles import CENTRE_ROLES, Right, Role, rights_of
from qorgan.kit import clock
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_SETTINGS: Final = """
SELECT set_config('qorgan.scope', %s, true), set_config('qorgan.organisations', %s, true),
       set_config('qorgan.person', %s, true)
"""


_LAST_NUMBER: Final = 2**63 - 1
"""The greatest number that PostgreSQL gives an account."""
_OF_A_DEPUTY: Final = frozenset({Right.DOCUMENTS_AGREE})


class Reach(StrEnum):
    """How far somebody sees."""

    NOTHING = ""
    INSTITUTION = "institution"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see and do. The empty one sees nothing."""

    person_id: int | None = None
    """None for the hub's own command line."""
    reach: Reach = Reach.NOTHING
    organisations: tuple[UUID, ...] = ()
    """Of whom they may read: their own, and those their security operations centre serves."""
    memberships: tuple[UUID, ...] = ()
    """Organisations they belong to."""
    roles: frozenset[Role] = frozenset()
    held: frozenset[tuple[UUID, Role]] = frozenset()
    """Each role with the organisation it is held in."""
    served: tuple[tuple[UUID, UUID], ...] = ()
    """Organisations that one of theirs acts for, each with the security operations centre that does (R67.5)."""
    deputises: frozenset[UUID] = frozenset()
    """Organisations of theirs where they stand in for an absent head: they agree documents there as long."""

    def acts_for(self, organisation: UUID) -> UUID | None:
        """Whom they belong to when they act for an organisation: it itself, or the centre that serves it; or None."""
        return organisation if organisation in self.memberships else dict(self.served).get(organisation)

    def may_for(self, right: Right, organisation: UUID) -> bool:
        """Whether a role they hold there, or at the security operations centre that serves it, gives a right."""
        home = self.acts_for(organisation)
        if home in self.deputises and right in _OF_A_DEPUTY:
            return True
        return home is not None and right in rights_of(frozenset(role for at, role in self.held if at == home))

    @property
    def rights(self) -> frozenset[Right]:
        """Everything they may do by name."""
        return rights_of(self.roles) | (_OF_A_DEPUTY if self.deputises else frozenset())

    def may(self, right: Right) -> bool:
        """Whether a right is among theirs."""
        return right in self.rights


NOBODY: Final = Scope()
HUB: Final = Scope(reach=Reach.CENTRE, roles=frozenset({Role.CENTRE_HEAD}))
"""The hub's own command line: whoever may read its secrets may do what the head of the centre may."""


def enter(scope: Scope) -> None:
    """Tell PostgreSQL who asks, until the end of the transaction. Must run inside one."""
    if not connection.in_atomic_block:
        raise RuntimeError("a scope holds for one transaction; open it first")
    organisations = "{" + ",".join(str(one) for one in scope.organisations) + "}"
    person = "" if scope.person_id is None else str(scope.person_id)
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS, [scope.reach.value, organisations if scope.organisations else "", person])


def scope_of(person: Person, now: datetime | None = None) -> Scope:
    """The scope of a person, from their roles, and from absences they stand in for at `now` (else: this moment).

    Enters it too, and must run inside a transaction. An inactive person, or one without a role, gets a scope that sees
    nothing.
    """
    # (1) Only their own memberships are visible so far.
    enter(Scope(person_id=person.pk))
    rows = list(Membership.objects.filter(person=person).values_list("organisation_id", "role"))
    roles = frozenset(Role(role) for _organisation, role in rows)
    memberships = tuple(sorted({organisation for organisation, _role in rows}))
    held = frozenset((organisation, Role(role)) for organisation, role in rows)
    deputises = _deputises(person.pk, now or clock.now()) & set(memberships)
    # (2) Roles of the centre see all.
    if not person.is_active or not roles:
        scope = Scope(person_id=person.pk)
    elif roles & CENTRE_ROLES:
        scope = Scope(person.pk, Reach.CENTRE, memberships, memberships, roles, held)
    else:
        scope = _institution_scope(person, memberships, roles, held)
    if scope.roles and deputises:
        scope = replace(scope, deputises=deputises)
    enter(scope)
    return scope


def is_deputy(person_id: int, organisation_id: UUID, now: datetime) -> bool:
    """Whether a person stands in for an absent head of an organisation at `now`.

    Answers for organisations that whoever asks may see, and always about themselves.
    """
    member = Membership.objects.filter(person_id=person_id, organisation_id=organisation_id, person__is_active=True)
    return organisation_id in _deputises(person_id, now) and member.exists()


def roles_held(person_id: int, by: Scope) -> frozenset[tuple[UUID, Role]]:
    """Every role of a person with the organisation it is held in, also those that `by` may not see.

    Asked as that person, whom PostgreSQL shows their own; the scope of `by` is entered again. Who asks is told what
    follows from it, never where the roles are held.
    """
    if person_id > _LAST_NUMBER:
        return frozenset()
    enter(Scope(person_id=person_id))
    rows = list(Membership.objects.filter(person_id=person_id).values_list("organisation_id", "role"))
    enter(by)
    return frozenset((organisation, Role(role)) for organisation, role in rows)


def organisation_for(organisation_id: UUID) -> Organisation:
    """The organisation, if whoever asks may see it. Raises Refusal `organisation-unknown` in both other cases."""
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None:
        raise Refusal("organisation-unknown", _("There is no such organisation, or it is not yours to see."))
    return found


def module_for(module_id: UUID, *, lock: bool = False) -> Module:
    """The module, if whoever asks may see it. Raises Refusal `module-unknown` in both other cases."""
    rows = Module.objects.select_for_update() if lock else Module.objects.all()
    found = rows.filter(pk=module_id).first()
    if found is None:
        raise Refusal("module-unknown", _("There is no such module, or it is not yours to see."))
    return found


def application_for(application_id: UUID, *, lock: bool = False) -> Application:
    """The application, if whoever asks may see it. Raises Refusal `application-unknown` in both other cases."""
    rows = Application.objects.select_related("organisation", "made_by")
    if lock:
        # An institution can lock an open one alone; of one decided meanwhile it reads the last word below.
        locked = Application.objects.select_for_update().filter(pk=application_id).first()
        if locked is not None:
            return locked
    found = rows.filter(pk=application_id).first()
    if found is None:
        raise Refusal("application-unknown", _("There is no such application, or it is not yours to see."))
    return found


def absence_for(absence_id: UUID) -> Absence:
    """The absence, if whoever asks may see it. Raises Refusal `absence-unknown` in both other cases."""
    found = Absence.objects.select_related("absent", "deputy", "organisation").filter(pk=absence_id).first()
    if found is None:
        raise Refusal("absence-unknown", _("There is no such absence, or it is not yours to see."))
    return found


def person_for(person_id: int, *, lock: bool = False) -> Person:
    """The person, or Refusal `person-unknown`.

    Accounts belong to no organisation and PostgreSQL hides none of them: whoever calls this has required a right of
    the centre first.
    """
    rows = Person.objects.select_for_update(of=("self",)) if lock else Person.objects.all()
    found = rows.filter(pk=person_id).first()
    if found is None:
        raise Refusal("person-unknown", _("There is no such person."))
    return found


def require(scope: Scope, right: Right) -> None:
    """Raise Refusal `not-allowed` unless the scope has the right."""
    if not scope.may(right):
        raise Refusal("not-allowed", _("Your role does not allow this."))


def _deputises(person_id: int, now: datetime) -> frozenset[UUID]:
    rows = Absence.objects.filter(deputy_id=person_id, starts_at__lte=now, ends_at__gt=now, revoked_at=None)
    return frozenset(rows.values_list("organisation_id", flat=True))


def _institution_scope(
    person: Person, memberships: Sequence[UUID], roles: frozenset[Role], held: frozenset[tuple[UUID, Role]]
) -> Scope:
    # (3) An institution's people see theirs; a security operations centre's also those it serves (R67.7).
    own = Scope(person.pk, Reach.INSTITUTION, tuple(memberships), tuple(memberships), roles)
    enter(own)
    rows = Organisation.objects.filter(served_by__in=memberships).order_by("pk").values_list("pk", "served_by_id")
    served = tuple((organisation, centre) for organisation, centre in rows if centre is not None)
    whole = tuple(sorted({*memberships, *(organisation for organisation, _centre in served)}))
    return Scope(person.pk, Reach.INSTITUTION, whole, tuple(memberships), roles, held, served)
