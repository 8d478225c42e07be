"""How many signals a search finds: over time, by type, severity, institution and rule.

Where the counts by the minute answer, they are exact whatever their number. Elsewhere rows are counted, the newest
first, and no more than a bound: then every number says that it is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from qorgan.hub.signals.conditions import Branch, branches_of
from qorgan.hub.signals.filters import Filters
from qorgan.hub.signals.queries import fetch
from qorgan.law.severity import Severity

BOUND: Final = 10_000
HASH_BOUND: Final = 1_000
BARS: Final = 100
_WIDTHS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
)
_MONDAY: Final = datetime(2024, 3, 4)  # noqa: DTZ001 (put into the portal's zone where it is used)
_GRAVE: Final = Severity.HIGH.rank

SQL: Final = {
    "counted": """
SELECT bucket, grave, type, severity, organisation_id, rule,
       grouping(bucket, grave, type, severity, organisation_id, rule), sum(records)
FROM (SELECT date_bin(%(width)s, minute, %(origin)s) AS bucket, severity >= %(grave)s AS grave, type, severity,
             organisation_id, rule, records
      FROM signal_tally WHERE {where}) AS found
GROUP BY GROUPING SETS ((bucket, grave), (type), (severity), (organisation_id), (rule))
""",
    "rows": """
SELECT bucket, grave, type, severity, organisation_id, rule,
       grouping(bucket, grave, type, severity, organisation_id, rule), count(*)
FROM (SELECT date_bin(%(width)s, received_at, %(origin)s) AS bucket, severity >= %(grave)s AS grave, type, severity,
             organisation_id, rule
      FROM signal WHERE {where} ORDER BY received_at DESC LIMIT %(bound)s) AS found
GROUP BY GROUPING SETS ((bucket, grave), (type), (severity), (organisation_id), (rule))
""",
    "hashed": """
SELECT array_agg(received_at) FROM (
    SELECT DISTINCT received_at FROM signal_hash
    WHERE hash = %(hash)s AND received_at >= %(since)s AND received_at < %(until)s
    ORDER BY received_at DESC LIMIT %(times)s) AS newest
""",
}
# The bit of a column is set where a row is not grouped by it.
_BUCKET, _TYPE, _SEVERITY, _ORGANISATION, _RULE = 0b001111, 0b110111, 0b111011, 0b111101, 0b111110


@dataclass(slots=True)
class Counts:
    """Numbers of signals that a search finds."""

    since: datetime
    until: datetime
    width: timedelta
    """Of one bar."""
    bars: dict[datetime, tuple[int, int]] = field(default_factory=dict)
    """At the start of each bar: signals, and how many of them are of high or critical severity."""
    types: Counter[str] = field(default_factory=Counter)
    severities: Counter[int] = field(default_factory=Counter)
    organisations: Counter[UUID] = field(default_factory=Counter)
    rules: Counter[int] = field(default_factory=Counter)
    bounded: bool = False
    """Whether only the newest were counted."""

    @property
    def total(self) -> int:
        """All signals counted."""
        return self.types.total()


def count(filters: Filters, now: datetime, within: tuple[UUID, ...] = ()) -> Counts:
    """The numbers of a search, wherever its page ends. `within` are the organisations it is limited to, if to any."""
    since, until = filters.span(now)
    counts = Counts(since, until, _width(until - since))
    for start in _starts(counts):
        counts.bars[start] = (0, 0)
    for branch in branches_of(filters, now, within):
        if branch.is_empty:
            continue
        bound = HASH_BOUND if filters.hash else BOUND
        before = counts.total
        _add(counts, _rows(branch, filters, counts, bound))
        counts.bounded = counts.bounded or (not branch.is_counted and counts.total - before >= bound)
    return counts


def _rows(branch: Branch, filters: Filters, counts: Counts, bound: int) -> list[tuple[Any, ...]]:
    values = branch.parameters(width=counts.width, origin=_origin(), grave=_GRAVE, bound=bound)
    if branch.is_counted:
        return fetch(SQL["counted"].format(where=branch.where_counted()), **values)
    if not filters.hash:
        return fetch(SQL["rows"].format(where=branch.where()), **values)
    ((times,),) = fetch(SQL["hashed"], **values, times=bound)
    where = branch.where("received_at = ANY (%(times)s)")
    return fetch(SQL["rows"].format(where=where), **values, times=times) if times else []


def _add(counts: Counts, rows: Iterable[tuple[Any, ...]]) -> None:
    for bucket, grave, kind, severity, organisation, rule, grouping, found in rows:
        number = int(found)
        if grouping == _BUCKET:
            whole, part = counts.bars.get(bucket, (0, 0))
            counts.bars[bucket] = (whole + number, part + number * bool(grave))
        elif grouping == _TYPE:
            counts.types[kind] += number
        elif grouping == _SEVERITY:
            counts.severities[severity] += number
        elif grouping == _ORGANISATION:
            counts.organisations[organisation] += number
        elif grouping == _RULE:
            counts.rules[rule] += number


def _width(span: timedelta) -> timedelta:
    return next((width for width in _WIDTHS if span / width <= BARS), _WIDTHS[-1])


def _origin() -> datetime:
    """Bars begin at whole hours and days of the portal's zone, weeks on Mondays. In UTC, where all hours are equal."""
    return _MONDAY.replace(tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def _starts(counts: Counts) -> Iterable[datetime]:
    origin = _origin()
    start = origin + counts.width * ((counts.since - origin) // counts.width)
    while start < counts.until:
        yield start
        start += counts.width
