"""What the API takes and gives: the shapes that OpenAPI publishes and the entrance enforces."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

Reason = Annotated[str, Meta(max_length=4_000)]
Name = Annotated[str, Meta(max_length=200)]


class Taken(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a caller sends. An unknown field is an error, not a leak."""


class Given(Struct, frozen=True, kw_only=True):
    """What a caller is answered. Fields may be added to it."""


class Nothing(Given, frozen=True, kw_only=True):
    """Done; there is nothing to say of it."""


class NewDocument(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document to begin."""

    kind: Name
    author: UUID
    content: dict[str, Any] = {}
    about: UUID | None = None
    drill: bool = False


class DraftText(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft as it is to be."""

    content: dict[str, Any]
    addressees: Annotated[list[UUID], Meta(max_length=1_000)] | None = None
    revision: int | None = None


class LackingField(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that lacks, and why."""

    field: Name
    reason: Reason


class Verb(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes with a verb."""

    revision: int | None = None
    reason: Reason = ""
    fields: Annotated[list[LackingField], Meta(max_length=200)] = []


class ItemVerdict(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The verdict on one numbered recommendation."""

    item: Annotated[int, Meta(ge=1, le=1_000)]
    accepted: bool
    reason: Reason = ""


class Decision(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes with a verb of an addressee."""

    revision: int | None = None
    reason: Reason = ""
    decision: Annotated[list[ItemVerdict], Meta(max_length=1_000)] = []


class NewComment(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment, for all parties or for those of one addressee's part."""

    text: Annotated[str, Meta(max_length=10_000)]
    reception: UUID | None = None


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
    author: UUID
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
    organisation: UUID
    home: UUID
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

    clause: str
    starts: str
    organisation: UUID
    reception: UUID | None
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    calendar: str


class CommentShown(Given, frozen=True, kw_only=True):
    """A comment."""

    organisation: UUID
    at: datetime
    text: str


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
