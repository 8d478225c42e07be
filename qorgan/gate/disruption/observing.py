"""What became of ceremonies in a stretch of time, as the journal and the portal's own counts have it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import connection
from msgspec import Struct

from qorgan.gate.disruption.steps import Span
from qorgan.gate.journal.events import Event

_GONE: Final = Event.PROVIDER_UNAVAILABLE.value
_ENDS: Final = [
    one.value
    for one in (
        Event.ACCOUNT_CLOSED,
        Event.DEVICE_BOUND,
        Event.FACTOR_ADDED,
        Event.FACTOR_REMOVED,
        Event.PASSWORD_CHANGED,
        Event.PASSWORD_RECOVERED,
        Event.PHONE_CHANGED,
        Event.REGISTRATION,
        Event.SIGN_IN,
    )
]
"""What ceremonies come to."""
_TRIED: Final = """
WITH tried AS (
    SELECT ceremony, max(client::text) AS client, min(at) AS first, max(at) AS last,
        bool_or(outcome = 'done' AND event = ANY(%(ends)s)) AS good
    FROM gate_journal
    WHERE at >= %(since)s AND at <= %(until)s AND ceremony IS NOT NULL
        AND (event = %(gone)s OR (event = ANY(%(ends)s) AND outcome = 'done'))
    GROUP BY ceremony)
SELECT count(*) FILTER (WHERE NOT good), count(*) FILTER (WHERE good),
    count(DISTINCT client) FILTER (WHERE NOT good),
    min(first) FILTER (WHERE NOT good), max(last) FILTER (WHERE NOT good)
FROM tried
"""
_SERVICES: Final = """
SELECT reason, count(DISTINCT ceremony) FROM gate_journal
WHERE at >= %(since)s AND at <= %(until)s AND event = %(gone)s AND ceremony IS NOT NULL AND reason <> ''
GROUP BY reason ORDER BY 2 DESC, 1 LIMIT 20
"""
_FIRST_GOOD: Final = """
SELECT min(at) FROM gate_journal
WHERE at > %(since)s AND at <= %(until)s AND event = ANY(%(ends)s) AND outcome = 'done' AND ceremony IS NOT NULL
"""
_NOT_BACK: Final = """
SELECT EXISTS (
    SELECT FROM (
        SELECT reason, max(at) AS last FROM gate_journal
        WHERE at >= %(since)s AND at <= %(until)s AND event = %(gone)s AND ceremony IS NOT NULL GROUP BY reason) gone
    WHERE NOT EXISTS (
        SELECT FROM gate_journal back
        WHERE back.at >= gone.last AND back.at <= %(until)s AND back.event = %(back)s AND back.reason = gone.reason))
"""


class Observed(Struct, frozen=True, kw_only=True):
    """One stretch of time."""

    failed: int
    """Ceremonies that a service kept from their end."""
    succeeded: int
    people: int
    """Known clients among the failed."""
    first_failed: datetime | None
    last_failed: datetime | None
    steps: int
    hindered: int
    first_hindered: datetime | None
    last_hindered: datetime | None


def observed(since: datetime, until: datetime, spans: list[Span]) -> Observed:
    """What the journal and the counts of the portal's processes say."""
    within = [one for one in spans if since <= one.at <= until]
    bad = sorted(one.at for one in within if one.hindered)
    with connection.cursor() as cursor:
        cursor.execute(_TRIED, _asked(since, until))
        failed, succeeded, people, first, last = cursor.fetchone()
    return Observed(
        failed=failed,
        succeeded=succeeded,
        people=people,
        first_failed=first,
        last_failed=last,
        steps=sum(one.steps for one in within),
        hindered=sum(one.hindered for one in within),
        first_hindered=bad[0] if bad else None,
        last_hindered=bad[-1] if bad else None,
    )


def services(since: datetime, until: datetime) -> dict[str, int]:
    """Which services did not answer, and in how many ceremonies."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVICES, _asked(since, until))
        return {str(name): int(count) for name, count in cursor.fetchall()}


def first_good(since: datetime, until: datetime) -> datetime | None:
    """When the first ceremony after a time came to a good end."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_GOOD, _asked(since, until))
        found: datetime | None = cursor.fetchone()[0]
        return found


def is_somebody_away(since: datetime, until: datetime) -> bool:
    """Whether a service that did not answer has not been seen to answer since."""
    with connection.cursor() as cursor:
        cursor.execute(_NOT_BACK, _asked(since, until))
        return bool(cursor.fetchone()[0])


def _asked(since: datetime, until: datetime) -> dict[str, Any]:
    return {"since": since, "until": until, "ends": _ENDS, "gone": _GONE, "back": Event.PROVIDER_BACK.value}
