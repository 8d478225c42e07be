"""An entry as a row, and its writing by whoever has a connection of their own: the clerk, a command. No Django here."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

import psycopg

from qorgan.gate.journal.cutting import cut, cut_mapping
from qorgan.gate.journal.entry import Entry

OPEN: Final = "SELECT gate_journal_open(%s)"
"""Makes the place of a day, if the clerk has not made it ahead."""
INSERT: Final = """
INSERT INTO gate_journal (at, event, outcome, population, client, actor, ceremony, device, address, port, program,
    trace, factors, rule, edition, reason, before, after, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb)
RETURNING id
"""
_MOST_FACTORS: Final = 16
_LARGEST_PORT: Final = 65535


class JournalMisused(RuntimeError):
    """An entry was to be written outside a transaction, where it could be there without what it records."""


def write_by(own: psycopg.Connection[Any], entry: Entry) -> int:
    """Write one entry in the transaction that `own` is in; gives its id. Raises JournalMisused when it is in none."""
    if own.autocommit and own.info.transaction_status is psycopg.pq.TransactionStatus.IDLE:
        raise JournalMisused(f"{entry.event}: an entry is written in the transaction of what it records")
    own.execute(OPEN, [entry.at.astimezone(UTC).date()])
    row = own.execute(INSERT, row_of(entry)).fetchone()
    if row is None:
        raise JournalMisused(f"{entry.event}: PostgreSQL gave no id")
    return int(row[0])


def row_of(entry: Entry) -> list[Any]:
    """The values of INSERT, each cut to what the journal keeps. Raises ValueError for a time without a zone."""
    if entry.at.tzinfo is None:
        raise ValueError("the time of an entry has a zone")
    whence = entry.whence
    address, detail = _address(whence.address), dict(entry.detail)
    if whence.address and address is None:
        detail["address"] = whence.address
    return [
        entry.at,
        entry.event.value,
        entry.outcome,
        cut(entry.population),
        entry.client,
        entry.by,
        entry.ceremony,
        entry.device,
        address,
        whence.port if 0 <= whence.port <= _LARGEST_PORT else 0,
        cut(whence.program),
        cut(whence.trace),
        [cut(factor) for factor in entry.factors[:_MOST_FACTORS]],
        cut(entry.rule),
        cut(entry.edition),
        cut(entry.reason),
        _json(entry.before),
        _json(entry.after),
        _json(detail),
    ]


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _json(mapping: Mapping[str, Any] | None) -> str | None:
    return None if mapping is None else json.dumps(cut_mapping(mapping), ensure_ascii=False)
