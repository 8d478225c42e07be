"""What is read of signals: a page of a search, and one signal. PostgreSQL leaves out what is not to be seen.

Three ways lead to a page, each fast where the others are not. Rows that meet a thinning condition (a type, a rule)
are found through the counts by the minute, which say in which batches they lie. Rows with a digest are found through
the table of digests. All others are read straight off: newest first, or by the index of their address or domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final
from uuid import UUID

from django.db import connection

from qorgan.hub.signals.conditions import Branch, branches_of
from qorgan.hub.signals.filters import Filters, Place

PAGE: Final = 50
_MINUTE: Final = timedelta(minutes=1)
_FIRST_MINUTES: Final = 4
_TIMES: Final = 200
"""Receiving times of batches looked into at once."""

SQL: Final = {
    "rows": """
SELECT received_at, organisation_id, module_id, sequence, type, severity, action, first_seen, last_seen, count,
       source_address, source_port, domain, rule, record
FROM signal WHERE {where} ORDER BY received_at DESC, sequence DESC, module_id DESC LIMIT %(limit)s
""",
    "counted_minutes": """
SELECT minute, sum(records) FROM signal_tally WHERE {where} AND minute < %(below)s
GROUP BY minute ORDER BY minute DESC LIMIT %(minutes)s
""",
    "counted_times": """
SELECT batch.received_at, sum(tally.records)
FROM (SELECT position, sum(records) AS records FROM signal_tally
      WHERE {where} AND minute >= %(lowest_minute)s AND minute < %(below)s GROUP BY position) AS tally
JOIN batch USING (position) GROUP BY batch.received_at ORDER BY batch.received_at DESC
""",
    "hashed_times": """
SELECT DISTINCT received_at FROM signal_hash
WHERE hash = %(hash)s AND received_at >= %(since)s AND received_at < %(until)s
ORDER BY received_at DESC LIMIT %(times)s
""",
    "rules": """
SELECT id, vendor, product, rule_id, rule_name, pack_rule FROM signal_rule WHERE id = ANY (%(rules)s)
""",
    "batch": """
SELECT received_at, organisation_id FROM batch
WHERE module_id = %(module)s AND first_sequence <= %(sequence)s ORDER BY first_sequence DESC LIMIT 1
""",
    "neighbours": """
SELECT count(*) FROM (
    SELECT FROM signal WHERE source_address = %(address)s::inet AND received_at > %(since)s AND received_at <= %(until)s
    LIMIT %(limit)s) AS near
""",
}
"""Every statement by name. `{where}` is filled with conditions of `Branch`, never with a value."""

_BELOW: Final = "(received_at, sequence, module_id) < (%(at)s, %(number)s, %(of)s) AND received_at <= %(at)s"
_AMONG: Final = "received_at = ANY (%(times)s)"
_ONE: Final = "received_at = %(at)s AND organisation_id = %(organisation)s AND module_id = %(module)s"


@dataclass(frozen=True, slots=True)
class Rule:
    """A sensor's rule out of the dictionary, with the pack's rule that classified it."""

    id: int
    vendor: str = ""
    product: str = ""
    rule_id: str = ""
    rule_name: str = ""
    pack_rule: str = ""

    @property
    def words(self) -> str:
        """What a person calls it."""
        return self.rule_name or self.rule_id or self.pack_rule

    @property
    def sensor(self) -> str:
        """Vendor and product, the vendor left out where the product's name begins with it."""
        return self.product if self.product.startswith(self.vendor) else f"{self.vendor} {self.product}"


@dataclass(frozen=True, slots=True)
class Row:
    """One signal as lists show it."""

    received_at: datetime
    organisation_id: UUID
    module_id: UUID
    sequence: int
    type: str
    severity: int
    action: str
    first_seen: datetime
    last_seen: datetime
    count: int
    source_address: IPv4Address | IPv6Address | None
    source_port: int | None
    domain: str | None
    rule_id: int
    record: bytes

    @property
    def place(self) -> Place:
        """Where it stands among all, the newest highest."""
        return Place(self.received_at, self.sequence, self.module_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first, and where the next page begins."""

    rows: list[Row]
    rules: dict[int, Rule]
    after: Place | None
    """None on the last page."""


def search(filters: Filters, now: datetime, size: int = PAGE, within: tuple[UUID, ...] = ()) -> Page:
    """One page of a search. `within` are the organisations that whoever asks is limited to, if to any."""
    found: list[Row] = []
    for branch in branches_of(filters, now, within):
        found += rows_of(branch, filters, size + 1)
    found.sort(key=lambda row: row.place, reverse=True)
    rows = found[:size]
    after = rows[-1].place if len(found) > size else None
    return Page(rows, rules_of(row.rule_id for row in rows), after)


def rows_of(branch: Branch, filters: Filters, limit: int) -> list[Row]:
    """The newest rows of a branch below `filters.before`."""
    if branch.is_empty:
        return []
    if filters.hash:
        return _through(_hashed(branch, filters, limit), branch, filters.before, limit)
    if branch.is_counted and branch.thins:
        return _through(_counted(branch, filters.before, limit), branch, filters.before, limit)
    return _read(branch, filters.before, limit)


def rules_of(numbers: Iterable[int]) -> dict[int, Rule]:
    """The rules of these numbers; a rule that is not to be seen is missing."""
    rows = fetch(SQL["rules"], rules=sorted(set(numbers)))
    return {row[0]: Rule(*row) for row in rows}


def signal_row(module: UUID, sequence: int) -> Row | None:
    """One signal by its name. Its batch tells the one moment at which it was received."""
    batch = fetch(SQL["batch"], module=module, sequence=sequence)
    if not batch:
        return None
    at, organisation = batch[0]
    where = f"{_ONE} AND sequence = %(sequence)s"
    rows = fetch(
        SQL["rows"].format(where=where), at=at, organisation=organisation, module=module, sequence=sequence, limit=1
    )
    return Row(*rows[0]) if rows else None


def neighbours(row: Row, until: datetime, *, hours: int, bound: int) -> int:
    """How many signals came from the same address in the hours before `until`, this one too; `bound` and no more."""
    if row.source_address is None:
        return 0
    since = until - timedelta(hours=hours)
    rows = fetch(SQL["neighbours"], address=str(row.source_address), since=since, until=until, limit=bound)
    return int(rows[0][0])


def fetch(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _read(branch: Branch, before: Place | None, limit: int, *more: str, **values: Any) -> list[Row]:
    if before is not None:
        more = (*more, _BELOW)
        values |= {"at": before.received_at, "number": before.sequence, "of": before.module}
    statement = SQL["rows"].format(where=branch.where(*more))
    return [Row(*row) for row in fetch(statement, **branch.parameters(limit=limit, **values))]


def _through(times: Iterator[list[datetime]], branch: Branch, before: Place | None, limit: int) -> list[Row]:
    """Rows received at given times, which come newest first, until there are enough."""
    found: list[Row] = []
    for chunk in times:
        found += _read(branch, before, limit - len(found), _AMONG, times=chunk)
        if len(found) >= limit:
            break
    return found


def _hashed(branch: Branch, filters: Filters, limit: int) -> Iterator[list[datetime]]:
    """When rows with the digest were received."""
    until = branch.until if filters.before is None else filters.before.received_at + timedelta(microseconds=1)
    times = limit
    while True:
        rows = fetch(
            SQL["hashed_times"], hash=filters.hash, since=branch.since, until=min(until, branch.until), times=times
        )
        if not rows:
            return
        yield [at for (at,) in rows]
        until, times = rows[-1][0], _TIMES


def _counted(branch: Branch, before: Place | None, limit: int) -> Iterator[list[datetime]]:
    """When rows that the counts know of were received, minutes without any left out."""
    below = branch.until if before is None else min(branch.until, _minute(before.received_at) + _MINUTE)
    minutes = _FIRST_MINUTES
    while below > branch.since:
        lowest, full = _minutes_with(branch, below, minutes, limit)
        if lowest is None:
            return
        rows = fetch(
            SQL["counted_times"].format(where=branch.where_counted()),
            **branch.parameters(below=below, lowest_minute=lowest),
        )
        yield from _enough(rows, before, limit)
        if not full:
            return
        below, minutes = lowest, minutes * 8


def _minutes_with(branch: Branch, below: datetime, minutes: int, limit: int) -> tuple[datetime | None, bool]:
    """The minute down to which there are rows enough, and whether there may be more below it."""
    rows = fetch(
        SQL["counted_minutes"].format(where=branch.where_counted()), **branch.parameters(below=below, minutes=minutes)
    )
    counted = 0
    for place, (minute, records) in enumerate(rows):
        # The first minute may lie partly above the page: it does not count as enough by itself.
        counted += records if place else 0
        if counted >= limit:
            return minute, True
    return (rows[-1][0] if rows else None), len(rows) == minutes


def _enough(rows: list[tuple[Any, ...]], before: Place | None, limit: int) -> Iterator[list[datetime]]:
    """Times in chunks, each of which holds about as many rows as a page wants."""
    chunk: list[datetime] = []
    counted = 0
    for at, records in rows:
        if before is not None and at > before.received_at:
            continue
        chunk.append(at)
        counted += records
        if counted >= limit or len(chunk) >= _TIMES:
            yield chunk
            chunk, counted = [], 0
    if chunk:
        yield chunk


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
