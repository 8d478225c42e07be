"""What the situation page is made of: its numbers with where each leads, its lists in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qorgan.hub.casework.deadlines import working_time_left
from qorgan.hub.desk import words
from qorgan.hub.incidents.lifecycle import RETURNED, SENT
from qorgan.hub.statistics import charts
from qorgan.hub.statistics.situation import STATES, Coverage, Situation
from qorgan.hub.statistics.words import category_name, kind_name
from qorgan.kit.clock import now
from qorgan.law.asoi import SignalType
from qorgan.law.documents import DocumentType
from qorgan.law.incidents import IncidentCategory

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Document
    from qorgan.law.calendar import Calendar

_CARDS: Final = {"kind": DocumentType.INCIDENT_CARD.value}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number above everything, and the rows behind it."""

    words: str
    number: int
    url: str
    kind: str = ""
    """'bad' or 'warn' where the number is not nought."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many cards of a category are in a state, and where they are listed."""

    number: int
    url: str
    weight: int
    """From 0 to 4: how much of the fullest cell it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A document of a list."""

    url: str
    number: str
    kind: str
    title: str
    who: str
    at: datetime | None = None
    left: words.Left | None = None
    due_at: datetime | None = None
    clause: str = ""
    state: words.State | None = None


class Shown:
    """The situation in words."""

    def __init__(
        self, found: Situation, names: Mapping[UUID, str], calendar: Calendar, now: datetime, language: str
    ) -> None:
        self.found, self._names, self._calendar, self.now, self._language = found, names, calendar, now, language

    @cached_property
    def figures(self) -> list[Figure]:
        """The numbers above."""
        found = self.found
        waiting = sum(many for (_category, state), many in found.cards.items() if state == SENT)
        back = Figure(gettext("Came back, not mended"), found.returned_all, listed(state=RETURNED), "warn")
        return [
            Figure(gettext("Open cards"), found.cards.total(), listed(**_CARDS, open="1")),
            Figure(gettext("Cards to receive"), waiting, listed(**_CARDS, state=SENT), "warn"),
            Figure(gettext("Terms overdue"), found.overdue_all, listed(late="1"), "bad"),
            back,
            Figure(
                gettext("Calls without a card"),
                found.calls_all,
                listed(kind=DocumentType.PHONE_REPORT.value, state="recorded"),
                "warn",
            ),
            Figure(gettext("Late with warnings"), found.undecided, "#coverage", "bad"),
        ]

    @cached_property
    def states(self) -> list[words.State]:
        """Columns of the cards."""
        return [words.life_state(state) for state in STATES]

    @cached_property
    def cards(self) -> list[tuple[str, str, list[Cell], Cell]]:
        """Rows of the cards: short and whole name of the category, a cell for each state, all."""
        most = max(self.found.cards.values(), default=0)
        codes = [*map(str, IncidentCategory), *{code for code, _state in self.found.cards} - set(IncidentCategory)]
        return [
            (
                str(place),
                category_name(code, self._language),
                [self._cell(code, state, most) for state in STATES],
                Cell(
                    sum(self.found.cards[code, state] for state in STATES),
                    listed(**_CARDS, category=code, open="1"),
                    0,
                ),
            )
            for place, code in enumerate(codes, start=1)
        ]

    @cached_property
    def card_totals(self) -> list[Cell]:
        """Under the columns of the cards."""
        return [
            Cell(
                sum(many for (_category, one), many in self.found.cards.items() if one == state),
                listed(**_CARDS, state=state),
                0,
            )
            for state in STATES
        ]

    @cached_property
    def coverage(self) -> list[tuple[Coverage, str, str]]:
        """The warnings with their address and the name of their kind."""
        return [(one, _page(one.document), kind_name(one.kind, self._language)) for one in self.found.coverage]

    @cached_property
    def overdue(self) -> list[Line]:
        """Who should have acted, the longest overdue first."""
        return [
            self._line(
                one.document,
                who=self._names.get(one.organisation_id, "—"),
                due_at=one.due_at,
                clause=one.clause,
            )
            for one in self.found.overdue
        ]

    @cached_property
    def returned(self) -> list[Line]:
        """What came back."""
        return [
            self._line(
                one,
                at=one.returned_at,  # type: ignore[attr-defined]  # annotated by the query
                due_at=one.due_at,  # type: ignore[attr-defined]
            )
            for one in self.found.returned
        ]

    @cached_property
    def calls(self) -> list[Line]:
        """Reports by phone that no card has come for."""
        return [
            self._line(
                one,
                who=self._names.get(one.institution, "—"),  # type: ignore[attr-defined]  # annotated by the query
                at=one.submitted_at,
            )
            for one in self.found.calls
        ]

    @cached_property
    def newest(self) -> list[Line]:
        """What was sent last."""
        return [self._line(one, at=one.sent_at) for one in self.found.newest]

    @cached_property
    def chart(self) -> str:
        """The documents of the last days, for the script that draws them."""
        return json.dumps(charts.submitted(self.found.submitted, self.now, self._language))

    def _cell(self, code: str, state: str, most: int) -> Cell:
        number = self.found.cards[code, state]
        weight = -(-4 * number // most) if most else 0
        return Cell(number, listed(**_CARDS, category=code, state=state), weight)

    def _line(
        self,
        document: Document,
        *,
        who: str = "",
        at: datetime | None = None,
        due_at: datetime | None = None,
        clause: str = "",
    ) -> Line:
        left = words.left(working_time_left(due_at, self.now, self._calendar)) if due_at else None
        return Line(
            _page(document.pk),
            document.number,
            kind_name(document.kind, self._language),
            document.title,
            who or self._names.get(document.author_id, "—"),
            at,
            left,
            due_at,
            clause,
            words.life_state(document.state),
        )


def listed(**filters: str) -> str:
    """Where the documents are listed that a number counts."""
    return f"{reverse('desk:documents')}?{urlencode(filters)}"


def live_words(language: str) -> dict[str, Any]:
    """What the script of the live signals needs."""
    offset = timezone.localtime(now()).utcoffset()
    return {
        "language": language,
        "offset": int(offset.total_seconds()) if offset else 0,
        "types": {kind.value: [kind.short(language), kind.label(language)] for kind in SignalType},
        "search": reverse("signals:search"),
        "all": gettext("All"),
        "rate": gettext("%(count)s signals a minute"),
        "lost": gettext("Connection lost, trying again"),
        "counting": gettext("counting…"),
    }


def _page(document: UUID) -> str:
    return reverse("desk:document", args=[document])
