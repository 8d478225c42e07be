"""What is read about members. PostgreSQL leaves out what whoever asks may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from qorgan.hub.members.models import Membership, Module, ModuleKey, ModuleState, Organisation

if TYPE_CHECKING:
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
