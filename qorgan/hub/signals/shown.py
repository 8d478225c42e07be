"""A signal as one line of a list: its codes, numbers and the few words out of its record that a line has room for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from qorgan.hub.signals.queries import Row, Rule
from qorgan.law.severity import Severity
from qorgan.wire.signal import DestinationRole

_SEVERITIES: Final = tuple(severity.value for severity in Severity)


class _Url(msgspec.Struct):
    path: str | None = None


class _Destination(msgspec.Struct):
    role: str = DestinationRole.UNKNOWN.value
    port: int | None = None


class _Outline(msgspec.Struct):
    """As much of a record as a line shows."""

    url: _Url | None = None
    destination: _Destination | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a list says of a signal. Travels to the live page as JSON; the page has the words for the codes."""

    module: UUID
    sequence: int
    at: datetime
    """When the hub had it."""
    seen: datetime
    """When the sensor last saw it."""
    severity: str
    type: str
    organisation: UUID
    rule: str
    sensor: str
    source: str
    """Address with its port, '' where it is not known."""
    target: str
    """Domain and path of what was asked for, '' where it is not known."""
    role: str
    """Role of what was aimed at, where there is no domain."""
    port: int | None
    action: str
    count: int


def line_of(row: Row, rules: Mapping[int, Rule]) -> Line:
    """The line of a row. A rule that is not to be seen leaves its places empty."""
    rule = rules.get(row.rule_id) or Rule(row.rule_id)
    outline = _DECODER.decode(row.record)
    path = outline.url.path if outline.url else None
    aimed = outline.destination or _Destination()
    return Line(
        module=row.module_id,
        sequence=row.sequence,
        at=row.received_at,
        seen=row.last_seen,
        severity=_SEVERITIES[row.severity],
        type=row.type,
        organisation=row.organisation_id,
        rule=rule.words,
        sensor=rule.sensor,
        source=endpoint(row),
        target=f"{row.domain or ''}{path or ''}",
        role=aimed.role if aimed.role != DestinationRole.UNKNOWN else "",
        port=aimed.port,
        action=row.action,
        count=row.count,
    )


def endpoint(row: Row) -> str:
    """The source as people write it: `203.0.113.7:40000`, `[2001:db8::1]:443`."""
    if row.source_address is None:
        return ""
    address = str(row.source_address)
    if row.source_port is None:
        return address
    return f"[{address}]:{row.source_port}" if ":" in address else f"{address}:{row.source_port}"


_DECODER: Final = msgspec.json.Decoder(_Outline)
