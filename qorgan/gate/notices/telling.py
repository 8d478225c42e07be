"""Writes down what a client is to be told, in the transaction of what it is about (R48.160.9, R48.161.5).

Failed attempts are told of together: those of a minute in one message, and no second message within a quarter of an
hour, so that whoever tries passwords at random does not flood people. Each attempt is joined to its notice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import connection, transaction

from qorgan.gate.clients import access
from qorgan.gate.clients.models import Client
from qorgan.gate.notices.kinds import Kind, State
from qorgan.gate.notices.models import Notice
from qorgan.gate.sealing import seal
from qorgan.kit.statements import insert

GATHERED: Final = timedelta(minutes=1)
"""How long failed attempts are gathered before they are told of."""
WINDOW: Final = timedelta(minutes=15)
"""How far apart two messages about failed attempts are."""
FIELD: Final = "notice.to"
"""The name under which numbers are sealed here."""

_ATTEMPT: Final = """
WITH told AS (
    INSERT INTO notice (id, client_id, kind, entry, count, to_sealed, to_old, language, created_at, state, attempts,
        next_at, error)
    SELECT %(id)s, %(client)s, 'attempts-failed', %(entry)s, 1, %(to)s, false, %(language)s, %(now)s, %(state)s, 0,
        greatest(%(gathered)s, max(created_at) + make_interval(secs => %(window)s)), ''
    FROM notice
    WHERE client_id = %(client)s AND kind = 'attempts-failed' AND created_at > %(since)s
    ON CONFLICT (client_id) WHERE kind = 'attempts-failed' AND state = 'waiting' AND attempts = 0
    DO UPDATE SET count = notice.count + 1
    RETURNING id)
INSERT INTO notice_attempt (entry, notice_id) SELECT %(entry)s, id FROM told RETURNING notice_id
"""


def tell(client: Client | None, kind: Kind, *, entry: int, now: datetime, old_phone: str = "") -> UUID | None:
    """A notice for the client, sent once the transaction holds; its id.

    `entry` is the journal's. `old_phone` is the number before a change: it is told instead of the present one. For an
    unknown person the same is written and undone, so that a failed attempt takes as long for nobody as for somebody.
    """
    if kind is Kind.ATTEMPTS_FAILED:
        return _tell_of_attempt(client, entry, now)
    if client is None:
        return None
    number = old_phone or access.phone_of(client)
    notice = Notice(
        client=client,
        kind=kind,
        entry=entry,
        to_old=bool(old_phone),
        language=client.language,
        created_at=now,
        next_at=now,
        state=State.WAITING if number else State.NOWHERE,
    )
    notice.to_sealed = seal(number, field=FIELD, row=notice.pk) if number else ""
    insert(notice)
    return notice.pk


def _tell_of_attempt(client: Client | None, entry: int, now: datetime) -> UUID | None:
    number = access.phone_of(client) if client else "+77000000000"
    identifier = uuid4()
    values: dict[str, str | int | datetime | UUID] = {
        "id": identifier,
        "client": client.pk if client else uuid4(),
        "entry": entry,
        "to": seal(number, field=FIELD, row=identifier) if number else "",
        "language": client.language if client else "kk",
        "now": now,
        "gathered": now + GATHERED,
        "since": now - WINDOW,
        "window": int(WINDOW.total_seconds()),
        "state": (State.WAITING if number else State.NOWHERE).value,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ATTEMPT, values)
        found: UUID = cursor.fetchone()[0]
        if client is None:
            transaction.set_rollback(True)
    return found if client else None
