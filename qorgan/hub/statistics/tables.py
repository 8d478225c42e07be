"""The figures as tables: the page shows these, and every export holds these, so that no two of them can differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from qorgan.hub.statistics.figures import Decisions, Figures, Leg, Returns
from qorgan.hub.statistics.words import category_name, kind_name, starts_name
from qorgan.law.asoi import OrganisationKind
from qorgan.law.documents import DocumentType
from qorgan.law.incidents import IncidentCategory

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from qorgan.hub.statistics.asked import Asked, Circle

Value: TypeAlias = str | int | float | datetime | None
"""A float is a number of hours."""

_HOUR: Final = timedelta(hours=1)
_LEGS: Final[dict[Leg, _StrPromise]] = {
    Leg.FOUND_DRAFTED: gettext_lazy("from finding to drafting"),
    Leg.DRAFTED_AGREED: gettext_lazy("from drafting to agreement"),
    Leg.AGREED_SUBMITTED: gettext_lazy("from agreement to sending"),
    Leg.SUBMITTED_RECEIVED: gettext_lazy("from sending to receipt by the centre"),
    Leg.FOUND_TOLD: gettext_lazy("from finding until the centre was told"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    words: str
    is_number: bool = True
    on_paper: bool = True
    """Whether a page of paper has room for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    cells: tuple[Value, ...]
    url: str = ""
    """Where the rows behind its numbers are listed."""
    marked: frozenset[int] = frozenset()
    """Places of numbers that speak of something late or lacking."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, with what it counts."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: list[Row]
    note: str = ""
    total: tuple[Value, ...] = field(default=())


def tables(figures: Figures, asked: Asked, circle: Circle, language: str) -> list[Table]:
    """Every table of a period."""
    found = [
        _categories(figures, asked, language),
        _documents(figures, language),
        _times(figures),
        _terms(figures),
        _institutions(figures, asked, circle),
        _kinds(figures, circle, language),
        _returns(figures, circle),
        _decisions(figures, circle),
    ]
    return [table for table in found if table.rows]


def _categories(figures: Figures, asked: Asked, language: str) -> Table:
    by_phone = Counter(one.category for one in figures.incidents if one.by_phone)
    alone = Counter(one.category for one in figures.incidents if not one.has_card)
    rows = [
        Row(
            (category_name(code, language), many, by_phone[code], alone[code]),
            _rows_url(asked, category=code),
            frozenset({3} if alone[code] else ()),
        )
        for code, many in sorted(figures.categories.items(), key=lambda one: _place(one[0]))
    ]
    return Table(
        "categories",
        gettext("Incidents by category"),
        _columns(gettext("Category"), gettext("Incidents"), gettext("Told by phone first"), gettext("Card awaited")),
        rows,
        gettext(
            "An incident counts once, in the period in which the centre was told of it first: by phone, or by its card."
        ),
        _total(rows),
    )


def _documents(figures: Figures, language: str) -> Table:
    by_kind: Counter[str] = Counter()
    for (kind, _author), many in figures.documents.items():
        by_kind[kind] += many
    rows = [Row((kind_name(kind, language), by_kind[kind])) for kind in list(DocumentType) if by_kind[kind]]
    return Table(
        "documents",
        gettext("Other documents sent"),
        _columns(gettext("Kind"), gettext("Documents")),
        rows,
        gettext("Inquiries between institutions are not read by the centre, and are counted by their authors alone."),
        _total(rows),
    )


def _times(figures: Figures) -> Table:
    rows = [Row((str(_LEGS[leg]), one.count, *one.hours)) for leg, one in figures.times.items()]
    return Table(
        "times",
        gettext("From finding an incident to the receipt of its card"),
        _columns(
            gettext("Part of the way"),
            gettext("Measured"),
            gettext("Median, hours"),
            gettext("90th percentile, hours"),
            gettext("Median, working hours"),
            gettext("90th percentile, working hours"),
        ),
        rows,
        gettext("Working hours are those from nine to eighteen of working days in Almaty."),
    )


def _terms(figures: Figures) -> Table:
    rows = [
        Row(
            (
                *(one.clause, starts_name(one.starts), one.total, one.met, one.late, one.running),
                *_hours(one.median, one.worst),
            ),
            marked=frozenset({4} if one.late else ()),
        )
        for one in figures.lateness
    ]
    return Table(
        "terms",
        gettext("Terms of the law"),
        (
            Column(gettext("Clause"), is_number=False),
            Column(gettext("Runs from the time when"), is_number=False),
            *(Column(words) for words in (gettext("All"), gettext("Kept"), gettext("Not kept"), gettext("Running"))),
            Column(gettext("Late by, median, working hours")),
            Column(gettext("Late by, at most, working hours")),
        ),
        rows,
        gettext("Terms that ran out, or will run out, in the period."),
    )


def _institutions(figures: Figures, asked: Asked, circle: Circle) -> Table:
    incidents = figures.institutions
    documents: Counter[UUID] = Counter()
    for (_kind, author), many in figures.documents.items():
        documents[author] += many
    whose = {*incidents, *documents, *figures.returns, *figures.late_terms}
    rows = [
        Row(
            (
                circle.name(one),
                incidents[one],
                documents[one],
                figures.returns.get(one, Returns()).returns,
                figures.late_terms[one],
            ),
            _rows_url(asked, organisation=one),
            frozenset({4} if figures.late_terms[one] else ()),
        )
        for one in whose
    ]
    return Table(
        "institutions",
        gettext("By institution"),
        _columns(
            gettext("Institution"),
            gettext("Incidents"),
            gettext("Other documents"),
            gettext("Returns"),
            gettext("Terms not kept"),
        ),
        _ordered(rows),
        "",
        _total(rows),
    )


def _kinds(figures: Figures, circle: Circle, language: str) -> Table:
    shown = [party for key, party in circle.parties.items() if circle.only is None or key in circle.only]
    members = Counter(party.kind for party in shown)
    incidents: Counter[OrganisationKind] = Counter()
    telling: Counter[OrganisationKind] = Counter()
    for one, many in figures.institutions.items():
        if one in circle.parties:
            incidents[circle.parties[one].kind] += many
            telling[circle.parties[one].kind] += 1
    rows = [
        Row((kind.label(language), members[kind], telling[kind], incidents[kind]))
        for kind in OrganisationKind
        if members[kind] and kind is not OrganisationKind.AUTHORITY
    ]
    return Table(
        "kinds",
        gettext("By kind of organisation"),
        _columns(
            gettext("Kind of organisation"),
            gettext("Connected"),
            gettext("Told of incidents"),
            gettext("Incidents"),
        ),
        rows if len(rows) > 1 and figures.incidents else [],
        "",
        _total(rows),
    )


def _returns(figures: Figures, circle: Circle) -> Table:
    rows = [
        Row(
            (circle.name(key), one.returns, one.mended, one.mended_late, one.open),
            marked=frozenset({3} if one.mended_late else ()),
        )
        for key, one in figures.returns.items()
    ]
    return Table(
        "returns",
        gettext("Documents that came back"),
        _columns(
            gettext("Institution"),
            gettext("Returns"),
            gettext("Mended in time"),
            gettext("Mended late"),
            gettext("Not mended yet"),
        ),
        _ordered(rows),
        gettext("Returned by the centre in the period (R67.15)."),
        _total(rows),
    )


def _decisions(figures: Figures, circle: Circle) -> Table:
    rows = [
        Row((circle.name(key), *_of(one)), marked=frozenset({6} if one.late else ()))
        for key, one in figures.decisions.items()
    ]
    return Table(
        "decisions",
        gettext("Decisions on warnings"),
        _columns(
            gettext("Institution"),
            gettext("Received"),
            gettext("Not decided"),
            gettext("Accepted, not processed yet"),
            gettext("Declined"),
            gettext("Processed"),
            gettext("Decided late or not at all"),
        ),
        _ordered(rows),
        gettext("Warnings delivered in the period; a working day is given to decide (R67.13)."),
        _total(rows),
    )


def _of(one: Decisions) -> tuple[int, ...]:
    return (one.received, one.undecided, one.accepted, one.declined, one.processed, one.late)


def _columns(first: str, *numbers: str) -> tuple[Column, ...]:
    return (Column(first, is_number=False), *(Column(words) for words in numbers))


def _ordered(rows: Iterable[Row]) -> list[Row]:
    """By the first number, the largest first; then by name."""
    return sorted(rows, key=lambda row: (-int(row.cells[1] or 0), str(row.cells[0])))  # type: ignore[arg-type]


def _total(rows: Sequence[Row]) -> tuple[Value, ...]:
    if len(rows) < 2:  # noqa: PLR2004  # of one line the sum is the line
        return ()
    columns = zip(*(row.cells[1:] for row in rows), strict=True)
    return (gettext("All"), *(sum(int(value or 0) for value in column) for column in columns))


def _hours(*spans: timedelta | None) -> tuple[float | None, ...]:
    return tuple(None if span is None else span / _HOUR for span in spans)


def _rows_url(asked: Asked, *, category: str = "", organisation: object = None) -> str:
    changed = asked.query(organisation=organisation) if organisation else asked.query()
    return f"{reverse('statistics:incidents')}?{changed}" + (f"&category={category}" if category else "")


def _place(category: str) -> int:
    codes = [one.value for one in IncidentCategory]
    return codes.index(category) if category in codes else len(codes)
