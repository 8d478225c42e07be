"""What the live page reads, over a connection of its own, in one transaction with the scope of those who watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import AsyncConnection, AsyncCursor

from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.health import backlog, health_of
from qorgan.hub.signals.conditions import one_of
from qorgan.hub.signals.queries import SQL as ROWS_SQL
from qorgan.hub.signals.queries import Row, Rule
from qorgan.hub.signals.shown import Line, line_of
from qorgan.law.severity import Severity

MOST: Final = 200
"""Lines a page shows, and so the most that is ever read at once."""
FIRST_LOOK: Final = timedelta(hours=24)
MINUTES: Final = 60
_MINUTE: Final = timedelta(minutes=1)
_UNSETTLED: Final = 3
"""Minutes, the running one included, to which a batch that is being stored may still add."""
_LEAST_SEEN: Final = timedelta(seconds=5)
"""Of less one cannot say how many come a minute."""
_GRAVE: Final = Severity.HIGH.rank

SQL: Final = {
    "enter": """
SELECT set_config('qorgan.scope', %(reach)s, true), set_config('qorgan.organisations', %(organisations)s, true),
       set_config('qorgan.person', '', true), set_config('statement_timeout', '10s', true)
""",
    "head": "SELECT epoch.start + state.size - 1 FROM ledger_state AS state JOIN ledger_epoch AS epoch USING (epoch)",
    "new_batches": """
SELECT position, received_at, organisation_id, module_id, records FROM batch
WHERE position > %(after)s ORDER BY position DESC LIMIT %(limit)s
""",
    "new_total": "SELECT max(position), coalesce(sum(records), 0) FROM batch WHERE position > %(after)s",
    "minutes": """
SELECT minute, severity >= %(grave)s, type, organisation_id, sum(records), sum(events)
FROM signal_tally WHERE minute >= %(since)s GROUP BY 1, 2, 3, 4
""",
    "began": "SELECT min(received_at) FROM batch WHERE received_at >= %(since)s AND records > 0",
    "modules": """
SELECT id, organisation_id, name, state, version, last_seen_at, status FROM module WHERE state <> 'revoked'
ORDER BY name
""",
    "organisations": "SELECT id, name_kk, name_ru, name_en FROM organisation",
}


class Lines(msgspec.Struct, frozen=True):
    """What came: the newest lines, newest first, and how many more came with them."""

    position: int
    """Of the last batch among them, in the ledger: from here one goes on."""
    lines: list[Line]
    more: int


class ModuleNow(msgspec.Struct, frozen=True):
    """A module as it is now."""

    id: UUID
    organisation: UUID
    name: str
    health: str
    kind: str
    version: str
    seen: datetime | None
    waiting: int
    """Signals that wait at the institution."""


class Summary(msgspec.Struct, frozen=True):
    """The last hour in numbers."""

    at: datetime
    minutes: list[tuple[int, int, int]]
    """Seconds since the epoch at the start of a minute, signals in it, and how many of them are grave."""
    rate: float | None
    """Signals a minute by what came last; None while too little was seen to say."""
    types: dict[str, int]
    typed: dict[str, list[int]]
    """Signals of each type in each of the minutes, in their order."""
    organisations: dict[UUID, int]
    signals: int
    events: int
    modules: list[ModuleNow]
    names: dict[UUID, dict[str, str]]
    """Of organisations, by language."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a group of subscribers may see and wants to: all of them read the same rows."""

    reach: str
    organisations: tuple[UUID, ...]
    least: int = 0
    """The lowest severity shown, as a rank."""

    @classmethod
    def of(cls, scope: Scope, least: int = 0) -> Watch:
        """What a person of this scope watches."""
        return cls(scope.reach.value, scope.organisations, least)


@asynccontextmanager
async def reading(connection: AsyncConnection, watch: Watch) -> AsyncIterator[AsyncCursor]:
    """A transaction in which PostgreSQL answers to the watchers' eyes alone."""
    organisations = "{" + ",".join(map(str, watch.organisations)) + "}" if watch.organisations else ""
    async with connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(SQL["enter"], {"reach": watch.reach, "organisations": organisations})
        yield cursor


async def head(connection: AsyncConnection) -> int:
    """The last position of the ledger; -1 while there is none."""
    found = await (await connection.execute(SQL["head"].encode())).fetchone()
    return int(found[0]) if found else -1


async def first_look(connection: AsyncConnection, watch: Watch, now: datetime) -> Lines:
    """The newest lines there are, for somebody who has just come."""
    async with reading(connection, watch) as cursor:
        # The head is read first: what comes in between is then shown twice rather than not at all.
        await cursor.execute(SQL["head"])
        found = await cursor.fetchone()
        conditions = ["received_at >= %(since)s"]
        values: dict[str, Any] = {"since": now - FIRST_LOOK}
        if watch.reach != Reach.CENTRE:
            conditions.append(one_of("organisation_id", "organisations", watch.organisations, values))
        rows = await _rows(cursor, watch, conditions, values, MOST)
        rules = await _rules(cursor, rows, {})
    return Lines(int(found[0]) if found else -1, [line_of(row, rules) for row in rows], 0)


async def since(connection: AsyncConnection, watch: Watch, after: int, rules: dict[int, Rule]) -> Lines | None:
    """What came after a position of the ledger; None when nothing did. `rules` are those met before, and grow."""
    async with reading(connection, watch) as cursor:
        await cursor.execute(SQL["new_total"], {"after": after})
        found = await cursor.fetchone()
        if found is None or found[0] is None:
            return None
        position, total = int(found[0]), int(found[1])
        batches = await _newest(cursor, after)
        if not batches:
            return Lines(position, [], 0)
        values = {
            "times": [at for at, _organisation, _module in batches],
            "modules": list({module for _at, _organisation, module in batches}),
        }
        conditions = ["received_at = ANY (%(times)s)", "module_id = ANY (%(modules)s)"]
        rows = await _rows(cursor, watch, conditions, values, MOST)
        rules |= await _rules(cursor, rows, rules)
    # How many of those left out are grave enough is not known, so none are promised to those who choose.
    more = max(0, total - len(rows)) if not watch.least else 0
    return Lines(position, [line_of(row, rules) for row in rows], more)


@dataclass(slots=True)
class Hour:
    """The last hour by the minute. Minutes that are over are read once and kept."""

    _minutes: dict[datetime, list[tuple[bool, str, UUID, int, int]]] = field(default_factory=dict)

    def first(self, now: datetime) -> datetime:
        """The first minute of the hour."""
        return now.replace(second=0, microsecond=0) - (MINUTES - 1) * _MINUTE

    def due(self, now: datetime) -> datetime:
        """The minute from which on they must be read."""
        unsettled = now.replace(second=0, microsecond=0) - (_UNSETTLED - 1) * _MINUTE
        last = max(self._minutes, default=None)
        return self.first(now) if last is None else max(self.first(now), min(unsettled, last))

    def take(self, rows: list[tuple[Any, ...]], since: datetime, now: datetime) -> None:
        """Keep what was read from the minute `since` on; what is older than an hour goes."""
        first = self.first(now)
        self._minutes = {at: kept for at, kept in self._minutes.items() if first <= at < since}
        for minute, grave, kind, organisation, records, events in rows:
            self._minutes.setdefault(minute, []).append((grave, kind, organisation, int(records), int(events)))
        # Remembered as read even where nothing came.
        self._minutes.setdefault(now.replace(second=0, microsecond=0), [])

    def recent(self, now: datetime) -> datetime:
        """The minute before the running one: the rate is that of it and of what runs."""
        return now.replace(second=0, microsecond=0) - _MINUTE

    def has_older(self, now: datetime) -> bool:
        """Whether anything came before the recent minutes, so that these were seen whole."""
        return any(kept for minute, kept in self._minutes.items() if minute < self.recent(now))

    def rate(self, now: datetime, began: datetime | None) -> float | None:
        """Signals a minute. `began` is when the first of the recent ones came, if none is older."""
        recent = self.recent(now)
        found = sum(row[3] for minute, kept in self._minutes.items() if minute >= recent for row in kept)
        if not found:
            return 0.0
        seen = now - max(recent, began or recent)
        return None if seen < _LEAST_SEEN else found * (_MINUTE / seen)

    def summed(
        self,
        now: datetime,
        modules: list[ModuleNow],
        names: dict[UUID, dict[str, str]],
        began: datetime | None = None,
    ) -> Summary:
        """The hour added up; `began` as `rate` wants it."""
        first = self.first(now)
        bars = {first + minute * _MINUTE: [0, 0] for minute in range(MINUTES)}
        types: Counter[str] = Counter()
        by_minute: Counter[tuple[str, datetime]] = Counter()
        organisations: Counter[UUID] = Counter()
        events = 0
        for minute, kept in self._minutes.items():
            bar = bars.setdefault(minute, [0, 0])
            for grave, kind, organisation, records, counted in kept:
                bar[0] += records
                bar[1] += records * grave
                types[kind] += records
                by_minute[kind, minute] += records
                organisations[organisation] += records
                events += counted
        minutes = [(int(at.timestamp()), whole, part) for at, (whole, part) in sorted(bars.items())]
        typed = {kind: [by_minute[kind, minute] for minute in sorted(bars)] for kind in types}
        rate = self.rate(now, began)
        return Summary(now, minutes, rate, types, typed, organisations, types.total(), events, modules, names)


async def summary(connection: AsyncConnection, watch: Watch, hour: Hour, now: datetime) -> Summary:
    """The last hour and the modules. `hour` is what was read of it before."""
    async with reading(connection, watch) as cursor:
        since = hour.due(now)
        await cursor.execute(SQL["minutes"], {"since": since, "grave": _GRAVE})
        hour.take(await cursor.fetchall(), since, now)
        began = None if hour.has_older(now) else await _began(cursor, hour.recent(now))
        await cursor.execute(SQL["modules"])
        modules = [_module(row, now) for row in await cursor.fetchall()]
        await cursor.execute(SQL["organisations"])
        names = {row[0]: {"kk": row[1], "ru": row[2], "en": row[3]} for row in await cursor.fetchall()}
    return hour.summed(now, modules, names, began)


async def _began(cursor: AsyncCursor, since: datetime) -> datetime | None:
    await cursor.execute(SQL["began"], {"since": since})
    found = await cursor.fetchone()
    return found[0] if found else None


async def _newest(cursor: AsyncCursor, after: int) -> list[tuple[datetime, UUID, UUID]]:
    """The newest batches, no more than a page needs."""
    await cursor.execute(SQL["new_batches"], {"after": after, "limit": MOST})
    found, records = [], 0
    async for _position, at, organisation, module, number in cursor:
        if number:
            found.append((at, organisation, module))
            records += number
        if records >= MOST:
            break
    return found


async def _rows(
    cursor: AsyncCursor, watch: Watch, conditions: list[str], values: dict[str, Any], limit: int
) -> list[Row]:
    if watch.least:
        conditions = [*conditions, "severity >= %(least)s"]
    statement = ROWS_SQL["rows"].format(where=" AND ".join(conditions))
    await cursor.execute(statement.encode(), values | {"least": watch.least, "limit": limit})
    return [Row(*row) for row in await cursor.fetchall()]


async def _rules(cursor: AsyncCursor, rows: list[Row], known: Mapping[int, Rule]) -> dict[int, Rule]:
    missing = sorted({row.rule_id for row in rows} - known.keys())
    if not missing:
        return {}
    await cursor.execute(ROWS_SQL["rules"].encode(), {"rules": missing})
    return {row[0]: Rule(*row) for row in await cursor.fetchall()}


def _module(row: tuple[Any, ...], now: datetime) -> ModuleNow:
    key, organisation, name, state, version, seen, status = row
    health = health_of(state, seen, status, now)
    waiting = backlog(status) if status else 0
    return ModuleNow(key, organisation, name, health.value, health.kind, version, seen, waiting)
