"""Who of the people is to be told: asked as each of them, so that a notice obeys the same rule as the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qorgan.hub.casework.access import is_actor
from qorgan.hub.casework.lifecycle import Actor
from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.members import access
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.models import Membership, Organisation, Person
from qorgan.hub.notices.asking import as_clerk
from qorgan.hub.notices.models import Webhook
from qorgan.law.asoi import OrganisationKind

Seen = Callable[[], bool]
"""Whether PostgreSQL shows what is told of, to whose scope is entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is told, and whom it concerns."""

    document: Document
    """With the document it is about."""
    actors: tuple[Actor, ...]
    receptions: Sequence[Reception]
    """Of which somebody may be the addressee."""
    seen: Seen

    @property
    def organisations(self) -> set[UUID]:
        """Whose people may be concerned, but for the centre's and those who act for others."""
        about = {self.document.about.author_id} if self.document.about else set()
        return {self.document.author_id, *about, *(one.organisation_id for one in self.receptions)}

    def concerns(self, scope: Scope) -> bool:
        """Whether somebody is one of the actors."""
        own = [one for one in self.receptions if one.organisation_id in scope.organisations]
        return any(
            is_actor(actor, scope, self.document, reception) for actor in self.actors for reception in (None, *own)
        )


def told(telling: Telling, *, but: int | None, now: datetime) -> list[int]:
    """The people to tell, in order. Leaves the clerk's own scope entered."""
    found = []
    for person in _members(_candidates(telling.organisations)):
        if person.pk == but:
            continue
        scope = access.scope_of(person, now)
        if scope.roles and telling.concerns(scope) and telling.seen():
            found.append(person.pk)
    as_clerk()
    return found


def called(telling: Telling) -> list[Webhook]:
    """The webhooks of institutions that may see it, in order. Leaves the clerk's own scope entered."""
    asked = Webhook.objects.filter(removed_at=None, organisation_id__in=_candidates(telling.organisations))
    found = []
    for webhook in list(asked.order_by("made_at", "pk")):
        access.enter(scope_of_institution(webhook.organisation_id))
        if telling.seen():
            found.append(webhook)
        as_clerk()
    return found


def scope_of_institution(organisation: UUID) -> Scope:
    """What an institution sees without being anybody: its own, and those it serves. Enters the clerk's own scope."""
    as_clerk()
    served = Organisation.objects.filter(served_by_id=organisation).order_by("pk").values_list("pk", flat=True)
    return Scope(reach=Reach.INSTITUTION, organisations=(organisation, *served), memberships=(organisation,))


def _candidates(organisations: Iterable[UUID]) -> set[UUID]:
    """With the centres that serve them, and the sectoral centre."""
    concerned = set(organisations)
    serving = Organisation.objects.filter(pk__in=concerned, served_by__isnull=False)
    centre = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY.value)
    return (
        concerned
        | {one for one in serving.values_list("served_by_id", flat=True) if one}
        | set(centre.values_list("pk", flat=True))
    )


def _members(organisations: Iterable[UUID]) -> list[Person]:
    people = Membership.objects.filter(organisation_id__in=list(organisations)).values("person_id")
    return list(Person.objects.filter(pk__in=people, is_active=True).only("pk", "is_active").order_by("pk"))
