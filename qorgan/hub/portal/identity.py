"""As whom a person is here: their roles, and in which organisations."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import translation

from qorgan.hub.members.models import Membership


@dataclass(frozen=True)
class Place:
    """One role in one organisation, in the page's language."""

    role: str
    organisation: str


def identity_of(request: HttpRequest) -> list[Place]:
    """Every role of the person who asks; none before both factors are proven."""
    scope = getattr(request, "hub_scope", None)
    if scope is None or not scope.roles:
        return []
    rows = Membership.objects.filter(person_id=scope.person_id).select_related("organisation").order_by("pk")
    language = translation.get_language() or "kk"
    return [Place(row.get_role_display(), row.organisation.name(language)) for row in rows]
