"""Incidents of a period: a card, or a report by phone that no card has come for yet; joined, they count once.

An incident belongs to the period in which the centre was told of it first: by the call, or else by the card.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db.models import F, Q

from qorgan.hub.calls.content import PhoneReport
from qorgan.hub.calls.lifecycle import CLOSED, JOINED, RECORDED
from qorgan.hub.casework.exact import Wording
from qorgan.hub.casework.models import Document, Reception, Version
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qorgan.hub.statistics.asked import Circle
    from qorgan.hub.statistics.period import Period

_COLUMNS: Final = (
    *("pk", "kind", "number", "title", "category", "severity", "state", "author"),
    *("found_at", "created_at", "agreed_at", "submitted_at", "received_at"),
)


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, however often it was told."""

    document: UUID
    """The card; the report where there is no card."""
    kind: str
    number: str
    title: str
    category: str
    severity: int | None
    state: str
    organisation: UUID
    """Whose incident it is."""
    found_at: datetime | None
    created_at: datetime
    agreed_at: datetime | None
    submitted_at: datetime
    received_at: datetime | None
    told_at: datetime
    by_phone: bool
    """Whether the centre was called first."""

    @property
    def has_card(self) -> bool:
        """Whether its card has come."""
        return self.kind == DocumentType.INCIDENT_CARD


def incidents(period: Period, circle: Circle) -> list[Incident]:
    """Those of a period, in the order they were told. Training is none (five statements, however many there are)."""
    told = _calls_of_cards(period)
    cards = Document.objects.filter(kind=DocumentType.INCIDENT_CARD, drill=False, submitted_at__isnull=False)
    within = Q(submitted_at__gte=period.since, submitted_at__lt=period.until) | Q(pk__in=list(told))
    rows = cards.filter(within, **circle.where("author")).values_list(*_COLUMNS)
    found = [_incident(row, row[7], told.get(row[0])) for row in rows]
    found += _by_phone_alone(period, circle)
    return sorted(
        (one for one in found if period.since <= one.told_at < period.until), key=lambda one: (one.told_at, one.number)
    )


def _calls_of_cards(period: Period) -> dict[UUID, datetime]:
    """The first call about each card that was told of, or submitted, in the period."""
    reports = Document.objects.filter(kind=DocumentType.PHONE_REPORT, state__in=[JOINED, CLOSED], about__isnull=False)
    # A call is taken down once it was made: what was recorded before the period is of an earlier one.
    near = Q(submitted_at__gte=period.since)
    near |= Q(about__submitted_at__gte=period.since, about__submitted_at__lt=period.until)
    cards = dict(reports.filter(near).values_list("pk", "about"))
    first: dict[UUID, datetime] = {}
    for report, called_at in _called(cards).items():
        card = cards[report]
        if card is not None:
            first[card] = min(called_at, first.get(card, called_at))
    return first


def _by_phone_alone(period: Period, circle: Circle) -> list[Incident]:
    reports: QuerySet[Document] = Document.objects.filter(
        kind=DocumentType.PHONE_REPORT, state=RECORDED, drill=False, submitted_at__gte=period.since
    )
    rows = {row[0]: row for row in reports.values_list(*_COLUMNS)}
    whose = Reception.objects.filter(document__in=list(rows), **circle.where("organisation"))
    called = _called(rows)
    return [
        _incident(rows[report], institution, called.get(report))
        for report, institution in whose.values_list("document", "organisation")
    ]


def _called(reports: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each of these calls was made, as the version sent last has it."""
    newest = Version.objects.filter(document__in=list(reports), number=F("document__version"))
    found = {}
    for report, exact in newest.values_list("document", "exact"):
        words = msgspec.convert(msgspec.json.decode(bytes(exact), type=Wording).content, PhoneReport)
        if words.called_at is not None:
            found[report] = words.called_at
    return found


def _incident(row: tuple[object, ...], institution: object, called_at: datetime | None) -> Incident:
    values = dict(zip(_COLUMNS, row, strict=True))
    submitted = values["submitted_at"]
    by_phone = called_at is not None and called_at < submitted  # type: ignore[operator]  # a column of moments
    told = called_at if by_phone else submitted
    del values["author"]
    return Incident(
        **values | {"document": values.pop("pk"), "organisation": institution, "told_at": told, "by_phone": by_phone}  # type: ignore[arg-type]
    )
