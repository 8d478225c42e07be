"""What the API gives to inspectors: entries of the journal, figures of a period, a file of evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from qorgan.gate.inspection import clauses
from qorgan.gate.inspection.counting import Summary
from qorgan.gate.journal.content import Row
from qorgan.gate.journal.search.query import Found, Page


class EntryShown(Struct, frozen=True, kw_only=True):
    """One entry of the journal. It names nobody: people, devices and programs are identifiers of the gate's own."""

    id: int
    at: datetime
    event: str
    outcome: str
    population: str
    client: UUID | None
    """Whose account it is about."""
    actor: UUID | None
    """The employee who did it, where it was not the client."""
    ceremony: UUID | None
    device: UUID | None
    address: str | None
    port: int
    """0 when nobody knows."""
    program: str
    trace: str
    factors: list[str]
    """What was shown, right or wrong as the outcome says."""
    rule: str
    """The clause that let it happen or forbade it."""
    edition: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    detail: dict[str, Any]
    archived: bool
    """Whether it was found in a sealed file."""


class EntriesShown(Struct, frozen=True, kw_only=True):
    """A page of entries, the newest first."""

    entries: list[EntryShown]
    after: str
    """Asks for the next page; empty when this is the last."""


class RuledShown(Struct, frozen=True, kw_only=True):
    """Acts of one kind by one rule in one edition."""

    event: str
    population: str
    rule: str
    edition: str
    done: int
    refused: int


class ToldShown(Struct, frozen=True, kw_only=True):
    """Failed attempts, by what became of their notices."""

    delivered: int
    under_way: int
    failed: int
    without_number: int
    nobodys: int
    untold: int
    """There must be none."""


class KeptShown(Struct, frozen=True, kw_only=True):
    """What there is of the journal."""

    at_hand_since: datetime | None
    archived_days: int
    archived_since: str
    epoch: int
    epoch_at: datetime | None


class ClauseShown(Struct, frozen=True, kw_only=True):
    """One clause in the period."""

    clause: str
    edition: str
    done: int
    refused: int
    against: int
    """What speaks against its being kept: there must be none."""


class FiguresShown(Struct, frozen=True, kw_only=True):
    """What happened in a period by which rule, and what without any."""

    since: datetime
    until: datetime
    """The first instant that is too late."""
    ruled: list[RuledShown]
    without_rule: int
    """There must be none."""
    told: ToldShown
    sessions: int
    concurrent: int
    sessions_without_rule: int
    """There must be none."""
    entries: int
    staff_acts: int
    to_be_told: int
    untold_changes: int
    """There must be none."""
    kept: KeptShown
    clauses: list[ClauseShown]


class EpochShown(Struct, frozen=True, kw_only=True):
    """A signature over the ends of the journal's chain."""

    epoch: int
    at: datetime
    heads: str
    note: str
    """As C2SP writes signed checkpoints."""


class EvidenceEntryShown(Row, frozen=True, kw_only=True):
    """One entry as it was written, with its digest and its place in the chain."""

    digest: str
    strand: int | None
    """None for what lies in the archive."""
    link: int | None
    link_hash: str = ""


class EvidenceShown(Struct, frozen=True, kw_only=True):
    """A file of evidence as JSON; as CSV its head stands in lines that begin with #."""

    origin: str
    since: str
    until: str
    events: list[str]
    taken_at: str
    count: int
    digest_of_digests: str
    epoch: EpochShown | None
    entries: list[EvidenceEntryShown]


def entries(page: Page) -> EntriesShown:
    """A page of what was found."""
    return EntriesShown(entries=[_entry(one) for one in page.entries], after=page.after)


def figures(found: Summary) -> FiguresShown:
    """What was counted, and what it says of each clause."""
    told = {**msgspec.to_builtins(found), "clauses": msgspec.to_builtins(clauses.held(found))}
    return msgspec.convert(told, FiguresShown)


def _entry(found: Found) -> EntryShown:
    written = {name: getattr(found.row, name) for name in found.row.__struct_fields__}
    read = {name: msgspec.json.decode(written[name] or "null") for name in ("before", "after", "detail")}
    return EntryShown(**written | read, archived=found.archived)
