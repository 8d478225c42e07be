"""What is hashed of a row, spelled as PostgreSQL spells it, so that an archive is checked without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = 1_000_000
_NUMBER: Final = 8


class Row(msgspec.Struct, frozen=True):
    """One row of the journal as it was written. The JSON columns are PostgreSQL's own text of them."""

    id: int
    at: datetime
    event: str
    outcome: str
    population: str
    client: UUID | None
    actor: UUID | None
    ceremony: UUID | None
    device: UUID | None
    address: str | None
    """As PostgreSQL spells it, without the length of the network."""
    port: int
    program: str
    trace: str
    factors: list[str]
    rule: str
    edition: str
    reason: str
    before: str | None
    after: str | None
    detail: str


COLUMNS: Final = Row.__struct_fields__
SELECT: Final = """entry.id, entry.at, entry.event, entry.outcome, entry.population, entry.client, entry.actor,
    entry.ceremony, entry.device, host(entry.address) AS address, entry.port, entry.program, entry.trace, entry.factors,
    entry.rule, entry.edition, entry.reason, entry.before::text AS before, entry.after::text AS after,
    entry.detail::text AS detail"""
"""The columns in the order of Row, of a table that is called `entry`."""


def content(row: Row) -> str:
    """What PostgreSQL's `gate_journal_content` gives for the same row."""
    values = [
        str(row.id),
        str(microseconds(row.at)),
        *map(_text, (row.event, row.outcome, row.population)),
        *map(_uuid, (row.client, row.actor, row.ceremony, row.device)),
        "null" if row.address is None else _text(row.address),
        str(row.port),
        *map(_text, (row.program, row.trace)),
        "[" + ", ".join(map(_text, row.factors)) + "]",
        *map(_text, (row.rule, row.edition, row.reason)),
        row.before or "null",
        row.after or "null",
        row.detail,
    ]
    return "[" + ", ".join(values) + "]"


def link_hash(before: bytes, linked_at: datetime, row: Row) -> bytes:
    """The hash of a link, from that of the link before it on the same strand."""
    return sha256(
        before + microseconds(linked_at).to_bytes(_NUMBER, "big", signed=True) + content(row).encode()
    ).digest()


def first_hash(strand: int) -> bytes:
    """What stands before the first link of a strand."""
    return sha256(f"qorgan gate journal, strand {strand}".encode()).digest()


def microseconds(at: datetime) -> int:
    """A time as a number, exactly."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROSECOND + since.microseconds


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _uuid(identifier: UUID | None) -> str:
    return "null" if identifier is None else f'"{identifier}"'
