"""What statistics are asked for: a period, and whose. An institution's people are answered for theirs alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext

from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.models import Organisation
from qorgan.hub.statistics.period import Period
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind


@dataclass(frozen=True, slots=True)
class Asked:
    """As it stands in the address."""

    period: Period
    organisation: UUID | None = None
    kind: OrganisationKind | None = None
    """Of organisations."""

    def query(self, **changes: object) -> str:
        """The address of this question with something else in it."""
        whole = replace(self, **changes)  # type: ignore[arg-type]
        given = {"period": whole.period, "organisation": whole.organisation, "kind": whole.kind}
        return urlencode({name: str(value) for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as statistics name it."""

    id: UUID
    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True)
class Circle:
    """Whose figures are counted."""

    parties: Mapping[UUID, Party]
    """Everyone who can be asked for, by name."""
    only: tuple[UUID, ...] | None
    """Those that are counted; None for everyone, whom the centre alone is told of."""

    def where(self, column: str) -> dict[str, tuple[UUID, ...]]:
        """The condition on a column that holds an organisation."""
        return {} if self.only is None else {f"{column}__in": self.only}

    def name(self, party: UUID) -> str:
        """What an organisation is called."""
        found = self.parties.get(party)
        return found.name if found else gettext("an institution that is not named")


def read(given: Mapping[str, str], now: datetime) -> Asked:
    """The question of an address; what says nothing is passed over. Raises Refusal for an identifier that is none."""
    kind = given.get("kind", "")
    organisation = given.get("organisation", "")
    try:
        wanted = UUID(organisation) if organisation else None
    except ValueError as wrong:
        raise _unknown() from wrong
    return Asked(
        Period.read(given.get("period", ""), now),
        wanted,
        OrganisationKind(kind) if kind in list(OrganisationKind) else None,
    )


def circle(asked: Asked, by: Scope, language: str) -> Circle:
    """Whose figures a question is about. Raises Refusal `organisation-unknown` for what is not theirs to ask about."""
    column = f"name_{language if language in {'kk', 'ru'} else 'en'}"
    rows = Organisation.objects.order_by(column).values_list("pk", column, "kind")
    parties = {pk: Party(pk, name, OrganisationKind(kind)) for pk, name, kind in rows}
    if by.reach is not Reach.CENTRE:
        parties = {pk: party for pk, party in parties.items() if pk in by.organisations}
    if asked.organisation is not None and asked.organisation not in parties:
        raise _unknown()
    only = tuple(
        pk for pk, party in parties.items() if asked.organisation in {None, pk} and asked.kind in {None, party.kind}
    )
    everyone = by.reach is Reach.CENTRE and asked.organisation is None and asked.kind is None
    return Circle(parties, None if everyone else only)


def _unknown() -> Refusal:
    return Refusal("organisation-unknown", gettext("There is no such organisation, or it is not yours to see."))
