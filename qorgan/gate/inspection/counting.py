"""Counts of a period: what was let happen and by which rule, what was refused, and which failures were told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import msgspec
from django.db import connection

from qorgan.gate.inspection.period import Period
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import LARGEST, search

RULED: Final = (
    Event.SIGN_IN,
    Event.REGISTRATION,
    Event.DEVICE_BOUND,
    Event.PASSWORD_CHANGED,
    Event.PASSWORD_RECOVERED,
    Event.PHONE_CHANGED,
    Event.FACTOR_ADDED,
    Event.FACTOR_REMOVED,
    Event.ACCOUNT_CLOSED,
)
"""What never happens without a rule that lets it."""
TRIED: Final = (Event.FACTOR_PROVEN, Event.LOCKED_OUT)
"""Whose failures are attempts to sign in, of which the client is told (R48.161.5)."""

CHANGED: Final = (Event.SIGN_IN, Event.PASSWORD_CHANGED, Event.PASSWORD_RECOVERED, Event.PHONE_CHANGED)
"""What the client is told of each time it happens (R48.160.9)."""

_RULED_SQL: Final = """
SELECT event, population, rule, edition, outcome, count(*) FROM gate_journal
WHERE at >= %s AND at < %s AND event = ANY(%s) GROUP BY 1, 2, 3, 4, 5
"""
_TOLD_SQL: Final = """
SELECT CASE WHEN notice.state IS NOT NULL THEN notice.state
            WHEN client.id IS NULL OR client.state IN ('registering', 'closed') THEN 'nobody'
            ELSE 'untold' END AS told, count(*)
FROM gate_journal AS entry
LEFT JOIN client ON client.id = entry.client
LEFT JOIN notice_attempt AS attempt ON attempt.entry = entry.id
LEFT JOIN notice ON notice.id = attempt.notice_id
WHERE entry.at >= %s AND entry.at < %s AND entry.outcome = 'failed' AND entry.event = ANY(%s)
GROUP BY 1
"""
_SESSIONS_SQL: Final = """
SELECT count(*), count(*) FILTER (WHERE concurrent), count(*) FILTER (WHERE rule = '')
FROM session WHERE began_at >= %s AND began_at < %s
"""
_ACTS_SQL: Final = """
SELECT count(*), count(*) FILTER (WHERE actor IS NOT NULL AND (event LIKE 'account.%%' OR event LIKE 'duty.%%'))
FROM gate_journal WHERE at >= %s AND at < %s
"""
_CHANGES_SQL: Final = """
SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT FROM notice WHERE notice.entry = entry.id))
FROM gate_journal AS entry
WHERE at >= %s AND at < %s AND outcome = 'done' AND event = ANY(%s)
"""
_DROPPED_SQL: Final = "SELECT max(day) FROM gate_archive WHERE dropped_at IS NOT NULL AND destroyed_at IS NULL"
_KEPT_SQL: Final = """
SELECT (SELECT min(at) FROM gate_journal), (SELECT count(*) FROM gate_archive WHERE destroyed_at IS NULL),
    (SELECT min(day) FROM gate_archive WHERE destroyed_at IS NULL),
    (SELECT max(epoch) FROM gate_journal_epoch), (SELECT max(at) FROM gate_journal_epoch)
"""


class Ruled(msgspec.Struct, frozen=True, kw_only=True):
    """Acts of one kind by one rule in one edition."""

    event: str
    population: str
    rule: str
    edition: str
    done: int
    refused: int

    @property
    def is_without(self) -> bool:
        """Whether something was done by no rule: there must be none."""
        return self.done > 0 and not (self.rule and self.edition)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Failed attempts, by what became of their notices."""

    delivered: int
    under_way: int
    """Waiting, or with the gateway."""
    failed: int
    without_number: int
    nobodys: int
    """Of people who are not known, or not registered: there is nobody to tell."""
    untold: int
    """Of a client, and no notice was made: there must be none."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of the journal."""

    at_hand_since: datetime | None
    archived_days: int
    archived_since: str
    epoch: int
    epoch_at: datetime | None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is said of a period."""

    since: datetime
    until: datetime
    ruled: tuple[Ruled, ...]
    without_rule: int
    told: Told
    sessions: int
    concurrent: int
    sessions_without_rule: int
    entries: int
    """Of the journal."""
    staff_acts: int
    """What employees did to accounts and duties."""
    to_be_told: int
    """Sign-ins and changes of which the client is told."""
    untold_changes: int
    """Those among them without a notice: there must be none."""
    kept: Kept


def summary(period: Period) -> Summary:
    """Count. Days at hand are counted by the database, days in the archive entry by entry.

    Raises Unavailable when an archive cannot be read.
    """
    ruled = _ruled(period)
    sessions, concurrent, unruled = _rows(_SESSIONS_SQL, [period.since, period.until])[0]
    entries, acts = _rows(_ACTS_SQL, [period.since, period.until])[0]
    changes, untold = _rows(_CHANGES_SQL, [period.since, period.until, [one.value for one in CHANGED]])[0]
    return Summary(
        since=period.since,
        until=period.until,
        ruled=ruled,
        without_rule=sum(one.done for one in ruled if one.is_without),
        told=_told(period),
        sessions=sessions,
        concurrent=concurrent,
        sessions_without_rule=unruled,
        entries=entries,
        staff_acts=acts,
        to_be_told=changes,
        untold_changes=untold,
        kept=_kept(),
    )


def _ruled(period: Period) -> tuple[Ruled, ...]:
    counted: Counter[tuple[str, str, str, str, str]] = Counter()
    events = [one.value for one in RULED]
    for event, population, rule, edition, outcome, count in _rows(_RULED_SQL, [period.since, period.until, events]):
        counted[event, population, rule, edition, outcome] += count
    for row in _archived(period):
        counted[row.event, row.population, row.rule, row.edition, row.outcome] += 1
    kinds = dict.fromkeys(key[:4] for key in sorted(counted))
    return tuple(
        Ruled(
            event=kind[0],
            population=kind[1],
            rule=kind[2],
            edition=kind[3],
            done=counted[*kind, "done"],
            refused=counted[*kind, "refused"] + counted[*kind, "failed"],
        )
        for kind in kinds
    )


def _archived(period: Period) -> Iterator[Any]:
    """Entries of the period that are no longer at hand."""
    last = _rows(_DROPPED_SQL, [])[0][0]
    if last is None:
        return
    until = min(period.until, datetime.combine(last + timedelta(days=1), time(), UTC))
    if period.since >= until:
        return
    query, after = Query(since=period.since, until=until, events=RULED), ""
    while True:
        page = search(query, after=after, size=LARGEST)
        yield from (one.row for one in page.entries if one.archived)
        after = page.after
        if not after:
            return


def _told(period: Period) -> Told:
    found = dict(_rows(_TOLD_SQL, [period.since, period.until, [one.value for one in TRIED]]))
    return Told(
        delivered=found.get("delivered", 0),
        under_way=found.get("waiting", 0) + found.get("taken", 0),
        failed=found.get("failed", 0),
        without_number=found.get("nowhere", 0),
        nobodys=found.get("nobody", 0),
        untold=found.get("untold", 0),
    )


def _kept() -> Kept:
    at_hand, days, archived, epoch, signed = _rows(_KEPT_SQL, [])[0]
    return Kept(
        at_hand_since=at_hand,
        archived_days=days,
        archived_since=archived.isoformat() if archived else "",
        epoch=epoch or 0,
        epoch_at=signed,
    )


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
