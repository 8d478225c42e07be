"""The audit trail: who did or read what, of whom. PostgreSQL takes the rows and never changes one (R67.4)."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from qorgan.hub.members.models import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from qorgan.hub.members.access import Scope

_WRITE: Final = """
INSERT INTO hub_journal (at, person_id, organisation_id, act, object, detail) VALUES (%s, %s, %s, %s, %s, %s)
"""


class Act(StrEnum):
    """Everything that is written down. Keep the list alphabetical; a name is never given a second meaning."""

    ABSENCE_RECORDED = "absence.recorded"
    ABSENCE_REVOKED = "absence.revoked"
    ACCOUNT_BLOCKED = "account.blocked"
    ACCOUNT_HANDED_OVER = "account.handed-over"
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_UNBLOCKED = "account.unblocked"
    APPLICATION_ACCEPTED = "application.accepted"
    APPLICATION_MADE = "application.made"
    APPLICATION_MENDED = "application.mended"
    APPLICATION_SENT_BACK = "application.sent-back"
    APPLICATION_TAKEN_UP = "application.taken-up"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    CALENDAR_CHANGED = "calendar.changed"
    CODE_ISSUED = "module.code-issued"
    DOCUMENTS_EXPORTED = "documents.exported"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    FACTOR_RENEWED = "factor.renewed"
    FACTOR_RESET = "factor.reset"
    FACTOR_RESET_ASKED = "factor.reset-asked"
    FACTOR_RESET_DECLINED = "factor.reset-declined"
    KEY_RETIRED = "module.key-retired"
    KEY_ROTATED = "module.key-rotated"
    MODULE_ADDED = "module.added"
    MODULE_ENROLLED = "module.enrolled"
    MODULE_REVOKED = "module.revoked"
    ORGANISATION_CHANGED = "organisation.changed"
    ORGANISATION_CONNECTED = "organisation.connected"
    ORGANISATION_RESUMED = "organisation.resumed"
    ORGANISATION_SUSPENDED = "organisation.suspended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 (the name of an act)
    PERSON_ADDED = "person.added"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    SIGNALS_EXPIRED = "signals.expired"
    SIGNALS_LIVE = "signals.live"
    SIGNALS_READ = "signals.read"
    SIGNALS_SEARCH = "signals.search"
    SIGNED_IN = "sign-in.done"
    SIGNED_OUT = "sign-in.ended"
    SIGN_IN_FAILED = "sign-in.failed"
    SIGN_IN_REFUSED = "sign-in.refused"
    SITUATION_READ = "situation.read"
    SOURCE_ALARMED = "module.source-alarmed"
    STATISTICS_EXPORTED = "statistics.exported"
    STATISTICS_READ = "statistics.read"
    TOKEN_ISSUED = "token.issued"  # noqa: S105  # the name of an act
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  # the name of an act
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_ROTATED = "webhook.rotated"


def write(
    act: Act,
    *,
    by: Scope,
    now: datetime,
    organisation: UUID | None = None,
    on: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry in the running transaction, in the name of whoever acts. `organisation` is whose data it is."""
    row = [now, by.person_id, organisation, act.value, on, json.dumps(detail or {}, ensure_ascii=False)]
    with connection.cursor() as cursor:
        # No RETURNING, which Django's own INSERT has: who writes an entry may not be one who may read it.
        cursor.execute(_WRITE, row)


def entries() -> QuerySet[JournalEntry]:
    """What whoever asks may read of the journal, newest first."""
    return JournalEntry.objects.order_by("-at", "-pk")
