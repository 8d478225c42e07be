"""The clerk's part: ceremonies that nobody finished, people who never registered, sessions that are long over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from qorgan.gate.ceremonies.lifecycle import KEPT
from qorgan.kit.clock import now

SESSIONS_KEPT: Final = timedelta(days=30)
"""How long a session's row outlives it. The journal has longer what came of it."""
_STATEMENTS: Final = (
    """
    UPDATE ceremony SET state = 'expired', ended_at = ends_at, challenges = '{}', phone_sealed = ''
    WHERE state = 'begun' AND ends_at <= %(now)s
    """,
    # What somebody said of themselves, who did not become a client, is nobody's to keep.
    """
    UPDATE client SET state = 'closed', name_sealed = '', phone_sealed = '', phone_index = ''
    WHERE state = 'registering' AND created_at <= %(ended)s
    """,
    "DELETE FROM ceremony WHERE state <> 'begun' AND ended_at <= %(ended)s",
    "DELETE FROM session WHERE ends_at <= %(over)s",
)


def expire() -> int:
    """Everything whose time has come. Gives how many rows."""
    at = now()
    values = {"now": at, "ended": at - KEPT, "over": at - SESSIONS_KEPT}
    with transaction.atomic(), connection.cursor() as cursor:
        changed = 0
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
            changed += cursor.rowcount
        return changed
