"""Counters of wrong attempts, atomic in PostgreSQL: charged before an attempt is checked, refunded when it was right.

So that many at once cannot pass together. A program gives the table, which has `key` (primary), `window_began` and
`failures`. No Django here: the cursor may be Django's or psycopg's.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol

_CHARGE: Final = """
INSERT INTO {table} AS counter (key, window_began, failures)
SELECT asked.key, %(now)s, 1
FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS asked (key, place){unflushed}
ORDER BY asked.place
ON CONFLICT (key) DO UPDATE SET (failures, window_began) = (
    SELECT
        CASE WHEN counter.window_began <= asked.oldest THEN 1 ELSE counter.failures + 1 END,
        CASE WHEN counter.window_began <= asked.oldest THEN %(now)s ELSE counter.window_began END
    FROM unnest(%(keys)s::text[], %(oldest)s::timestamptz[]) AS asked (key, oldest) WHERE asked.key = counter.key)
RETURNING key, failures
"""
_UNFLUSHED: Final = ", (SELECT set_config('synchronous_commit', 'off', true)) AS unflushed"
"""Lasts as long as the statement's own transaction does."""
_REFUND: Final = """
WITH held AS MATERIALIZED (SELECT key FROM {table} WHERE key = ANY (%s) ORDER BY key FOR UPDATE)
UPDATE {table} AS counter SET failures = greatest(failures - 1, 0) FROM held WHERE counter.key = held.key
"""
_CLEAR: Final = "UPDATE {table} SET failures = 0 WHERE key = %(key)s"
_STEP: Final = """
INSERT INTO {table} AS counter (key, window_began, failures) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET failures = counter.failures + 1, window_began = %(now)s
WHERE counter.failures < %(stop)s AND (counter.failures < %(free)s OR counter.window_began <= %(rested)s)
RETURNING failures
"""
_STANDS: Final = "SELECT failures, window_began FROM {table} WHERE key = %(key)s"
_FORGET: Final = "DELETE FROM {table} WHERE window_began < %(before)s"
_IPV4: Final = 4
_HOUSEHOLD: Final = 64
"""Bits of an IPv6 address that a household has in common."""


class Cursor(Protocol):
    """What is needed of a cursor."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Run a statement."""

    def fetchone(self) -> Any:
        """The next row of its answer."""

    def fetchall(self) -> Any:
        """All rows of its answer that are left."""

    @property
    def rowcount(self) -> int:
        """How many rows it concerned."""


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted, and how many wrong attempts a window allows it."""

    subject: str
    limit: int
    window: timedelta

    @property
    def key(self) -> str:
        """What the table knows it by: no address of mail or network lies there in the open."""
        return hashlib.sha256(self.subject.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pace:
    """How failures that follow each other slow down whoever makes them, and when they end it."""

    free: int
    """Failures without delay."""
    delay: timedelta
    """Between attempts after that."""
    stop: int
    """Failures after which there is no further attempt."""


class Standing(Enum):
    """Whether the next attempt may be made."""

    GO = "go"
    WAIT = "wait"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Attempts:
    """The counters of one table."""

    table: str
    is_flushed_later: bool = False
    """Whether a charge need not wait for the disk: its program commits something after it before it says whether an
    attempt was right, and what is committed later is never on the disk sooner. A crash in between forgets an attempt
    of which nobody learnt anything.
    """

    def charge(self, cursor: Cursor, counters: Iterable[Counter], now: datetime) -> bool:
        """Count one attempt against each; False when any has run out, and the attempt must not be checked at all."""
        # One statement, so that a charge costs one commit; in one order always, so that no two wait for each other.
        by_key = {one.key: one for one in counters}
        asked = {"keys": _array(by_key), "now": now, "oldest": [now - by_key[key].window for key in sorted(by_key)]}
        unflushed = _UNFLUSHED if self.is_flushed_later else ""
        cursor.execute(_CHARGE.format(table=self.table, unflushed=unflushed), asked)
        return all(failures <= by_key[key].limit for key, failures in cursor.fetchall())

    def refund(self, cursor: Cursor, counters: Iterable[Counter]) -> None:
        """Take back one attempt from each, because it was right."""
        cursor.execute(*self.refunding(counters))

    def refunding(self, counters: Iterable[Counter]) -> tuple[str, list[str]]:
        """The statement that refunds, and its values: for whoever sends it with others."""
        return _REFUND.format(table=self.table), [_array({one.key for one in counters})]

    def step(self, cursor: Cursor, subject: str, pace: Pace, now: datetime) -> tuple[Standing, timedelta]:
        """Count one attempt at a pace, if it may be made; and how long to wait where it may be made later.

        One statement decides, so that of two at once the second waits. The subject's failures follow each other until
        `clear`.
        """
        counter = Counter(subject, pace.stop, pace.delay)
        asked = {"key": counter.key, "now": now, "stop": pace.stop, "free": pace.free, "rested": now - pace.delay}
        cursor.execute(_STEP.format(table=self.table), asked)
        if cursor.fetchone() is not None:
            return Standing.GO, timedelta()
        cursor.execute(_STANDS.format(table=self.table), {"key": counter.key})
        failures, last = cursor.fetchone()
        if failures >= pace.stop:
            return Standing.STOPPED, timedelta()
        return Standing.WAIT, max(timedelta(), last + pace.delay - now)

    def clear(self, cursor: Cursor, counters: Iterable[Counter]) -> None:
        """Begin again at nothing: the attempt was right, and only failures that follow each other count."""
        for counter in sorted(counters, key=lambda one: one.key):
            cursor.execute(_CLEAR.format(table=self.table), {"key": counter.key})

    def forget(self, cursor: Cursor, before: datetime) -> int:
        """Drop counters whose window began before that; gives how many."""
        cursor.execute(_FORGET.format(table=self.table), {"before": before})
        return int(cursor.rowcount)


def _array(keys: Iterable[str]) -> str:
    """Keys as an array in PostgreSQL's own spelling, which takes the type of the column that it is held against."""
    return "{" + ",".join(sorted(keys)) + "}"


def network_of(address: str) -> str:
    """The address itself for IPv4, the /64 for IPv6, where one household has them all."""
    ip = ipaddress.ip_address(address)
    if ip.version == _IPV4:
        return str(ip)
    return str(ipaddress.ip_network((ip, _HOUSEHOLD), strict=False))
