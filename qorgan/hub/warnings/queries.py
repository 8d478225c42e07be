"""What became of a warning at each institution (R67.13), and by when to act.

PostgreSQL decides who reads: the author and the centre see every addressee's part, an addressee its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from qorgan.hub.casework import access, calendar, directory
from qorgan.hub.casework.directory import Entry
from qorgan.hub.casework.exact import content_in
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Deadline, Document, Reception
from qorgan.hub.casework.receptions import Verdict
from qorgan.hub.members.access import Scope
from qorgan.hub.warnings import lifecycle
from qorgan.hub.warnings.vulnerability import VulnerabilityWarning, is_critical
from qorgan.law.asoi import ANSWER_WARNING
from qorgan.law.trading_platform import INSTALL_CRITICAL_UPDATE

_UNDECIDED: Final = frozenset({lifecycle.RECEIVED, lifecycle.ACCEPTING, lifecycle.DECLINING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One addressee's row."""

    reception: UUID
    institution: Entry | None
    """None for one that is no longer connected."""
    state: str
    """As others may know it: a decision that its head has not agreed to is none yet."""
    version: int
    verdicts: tuple[Verdict, ...]
    delivered_at: datetime
    decided_at: datetime | None
    processed_at: datetime | None
    due_at: datetime | None
    """Of the decision, by R67.13."""
    late: bool
    """Decided after its time, or not decided though it has run out."""
    install_by: datetime | None
    """Where the month of R57.13 runs for it, or ran."""
    install_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many accepted and declined one recommendation."""

    item: int
    text: str
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A warning's addressees as far as whoever asks may see them."""

    parts: tuple[Part, ...]
    states: dict[str, int]
    """How many are in each state."""
    late: int
    recommendations: tuple[Tally, ...]


def coverage(document: Document, by: Scope, now: datetime) -> Coverage:
    """The addressees' parts with their totals, those who are late first, then by name. Three statements."""
    rows = list(Reception.objects.filter(document=document))
    names = {entry.id: entry for entry in directory.entries([one.organisation_id for one in rows])}
    clocks = _clocks(document)
    parts = [_part(one, names.get(one.organisation_id), clocks, by, now) for one in rows]
    parts.sort(key=lambda part: (not part.late, part.institution.names["en"] if part.institution else ""))
    verdicts = Counter((verdict.item, verdict.accepted) for part in parts for verdict in part.verdicts)
    return Coverage(
        parts=tuple(parts),
        states=dict(Counter(part.state for part in parts)),
        late=sum(part.late for part in parts),
        recommendations=tuple(
            Tally(item=item, text=text, accepted=verdicts[item, True], declined=verdicts[item, False])
            for item, text in enumerate(_recommendations(document), start=1)
        ),
    )


def due(content: VulnerabilityWarning) -> datetime | None:
    """By when to carry out the recommendations: as the warning says, or the month of R57.13 for a critical one."""
    if content.due_at is not None:
        return content.due_at
    if content.update_published_at is None or not is_critical(content):
        return None
    return calendar.in_force().due(INSTALL_CRITICAL_UPDATE, content.update_published_at)


def _part(
    one: Reception, entry: Entry | None, clocks: dict[tuple[UUID, str], Deadline], by: Scope, now: datetime
) -> Part:
    own = one.organisation_id in by.organisations
    decided = one.state not in _UNDECIDED
    decision = clocks.get((one.pk, ANSWER_WARNING.clause))
    install = clocks.get((one.pk, INSTALL_CRITICAL_UPDATE.clause))
    return Part(
        reception=one.pk,
        institution=entry,
        state=one.state if own or decided else lifecycle.RECEIVED,
        version=one.version,
        verdicts=tuple(msgspec.convert(one.decision, list[Verdict])) if own or decided else (),
        delivered_at=one.delivered_at,
        decided_at=one.decided_at,
        processed_at=one.finished_at,
        due_at=decision.due_at if decision else None,
        late=_is_late(decision, now),
        install_by=install.due_at if install else None,
        install_late=_is_late(install, now),
    )


def _clocks(document: Document) -> dict[tuple[UUID, str], Deadline]:
    """The newest clock of each addressee by clause."""
    rows = Deadline.objects.filter(document=document, reception__isnull=False).order_by("started_at", "pk")
    return {(row.reception_id, row.clause): row for row in rows if row.reception_id is not None}


def _is_late(clock: Deadline | None, now: datetime) -> bool:
    return clock is not None and (clock.stopped_at or now) > clock.due_at


def _recommendations(document: Document) -> tuple[str, ...]:
    content = _content(document)
    return tuple(kind_of(document.kind).recommendations(content)) if content is not None else ()


def _content(document: Document) -> Any:
    if document.version == 0:
        return None
    return content_in(kind_of(document.kind), bytes(access.version_for(document, document.version).exact))
