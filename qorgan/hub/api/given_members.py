"""What a caller is answered about members, addresses that are called, and figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from qorgan.hub.api.given import Given, RoleAt


class FindingShown(Given, frozen=True, kw_only=True):
    """A field that must be mended, and why."""

    field: str
    reason: str


class InvitationMade(Given, frozen=True, kw_only=True):
    """A code by which a person sets their password; shown this once."""

    person: int
    code: str
    expires_at: datetime


class ApplicationShown(Given, frozen=True, kw_only=True):
    """What somebody asks of the centre about members."""

    id: UUID
    kind: str
    organisation: UUID | None
    state: str
    content: dict[str, Any]
    before: dict[str, Any] | None
    """The profile that a change of it was proposed on."""
    findings: list[FindingShown]
    made_at: datetime
    moved_at: datetime
    outcome: str
    verbs: list[str]
    """What the caller may say now."""
    invitation: InvitationMade | None
    """Where accepting opened an account, in that answer alone."""


class AccountShown(Given, frozen=True, kw_only=True):
    """An account with the fields of R67.6."""

    person: int
    surname: str
    given_name: str
    patronymic: str
    position: str
    phones: str
    email: str
    active: bool
    roles: list[RoleAt]


class ResetShown(Given, frozen=True, kw_only=True):
    """A lost second factor that is to be reset."""

    id: UUID
    person: int
    organisation: UUID
    reason: str
    asked_at: datetime
    done_at: datetime | None
    declined: str
    """Why it was declined; '' where it was not."""


class AbsenceShown(Given, frozen=True, kw_only=True):
    """Who is away, and who stands in."""

    id: UUID
    organisation: UUID
    absent: int
    deputy: int
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None


class ModuleShown(Given, frozen=True, kw_only=True):
    """An integration module."""

    id: UUID
    organisation: UUID
    name: str
    state: str
    version: str
    last_seen_at: datetime | None
    high_water: int


class CodeIssued(Given, frozen=True, kw_only=True):
    """A module's one-time code; shown this once."""

    module: UUID
    code: str
    expires_at: datetime


class EntryShown(Given, frozen=True, kw_only=True):
    """An entry of the audit trail."""

    id: int
    at: datetime
    person: int | None
    """Null where the hub itself acted, or somebody of whom the caller is not told."""
    organisation: UUID | None
    act: str
    object: str
    detail: dict[str, Any]


class WebhookShown(Given, frozen=True, kw_only=True):
    """An address that is called."""

    id: UUID
    organisation: UUID
    address: str
    made_at: datetime


class WebhookMade(Given, frozen=True, kw_only=True):
    """An address with its secret; shown this once."""

    id: UUID
    organisation: UUID
    address: str
    made_at: datetime
    secret: str


class DeliveryShown(Given, frozen=True, kw_only=True):
    """What could not be delivered."""

    id: UUID
    way: str
    webhook: UUID | None
    what: str
    attempts: int
    error: str
    created_at: datetime


class OpenCards(Given, frozen=True, kw_only=True):
    """How many cards of a category are open in a state."""

    category: str
    state: str
    number: int


class WarningCovered(Given, frozen=True, kw_only=True):
    """What became of one warning at its addressees."""

    document: UUID
    number: str
    kind: str
    sent_at: datetime
    received: int
    decided: int
    processed: int
    late: int


class SituationShown(Given, frozen=True, kw_only=True):
    """How things stand at the centre; training is left out."""

    cards: list[OpenCards]
    coverage: list[WarningCovered]
    warnings: int
    undecided: int
    overdue: int
    returned: int
    calls: int


class TableShown(Given, frozen=True, kw_only=True):
    """One table of the statistics. A number with a fraction is one of hours; a moment is a text."""

    key: str
    title: str
    columns: list[str]
    rows: list[list[str | int | float | None]]
    total: list[str | int | float | None]


class StatisticsShown(Given, frozen=True, kw_only=True):
    """The figures of a period."""

    period: str
    tables: list[TableShown]


class IncidentShown(Given, frozen=True, kw_only=True):
    """One incident, however often it was told."""

    document: UUID
    kind: str
    number: str
    category: str
    severity: int | None
    state: str
    organisation: UUID
    found_at: datetime | None
    told_at: datetime
    submitted_at: datetime | None
    received_at: datetime | None
    by_phone: bool
