"""The situation at the centre: what is open, who has decided, who is late, what came back. Training is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from qorgan.hub.calls.queries import incidents_by_phone_alone
from qorgan.hub.casework.models import Act, Deadline, Document, Reception
from qorgan.hub.incidents.lifecycle import ACCEPTED, RECEIVED, RETURNED, SENT
from qorgan.hub.statistics.figures import WARNINGS
from qorgan.hub.warnings.lifecycle import PROCESSED, PUBLISHED
from qorgan.law.asoi import ANSWER_WARNING
from qorgan.law.calendar import local_date, zone
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qorgan.hub.members.access import Scope

STATES: Final = (SENT, RECEIVED, RETURNED, ACCEPTED)
"""Of open cards."""
DAYS: Final = 30
SHOWN: Final = 8
"""Rows of each list; the number above it is of all, and leads to all."""
_UNDECIDED: Final = ("received", "accepting", "declining")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one warning at its addressees (R67.13)."""

    document: UUID
    number: str
    title: str
    kind: str
    sent_at: datetime
    received: int
    decided: int
    processed: int
    late: int


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the page shows but the live signals."""

    cards: Counter[tuple[str, str]]
    """Open cards by category and state."""
    coverage: list[Coverage]
    warnings: int
    """In force."""
    undecided: int
    """Addressees late with a decision, over all warnings in force."""
    overdue: list[Deadline]
    overdue_all: int
    returned: list[Document]
    returned_all: int
    calls: list[Document]
    calls_all: int
    newest: list[Document]
    submitted: dict[str, list[int]]
    """Documents sent first on each of the last days, by kind."""


def situation(by: Scope, now: datetime) -> Situation:
    """How things stand. The number of statements does not depend on the number of rows."""
    overdue = _overdue(by, now)
    returned = Document.objects.filter(state=RETURNED, drill=False)
    calls = incidents_by_phone_alone()
    warnings = Document.objects.filter(kind__in=WARNINGS, state=PUBLISHED, drill=False)
    coverage, undecided = _coverage(warnings, now)
    return Situation(
        cards=_cards(),
        coverage=coverage,
        warnings=warnings.count(),
        undecided=undecided,
        overdue=list(overdue.select_related("document").order_by("due_at")[:SHOWN]),
        overdue_all=overdue.count(),
        returned=list(_with_return(returned).order_by("due_at", "sent_at")[:SHOWN]),
        returned_all=returned.count(),
        calls=list(calls.annotate(institution=_institution()).order_by("submitted_at")[:SHOWN]),
        calls_all=calls.count(),
        newest=list(Document.objects.filter(sent_at__isnull=False, drill=False).order_by("-sent_at")[:SHOWN]),
        submitted=_submitted(now),
    )


def days(now: datetime) -> list[Any]:
    """The last days, the running one last."""
    today = local_date(now)
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def _cards() -> Counter[tuple[str, str]]:
    rows = Document.objects.filter(kind=DocumentType.INCIDENT_CARD, drill=False, state__in=STATES)
    counted = rows.order_by().values_list("category", "state").annotate(many=Count("pk"))
    return Counter({(category, state): many for category, state, many in counted})


def _coverage(warnings: QuerySet[Document], now: datetime) -> tuple[list[Coverage], int]:
    """The warnings in force of which most addressees are late, then those with the least decided."""
    clock = Deadline.objects.filter(
        reception=OuterRef("pk"), clause=ANSWER_WARNING.clause, stopped_at=None, due_at__lt=now
    )
    rows = (
        Reception.objects.filter(document__in=warnings)
        .annotate(is_late=Exists(clock))
        .order_by()
        .values("document", "document__number", "document__title", "document__kind", "document__sent_at")
        .annotate(
            received=Count("pk"),
            decided=Count("pk", filter=~Q(state__in=_UNDECIDED)),
            processed=Count("pk", filter=Q(state=PROCESSED)),
            late=Count("pk", filter=Q(is_late=True)),
        )
    )
    found = [
        Coverage(
            row["document"],
            row["document__number"],
            row["document__title"],
            row["document__kind"],
            row["document__sent_at"] or now,
            row["received"],
            row["decided"],
            row["processed"],
            row["late"],
        )
        for row in rows
    ]
    found.sort(key=lambda one: (-one.late, one.decided / one.received, -one.sent_at.timestamp()))
    return found[:SHOWN], sum(one.late for one in found)


def _overdue(by: Scope, now: datetime) -> QuerySet[Deadline]:
    rows = Deadline.objects.filter(stopped_at=None, due_at__lt=now, document__drill=False)
    return rows.exclude(organisation__in=by.memberships)


def _with_return(rows: QuerySet[Document]) -> Any:
    last = Act.objects.filter(document=OuterRef("pk"), verb="return").order_by("-at")
    term = Deadline.objects.filter(document=OuterRef("pk"), stopped_at=None, reception=None).order_by("due_at")
    return rows.annotate(returned_at=Subquery(last.values("at")[:1]), due_at=Subquery(term.values("due_at")[:1]))


def _institution() -> Subquery:
    """Who called: the only addressee of a report by phone."""
    return Subquery(Reception.objects.filter(document=OuterRef("pk")).values("organisation")[:1])


def _submitted(now: datetime) -> dict[str, list[int]]:
    shown = days(now)
    since = datetime.combine(shown[0], datetime.min.time(), tzinfo=zone())
    rows = (
        Document.objects.filter(submitted_at__gte=since, drill=False)
        .order_by()
        .annotate(day=TruncDate("submitted_at", tzinfo=zone()))
        .values_list("kind", "day")
        .annotate(many=Count("pk"))
    )
    places = {day: place for place, day in enumerate(shown)}
    found: dict[str, list[int]] = {}
    for kind, day, many in rows:
        if day in places:
            found.setdefault(kind, [0] * len(shown))[places[day]] = many
    return found


def organisations(found: Situation) -> Iterable[UUID]:
    """Everyone whose name the page needs."""
    yield from (one.organisation_id for one in found.overdue)
    yield from (one.author_id for one in (*found.returned, *found.newest))
    yield from (one.institution for one in found.calls if one.institution)  # type: ignore[attr-defined]  # annotated
