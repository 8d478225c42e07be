"""One row of `signal` against the record in it: every column is derived from the record's own bytes."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from qorgan.hub.database.derived import Rule, digests_of, domain_of, rule_of
from qorgan.hub.receipts.findings import Report
from qorgan.wire import record
from qorgan.wire.signal import Signal


def check_signal(row: Any, rules: Mapping[int, Rule], report: Report) -> Signal | None:
    """The signal of a row; None, with the fault reported, when its record cannot be read any more."""
    name = f"module_id={row.module_id} sequence={row.sequence}"
    try:
        signal = record.decode(bytes(row.record))
    except record.RecordRefused as refused:
        report.add("signal", name, f"record cannot be read: {refused}")
        return None
    for column, derived in _columns(signal).items():
        stored = getattr(row, column)
        if stored != derived:
            report.add("signal", name, f"{column} is {stored!r}, the record says {derived!r}")
    if rules.get(row.rule) != rule_of(signal):
        report.add("signal", name, f"rule {row.rule} is not the one that the record names")
    return signal


def _columns(signal: Signal) -> dict[str, Any]:
    source = signal.source
    address = source.address if source is not None else None
    return {
        "sequence": signal.sequence,
        "id": UUID(signal.id),
        "type": signal.type.value,
        "severity": signal.severity.rank,
        "action": signal.action.value,
        "first_seen": signal.first_seen,
        "last_seen": signal.last_seen,
        "count": signal.count,
        "source_address": str(ip_address(address)) if address else None,
        "source_port": source.port if source is not None else None,
        "domain": domain_of(signal),
        "hashes": digests_of(signal.hashes) or None,
    }
