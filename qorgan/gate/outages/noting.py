"""Notes that a service does not answer, and once that it answers again, whichever process notices first."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write

_AWAY = "INSERT INTO provider_outage (service, since, entry) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_BACK = "DELETE FROM provider_outage WHERE service = %s RETURNING since, entry"


def away(service: str, *, entry: int, now: datetime) -> None:
    """It does not answer, as this entry of the journal says. In the transaction that wrote the entry."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAY, [service, now, entry])


def answered(service: str, *, now: datetime) -> None:
    """It answers. Where it did not before, one entry of the journal says so, by whoever takes the row away.

    A transaction of its own.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BACK, [service])
        gone = cursor.fetchone()
        if gone is None:
            return
        since, entry = gone
        seconds = max(0, round((now - since).total_seconds()))
        detail = {"since": since.isoformat(), "seconds": seconds, "entry": entry}
        write(Entry(event=Event.PROVIDER_BACK, outcome="done", at=now, whence=HERE, reason=service, detail=detail))
