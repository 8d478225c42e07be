"""What a caller sends: shapes that OpenAPI publishes and the entrance enforces."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from qorgan.hub.members.content import Account, Connection
from qorgan.hub.members.profile import Profile
from qorgan.law.days import DayKind

Reason = Annotated[str, Meta(max_length=4_000)]
Name = Annotated[str, Meta(max_length=200)]
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Year = Annotated[str, Meta(pattern="^20[0-9]{2}$")]


class Taken(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a caller sends. An unknown field is an error, not a leak."""


class Nothing(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act that needs no words."""


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
    signature: Annotated[str, Meta(max_length=1_000_000)] = ""
    """For `agree`: a CMS in base64 over the bytes of `proposed`, by the head's key."""


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
    signature: Annotated[str, Meta(max_length=1_000_000)] = ""
    """For `agree`: a CMS in base64 over the bytes of `proposed`, by the head's key."""


class NewComment(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment, for all parties or for those of one addressee's part."""

    text: Annotated[str, Meta(max_length=10_000)]
    reception: UUID | None = None


class CardOfSignals(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card to begin with what signals tell."""

    author: UUID
    signals: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(min_length=1, max_length=200)]
    """References, `module/sequence`."""
    drill: bool = False


class CallTaken(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report by phone to take down."""

    institution: UUID
    content: dict[str, Any] = {}
    drill: bool = False


class Joined(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The card that a recorded call is joined with."""

    card: UUID
    revision: int | None = None


class Letter(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The letter that repeats a call."""

    number: Annotated[str, Meta(min_length=1, max_length=100)]
    dated: date
    received_at: Annotated[datetime, Meta(tz=True)]


class WithReason(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act that is written down with its reason."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class NewMember(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An institution as it is to be."""

    profile: Profile
    served_by: UUID | None = None


class NewConnection(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application for connection; `organisation` is whose employee applies, nobody's where it came by letter."""

    organisation: UUID | None = None
    content: Connection


class NewAccount(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application for a personal account."""

    organisation: UUID
    content: Account


class NewProfile(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile as an institution wants its own to be."""

    organisation: UUID
    content: Profile


class ApplicationVerb(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes with a verb of an application: findings to send it back, the whole content to mend it."""

    findings: Annotated[list[LackingField], Meta(max_length=200)] = []
    content: dict[str, Any] = {}


class HandOver(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who follows an employee that leaves."""

    successor: Number | None = None
    vacant: bool = False
    """Nobody follows for the time being: the role may stay empty."""
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class NewAbsence(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the head is away, and who stands in."""

    deputy: Number
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class NewModule(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An integration module to be."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]


class NewWebhook(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is to be called."""

    organisation: UUID
    address: Annotated[str, Meta(max_length=500)]


class Seen(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Notices that were seen."""

    notices: Annotated[list[Number], Meta(max_length=1_000)]


class NewDay(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the calendar."""

    on: date
    kind: DayKind
    kk: Name
    ru: Name
    en: Name
    act: Reason
    of: date | None = None
    estimated: bool = False


class NewCalendar(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The calendar as it is to be, and the act behind the change."""

    days: Annotated[list[NewDay], Meta(max_length=2_000)]
    settled: Annotated[dict[Year, bool], Meta(min_length=1, max_length=50)]
    """Every year covered; false while its days may still change."""
    act: Reason
