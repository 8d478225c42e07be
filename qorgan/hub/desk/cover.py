"""How far a warning is covered: where it stands at each institution, totals, and who is late by how much (R67.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

from qorgan.hub.casework import calendar
from qorgan.hub.casework.access import is_actor
from qorgan.hub.casework.deadlines import working_time_left
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.lifecycle import Actor
from qorgan.hub.desk import words
from qorgan.hub.warnings import queries
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qorgan.hub.casework.models import Document
    from qorgan.hub.casework.receptions import Verdict
    from qorgan.hub.members.access import Scope
    from qorgan.hub.warnings.queries import Part, Tally
    from qorgan.law.calendar import Calendar

KINDS: Final = frozenset({DocumentType.THREAT_WARNING.value, DocumentType.VULNERABILITY_WARNING.value})
_ORDER: Final = ("processed", "accepted", "declined", "received")
_LOOKS: Final = {"processed": "good", "accepted": "half", "declined": "bad", "received": "warn"}


@dataclass(frozen=True, slots=True)
class Share:
    """How many are in a state: a stretch of the bar, in percent, and a filter."""

    code: str
    look: str
    state: words.State
    count: int
    start: float
    width: float
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One institution."""

    reception: UUID
    name: str
    state: words.State
    verdicts: tuple[Verdict, ...]
    decided_at: datetime | None
    due_at: datetime | None
    term: words.State | None
    """How much working time is left, or by how much it is late."""
    install: words.State | None
    """The same of the month of R57.13."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The panel."""

    total: int
    shares: list[Share]
    late: int
    late_query: str
    is_late_on: bool
    items: list[Tally]
    item: int
    """Of which only those are shown who declined it; 0 for all."""
    rows: list[Row]
    is_narrowed: bool


def may_supersede(document: Document, by: Scope) -> bool:
    """Whether somebody may begin a warning that takes the place of this one: its author's makers (R67.10)."""
    step = kind_of(document.kind).life.step(document.state, "withdraw") if document.kind in KINDS else None
    return step is not None and is_actor(Actor.MAKER, by, document)


def may_address(document: Document, *, may_write: bool) -> bool:
    """Whether somebody who may write in it may address it by inventories."""
    return may_write and document.kind == DocumentType.VULNERABILITY_WARNING


def cover_of(document: Document, by: Scope, now: datetime, asked: Mapping[str, str], language: str) -> Cover | None:
    """What the author and the centre see of a warning that was sent; `asked` narrows the rows, never the totals."""
    if document.kind not in KINDS or document.version == 0:
        return None
    found = queries.coverage(document, by, now)
    parts = [one for one in found.parts if one.institution is None or one.institution.id not in by.organisations]
    if not parts:
        return None
    state = asked.get("at", "") if asked.get("at", "") in _ORDER else ""
    late = asked.get("late", "") == "1"
    item = next((one.item for one in found.recommendations if str(one.item) == asked.get("declined", "")), 0)
    table = calendar.in_force()
    return Cover(
        total=len(parts),
        shares=_shares(parts, state),
        late=sum(one.late for one in parts),
        late_query="" if late else urlencode({"late": 1}),
        is_late_on=late,
        items=list(found.recommendations),
        item=item,
        rows=[_row(one, now, table, language) for one in parts if _is_shown(one, state, item, late=late)],
        is_narrowed=bool(state or late or item),
    )


def _shares(parts: list[Part], asked: str) -> list[Share]:
    counts = {state: sum(one.state == state for one in parts) for state in _ORDER}
    found, start = [], 0.0
    for state, count in counts.items():
        width = 100 * count / len(parts)
        query = "" if state == asked else urlencode({"at": state})
        told = words.reception_state(state)
        found.append(Share(state, _LOOKS[state], told, count, round(start, 3), round(width, 3), query, state == asked))
        start += width
    return found


def _is_shown(one: Part, state: str, item: int, *, late: bool) -> bool:
    declined = any(verdict.item == item and not verdict.accepted for verdict in one.verdicts)
    return (not state or one.state == state) and (not late or one.late) and (not item or declined)


def _row(one: Part, now: datetime, table: Calendar, language: str) -> Row:
    return Row(
        reception=one.reception,
        name=one.institution.name(language) if one.institution else "—",
        state=words.reception_state(one.state),
        verdicts=one.verdicts,
        decided_at=one.decided_at,
        due_at=one.due_at,
        term=_term(one.due_at, one.decided_at, now, table),
        install=_term(one.install_by, one.processed_at, now, table),
    )


def _term(due: datetime | None, done: datetime | None, now: datetime, table: Calendar) -> words.State | None:
    if due is None:
        return None
    left = working_time_left(due, done or now, table)
    if done is None:
        told = words.left(left)
        return words.State(told.kind, told.words)
    return words.kept() if left >= timedelta() and done <= due else words.late_by(-left)
