"""What a caller is answered, in shapes that OpenAPI publishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

Reason = Annotated[str, Meta(max_length=4_000)]
Name = Annotated[str, Meta(max_length=200)]
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Year = Annotated[str, Meta(pattern="^20[0-9]{2}$")]


class Given(Struct, frozen=True, kw_only=True):
    """What a caller is answered. Fields may be added to it."""


class Me(Given, frozen=True, kw_only=True):
    """Who the token speaks for."""

    person: int
    name: str
    may_write: bool
    roles: list[RoleAt]
    acts_for: list[UUID]
    """Organisations whose documents may be written or read in this person's roles."""


class RoleAt(Given, frozen=True, kw_only=True):
    """A role and where it is held."""

    role: str
    organisation: UUID


class Party(Given, frozen=True, kw_only=True):
    """An organisation as the directory shows it."""

    id: UUID
    bin: str
    kind: str
    name: str


class StepShown(Given, frozen=True, kw_only=True):
    """A row of a life."""

    life: str
    state: str
    verb: str
    to: str
    who: list[str]
    clause: str
    needs: list[str]


class Kind(Given, frozen=True, kw_only=True):
    """A kind of document: its lives, and where the schema of its content stands."""

    code: str
    name: str
    initial: str
    steps: list[StepShown]
    content: str
    """JSON pointer into the OpenAPI document."""


class DocumentShown(Given, frozen=True, kw_only=True):
    """Where a document stands."""

    id: UUID
    kind: str
    number: str
    state: str
    revision: int
    version: int
    author: UUID | None
    """Null where addressees are not told whose it is."""
    acting: UUID | None
    about: UUID | None
    title: str
    category: str
    severity: int | None
    tlp: str
    stage: int
    drill: bool
    found_at: datetime | None
    created_at: datetime
    agreed_at: datetime | None
    submitted_at: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
    verbs: list[str]
    """What the caller may say now."""


class DocumentList(Given, frozen=True, kw_only=True):
    """A page of documents, those sent last first."""

    documents: list[DocumentShown]
    next: str | None
    """To be given as `after` for the next page."""


class DraftShown(Given, frozen=True, kw_only=True):
    """The version in preparation."""

    state: str
    revision: int
    content: dict[str, Any]
    addressees: list[UUID]
    edited_at: datetime
    lacks: list[LackShown]


class LackShown(Given, frozen=True, kw_only=True):
    """What the draft lacks."""

    field: str
    message: str
    clause: str


class ActShown(Given, frozen=True, kw_only=True):
    """One verb that was said."""

    id: int
    verb: str
    before: str
    after: str
    clause: str
    organisation: UUID | None
    """Null where it would tell an author whom addressees are not told of."""
    home: UUID | None
    at: datetime
    version: int
    digest: str
    detail: dict[str, Any]
    has_receipt: bool


class ReceptionShown(Given, frozen=True, kw_only=True):
    """One addressee's part."""

    id: UUID
    document: UUID
    organisation: UUID
    state: str
    revision: int
    version: int
    decision: list[dict[str, Any]]
    delivered_at: datetime
    decided_at: datetime | None
    finished_at: datetime | None
    verbs: list[str]


class ClockShown(Given, frozen=True, kw_only=True):
    """A clock of the law."""

    document: UUID
    clause: str
    starts: str
    organisation: UUID | None
    """Who has to act; null where addressees are not told whose it is."""
    reception: UUID | None
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    calendar: str


class FileShown(Given, frozen=True, kw_only=True):
    """A file of a document."""

    id: UUID
    document: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    scan: str
    added_at: datetime
    sent_at: datetime | None
    removed_at: datetime | None
    """Since when it is no longer of the draft; versions that were sent with it keep it."""


class WaitingShown(Given, frozen=True, kw_only=True):
    """One thing that waits for the caller."""

    part: str
    """preparation, life or reception."""
    document: UUID
    kind: str
    number: str
    title: str
    state: str
    reception: UUID | None
    verbs: list[str]
    due_at: datetime | None
    since: datetime


class NoticeShown(Given, frozen=True, kw_only=True):
    """What the caller was told. It holds none of the document's words."""

    id: int
    what: str
    """The part of a document's life and the verb, the moment of a clock, or an act on members."""
    about: str
    """document, application, absence, account or institution."""
    thing: str
    """Its identifier."""
    document: UUID | None
    kind: str
    """Of the document; empty where the notice is about no document."""
    number: str
    reception: UUID | None
    due_at: datetime | None
    created_at: datetime
    seen_at: datetime | None


class DayShown(Given, frozen=True, kw_only=True):
    """A day that is not what its weekday says."""

    on: date
    kind: str
    name: str
    act: str
    of: date | None
    estimated: bool


class CalendarShown(Given, frozen=True, kw_only=True):
    """The calendar in force."""

    version: str
    settled: dict[str, bool]
    days: list[DayShown]
    moved: int
    """How many open terms the change moved; 0 where nothing was changed."""


class SignalShown(Given, frozen=True, kw_only=True):
    """A signal, without its record."""

    module: UUID
    sequence: int
    organisation: UUID
    received_at: datetime
    type: str
    severity: str
    action: str
    first_seen: datetime
    last_seen: datetime
    count: int
    source_address: str
    source_port: int | None
    domain: str
    sensor: str
    rule: str


class SignalList(Given, frozen=True, kw_only=True):
    """A page of a search, the newest first."""

    signals: list[SignalShown]
    next: str | None
    """To be given as `before` for the next page."""


class Addressed(Given, frozen=True, kw_only=True):
    """Whom a warning concerns by the inventory of the profile."""

    organisation: UUID
    products: list[str]


class PartCovered(Given, frozen=True, kw_only=True):
    """Where a warning stands at one addressee."""

    reception: UUID
    organisation: UUID | None
    state: str
    version: int
    delivered_at: datetime
    decided_at: datetime | None
    processed_at: datetime | None
    due_at: datetime | None
    late: bool


class RecommendationCovered(Given, frozen=True, kw_only=True):
    """How many accepted and declined one recommendation."""

    item: int
    text: str
    accepted: int
    declined: int


class CoverageShown(Given, frozen=True, kw_only=True):
    """Where a warning stands at its addressees, as far as the caller sees their parts."""

    parts: list[PartCovered]
    states: dict[str, int]
    late: int
    recommendations: list[RecommendationCovered]


class MemberShown(Given, frozen=True, kw_only=True):
    """The profile of an institution that the caller may see."""

    id: UUID
    bin: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    email: str
    reporting_phone: str
    state: str
    served_by: UUID | None
    networks: list[str]
    domains: list[str]
    contacts: list[dict[str, Any]]
    inventory: list[dict[str, Any]]


class PersonShown(Given, frozen=True, kw_only=True):
    """Who acts for an institution."""

    person: int
    name: str
    role: str
    active: bool


class CommentShown(Given, frozen=True, kw_only=True):
    """A comment."""

    organisation: UUID | None
    at: datetime
    text: str


class RunShown(Given, frozen=True, kw_only=True):
    """Words that stayed, were added or were removed."""

    kind: str
    text: str


class ChangedShown(Given, frozen=True, kw_only=True):
    """A field that differs between two versions."""

    field: str
    label: str
    before: str
    after: str
    runs: list[RunShown]


class ProblemShown(Given, frozen=True, kw_only=True):
    """RFC 9457. `code` is for machines, `detail` for people, in the language of Accept-Language."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    clause: str | None = None
    field: str = ""
    trace: str = ""
