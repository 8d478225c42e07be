"""The list of documents: filters that stand in the address, and the rows they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from qorgan.hub.casework import calendar, queries
from qorgan.hub.casework.access import told_authors
from qorgan.hub.casework.deadlines import working_time_left
from qorgan.hub.casework.kinds import kind_of, kinds
from qorgan.hub.desk import words
from qorgan.hub.desk.inbox import author_name, names_of
from qorgan.law.incidents import IncidentCategory

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from qorgan.hub.casework.models import Document
    from qorgan.hub.members.access import Scope

PAGE: Final = 50
_WORDS: Final = 100
_FAR: Final = 10_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. Each stands in the address by its own name."""

    kind: str = ""
    state: str = ""
    category: str = ""
    """Of incidents."""
    organisation: UUID | None = None
    q: str = ""
    late: bool = False
    open: bool = False
    """Only what has not come to its end."""
    drill: bool = False
    """Only exercises."""
    page: int = 1

    def query(self, **changes: object) -> str:
        """The address of this search with something else in it, from its first page unless said otherwise."""
        whole = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        given = {name: getattr(whole, name) for name in self.__slots__}
        said = {name: "1" if value is True else str(value) for name, value in given.items() if value}
        return urlencode({name: value for name, value in said.items() if (name, value) != ("page", "1")})

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return self != Filters(page=self.page)


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    url: str
    number: str
    kind: str
    title: str
    who: str
    state: words.State
    severity: int | None
    tlp: str
    drill: bool
    at: datetime
    is_sent: bool
    left: words.Left | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    chosen: bool


def read_filters(given: Mapping[str, str]) -> Filters:
    """The filters of an address; what says nothing is passed over."""
    codes = {kind.code for kind in kinds()}
    asked = given.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1  # noqa: PLR2004
    return Filters(
        kind=kind if (kind := given.get("kind", "")) in codes else "",
        state=state if (state := given.get("state", "")) in _states() else "",
        category=category if (category := given.get("category", "")) in list(IncidentCategory) else "",
        organisation=_uuid(given.get("organisation", "")),
        q=given.get("q", "").replace("\x00", "").strip()[:_WORDS],
        late=given.get("late") == "1",
        open=given.get("open") == "1",
        drill=given.get("drill") == "1",
        page=max(1, min(page, _FAR)),
    )


class Listing:
    """What the page of the list shows."""

    def __init__(self, filters: Filters, by: Scope, now: datetime, language: str) -> None:
        self.filters, self.by, self.now, self.language = filters, by, now, language
        start = (filters.page - 1) * PAGE
        rows = list(found(filters, by, now)[start : start + PAGE + 1])
        self.has_more = len(rows) > PAGE
        self.lines = self._lines(rows[:PAGE])

    @cached_property
    def kinds(self) -> list[Option]:
        """Every kind."""
        return [Option(kind.code, words.kind_name(kind.code), kind.code == self.filters.kind) for kind in kinds()]

    @cached_property
    def categories(self) -> list[Option]:
        """The categories of incidents."""
        return [Option(one.value, one.label(self.language), one == self.filters.category) for one in IncidentCategory]

    @cached_property
    def states(self) -> list[Option]:
        """The states of the kind that is asked for, or of all."""
        return [
            Option(state, words.life_state(state).words, state == self.filters.state)
            for state in _states(self.filters.kind)
        ]

    @cached_property
    def organisations(self) -> list[Option]:
        """Whose documents can be asked for, where there are several."""
        names = queries.authors(self.by)
        shown = names_of(names, self.language)
        chosen = self.filters.organisation
        return [
            Option(str(key), name, key == chosen) for key, name in sorted(shown.items(), key=lambda one: one[1].lower())
        ]

    @property
    def newer(self) -> str | None:
        """The address of the page before this one; None on the first."""
        return self.filters.query(page=self.filters.page - 1) if self.filters.page > 1 else None

    @property
    def older(self) -> str | None:
        """The address of the next page; None on the last."""
        return self.filters.query(page=self.filters.page + 1) if self.has_more else None

    def _lines(self, rows: list[Document]) -> list[Line]:
        names = names_of((row.author_id for row in rows), self.language)
        drafts = queries.draft_titles(row.pk for row in rows)
        table = calendar.in_force()
        found = []
        for row in rows:
            due = row.due_at  # type: ignore[attr-defined]  # annotated by the query
            found.append(
                Line(
                    url=reverse("desk:document", args=[row.pk]),
                    number=row.number,
                    kind=words.kind_name(row.kind),
                    title=row.title or drafts.get(row.pk, ""),
                    who=author_name(row, self.by, names),
                    state=words.life_state(row.state),
                    severity=row.severity,
                    tlp=row.tlp,
                    drill=row.drill,
                    at=row.sent_at or row.created_at,
                    is_sent=row.sent_at is not None,
                    left=words.left(working_time_left(due, self.now, table)) if due else None,
                    due_at=due,
                )
            )
        return found


def found(filters: Filters, by: Scope, now: datetime) -> QuerySet[Document]:
    """Every document that meets the filters, as far as whoever asks may see it, the newest first."""
    rows = queries.documents()
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.organisation:
        rows = rows.filter(told_authors(by), author=filters.organisation)
    if filters.late:
        rows = queries.running_out(rows, now)
    if filters.open:
        rows = rows.filter(closed_at=None)
    if filters.drill:
        rows = rows.filter(drill=True)
    if filters.q:
        rows = rows.filter(Q(number__icontains=filters.q) | Q(title__icontains=filters.q))
    return rows


def _states(kind: str = "") -> list[str]:
    asked = [kind_of(kind)] if kind else kinds()
    return list(dict.fromkeys(state for one in asked for state in one.life.states))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
