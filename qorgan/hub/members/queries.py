"""What is read about members. PostgreSQL leaves out what whoever asks may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from qorgan.hub.members.lifecycle import OPEN
from qorgan.hub.members.models import (
    Absence,
    Application,
    Invitation,
    Membership,
    Module,
    ModuleKey,
    ModuleState,
    Organisation,
    Person,
)
from qorgan.hub.members.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


def organisations() -> QuerySet[Organisation]:
    """Organisations with the number of their modules that count and when one was last seen."""
    living = ~Q(modules__state=ModuleState.REVOKED)
    return (
        Organisation.objects.select_related("served_by")
        .annotate(
            module_count=Count("modules", filter=living), last_seen_at=Max("modules__last_seen_at", filter=living)
        )
        .order_by("kind", "name_en")
    )


def modules(organisation: Organisation | None = None) -> QuerySet[Module]:
    """Modules, of one organisation or of all, the last revoked last."""
    rows = Module.objects.select_related("organisation")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return rows.order_by("organisation__name_en", "state", "name")


def keys(module: Module) -> QuerySet[ModuleKey]:
    """Every key a module has had, the newest first."""
    return ModuleKey.objects.filter(module=module).order_by("-created_at")


def memberships(organisation: Organisation) -> QuerySet[Membership]:
    """Who acts for an organisation."""
    rows = Membership.objects.select_related("person").filter(organisation=organisation)
    return rows.order_by("role", "person__full_name")


def people_of(organisation: Organisation) -> dict[int, str]:
    """Who acts for an organisation and is not blocked, but for auditors: the name by the key."""
    rows = memberships(organisation).filter(person__is_active=True).exclude(role=Role.AUDITOR)
    return dict(rows.values_list("person_id", "person__full_name"))


def roles_of(person: Person) -> QuerySet[Membership]:
    """What a person is, and where."""
    return Membership.objects.select_related("organisation").filter(person=person).order_by("pk")


def applications(organisation: Organisation | None = None, *, everything: bool = False) -> QuerySet[Application]:
    """Applications about one organisation or all: open ones, the longest waiting first; or all, newest first."""
    rows = Application.objects.select_related("organisation", "made_by")
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if everything:
        return rows.order_by("-moved_at")
    return rows.filter(state__in=[state.value for state in OPEN]).order_by("moved_at")


def absences(organisation: Organisation, now: datetime) -> QuerySet[Absence]:
    """Who is away from an organisation or will be, and who stands in."""
    rows = Absence.objects.select_related("absent", "deputy")
    return rows.filter(organisation=organisation, revoked_at=None, ends_at__gt=now).order_by("starts_at")


def open_invitation(person: Person, now: datetime) -> Invitation | None:
    """The invitation that a person has not used yet, while it counts."""
    return Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).order_by("-expires_at").first()
