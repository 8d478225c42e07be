"""The figures of a period. Each is a count of rows that can be named; tests hold every one against a plain recount.

Incidents belong to the period in which they were told of, other documents to that of their first submission, terms
to that in which they ran out, returns to that of the return, decisions to that in which the warning was delivered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from qorgan.hub.casework.models import Act, Deadline, Document, Reception
from qorgan.hub.statistics.incidents import Incident, incidents
from qorgan.hub.statistics.working import Spread, WorkingTime, rank, spread
from qorgan.law.asoi import ANSWER_WARNING, MEND_RETURNED
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qorgan.hub.statistics.asked import Circle
    from qorgan.hub.statistics.period import Period

WARNINGS: Final = (DocumentType.THREAT_WARNING.value, DocumentType.VULNERABILITY_WARNING.value)
_TOLD_APART: Final = (DocumentType.INCIDENT_CARD.value, DocumentType.PHONE_REPORT.value)
"""Kinds that are counted as incidents, not as documents."""


class Leg(StrEnum):
    """A part of the way from finding an incident to the centre's receiving its card."""

    FOUND_DRAFTED = "found-drafted"
    DRAFTED_AGREED = "drafted-agreed"
    AGREED_SUBMITTED = "agreed-submitted"
    SUBMITTED_RECEIVED = "submitted-received"
    FOUND_TOLD = "found-told"
    """The whole of it as far as the institution goes: until the centre was told, by phone or by the card."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """What became of one term of the law."""

    clause: str
    starts: str
    met: int
    late: int
    running: int
    """Not run out yet."""
    median: timedelta | None
    """Of working time by which it was late; None where it never was."""
    worst: timedelta | None

    @property
    def total(self) -> int:
        """All of them."""
        return self.met + self.late + self.running


@dataclass(slots=True)
class Returns:
    """Documents of one institution that came back (R67.15)."""

    returns: int = 0
    mended: int = 0
    """In time."""
    mended_late: int = 0
    open: int = 0
    """Not mended yet."""


@dataclass(slots=True)
class Decisions:
    """What one institution did about warnings (R67.13)."""

    received: int = 0
    undecided: int = 0
    accepted: int = 0
    """And not processed yet."""
    declined: int = 0
    processed: int = 0
    late: int = 0
    """Decided after the working day, or not decided though it is over."""


@dataclass(slots=True)
class Figures:
    """Everything that is told of a period."""

    incidents: list[Incident]
    documents: Counter[tuple[str, UUID]]
    """Submitted documents of the other kinds, by kind and author."""
    times: dict[Leg, Spread]
    lateness: list[Lateness]
    returns: dict[UUID, Returns]
    decisions: dict[UUID, Decisions]
    late_terms: Counter[UUID] = field(default_factory=Counter)
    """Terms that were not kept, by who had to act."""

    @property
    def categories(self) -> Counter[str]:
        """Incidents by category."""
        return Counter(one.category for one in self.incidents)

    @property
    def institutions(self) -> Counter[UUID]:
        """Incidents by institution."""
        return Counter(one.organisation for one in self.incidents)

    def over_time(self, period: Period) -> dict[str, list[int]]:
        """Incidents of each category in each part of the period."""
        places = {on: place for place, (on, _name) in enumerate(period.parts())}
        found: dict[str, list[int]] = {category: [0] * len(places) for category in self.categories}
        for one in self.incidents:
            found[one.category][places[period.part_of(one.told_at)]] += 1
        return found


def figures(period: Period, circle: Circle, working: WorkingTime, now: datetime) -> Figures:
    """Count a period for those of the circle. The number of statements does not depend on the number of rows."""
    found = incidents(period, circle)
    lateness, late_terms = _lateness(period, circle, working, now)
    return Figures(
        incidents=found,
        documents=_documents(period, circle),
        times=_times(found, working),
        lateness=lateness,
        returns=_returns(period, circle),
        decisions=_decisions(period, circle, now),
        late_terms=late_terms,
    )


def _documents(period: Period, circle: Circle) -> Counter[tuple[str, UUID]]:
    rows = (
        Document.objects.filter(drill=False, submitted_at__gte=period.since, submitted_at__lt=period.until)
        .filter(**circle.where("author"))
        .exclude(kind__in=_TOLD_APART)
    )
    return Counter({(kind, author): many for kind, author, many in _counted(rows, "kind", "author")})


def _times(found: Sequence[Incident], working: WorkingTime) -> dict[Leg, Spread]:
    """How long each leg took, of the incidents whose card has come; what was not written down is not measured."""
    pairs: dict[Leg, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in found:
        if not one.has_card:
            continue
        for leg, start, end in (
            (Leg.FOUND_DRAFTED, one.found_at, one.created_at),
            (Leg.DRAFTED_AGREED, one.created_at, one.agreed_at),
            (Leg.AGREED_SUBMITTED, one.agreed_at, one.submitted_at),
            (Leg.SUBMITTED_RECEIVED, one.submitted_at, one.received_at),
            (Leg.FOUND_TOLD, one.found_at, one.told_at),
        ):
            if start is not None and end is not None:
                pairs[leg].append((start, end))
    measured = {leg: spread(pairs[leg], working) for leg in Leg}
    return {leg: one for leg, one in measured.items() if one is not None}


def _lateness(
    period: Period, circle: Circle, working: WorkingTime, now: datetime
) -> tuple[list[Lateness], Counter[UUID]]:
    rows = Deadline.objects.filter(
        document__drill=False, due_at__gte=period.since, due_at__lt=period.until, **circle.where("organisation")
    )
    is_late = Q(stopped_at__gt=F("due_at")) | Q(stopped_at=None, due_at__lt=now)
    outcome = Case(
        When(is_late, then=Value("late")), When(stopped_at=None, then=Value("running")), default=Value("met")
    )
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for clause, starts, state, many in _counted(rows.annotate(outcome=outcome), "clause", "starts", "outcome"):
        counted[clause, starts][state] = many
    gone: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    whose: Counter[UUID] = Counter()
    late = rows.filter(is_late).values_list("clause", "starts", "due_at", "stopped_at", "organisation")
    for clause, starts, due_at, stopped_at, organisation in late:
        gone[clause, starts].append(working.between(due_at, stopped_at or now))
        whose[organisation] += 1
    return [
        Lateness(
            *key,
            met=several["met"],
            late=several["late"],
            running=several["running"],
            median=rank(sorted(gone[key]), 50) if gone[key] else None,
            worst=max(gone[key], default=None),
        )
        for key, several in sorted(counted.items())
    ], whose


def _returns(period: Period, circle: Circle) -> dict[UUID, Returns]:
    acts = Act.objects.filter(verb="return", document__drill=False, at__gte=period.since, at__lt=period.until).filter(
        **circle.where("document__author")
    )
    mending = Deadline.objects.filter(
        document=OuterRef("document"), clause=MEND_RETURNED.clause, started_at=OuterRef("at")
    )
    outcome = Case(
        When(Exists(mending.filter(stopped_at__gt=F("due_at"))), then=Value("mended_late")),
        When(Exists(mending.filter(stopped_at__isnull=False)), then=Value("mended")),
        # Reports on the management system come back too, but no term of the law runs for them.
        When(document__sent_at__gt=F("at"), then=Value("mended")),
        default=Value("open"),
    )
    found: dict[UUID, Returns] = defaultdict(Returns)
    for author, state, many in _counted(acts.annotate(outcome=outcome), "document__author", "outcome"):
        found[author].returns += many
        setattr(found[author], state, many)
    return dict(found)


def _decisions(period: Period, circle: Circle, now: datetime) -> dict[UUID, Decisions]:
    rows = Reception.objects.filter(
        document__kind__in=WARNINGS,
        document__drill=False,
        delivered_at__gte=period.since,
        delivered_at__lt=period.until,
        **circle.where("organisation"),
    )
    clock = Deadline.objects.filter(
        reception=OuterRef("pk"), clause=ANSWER_WARNING.clause, started_at=OuterRef("delivered_at")
    )
    late = Exists(clock.filter(Q(stopped_at__gt=F("due_at")) | Q(stopped_at=None, due_at__lt=now)))
    found: dict[UUID, Decisions] = defaultdict(Decisions)
    for organisation, state, is_late, many in _counted(rows.annotate(late=late), "organisation", "state", "late"):
        one = found[organisation]
        one.received += many
        one.late += many * is_late
        # A decision that its head has not agreed to is none yet.
        name = state if state in {"accepted", "declined", "processed"} else "undecided"
        setattr(one, name, getattr(one, name) + many)
    return dict(found)


def _counted(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """How many rows there are of each combination of the columns."""
    return list(rows.order_by().values_list(*columns).annotate(many=Count("pk")).values_list(*columns, "many"))
