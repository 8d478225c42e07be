"""Taking a batch: stored, numbered, in the ledger and receipted in one transaction, or not at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg import AsyncConnection, errors, sql

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.records import Sorted
from qorgan.hub.intake.rows import HASH_COLUMNS, SIGNAL_COLUMNS, Origin, Rows
from qorgan.hub.intake.rules import Dictionary
from qorgan.hub.intake.sender import Sender
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.tree import Head, append
from qorgan.ledger.entry import SignalsEntry, instant
from qorgan.ledger.receipt import write
from qorgan.ledger.tree import root_of
from qorgan.wire.batch import SequenceRange
from qorgan.wire.reply import refused_records

DAYS_AHEAD: Final = 2
"""Partitions made before their day comes."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A batch that is whole, proven and read."""

    sender: Sender
    said: SequenceRange
    leaves: list[bytes]
    """Leaf hashes of all lines as sent."""
    found: Sorted
    at: datetime
    trace: str

    @property
    def accepted(self) -> list[bytes]:
        """Leaf hashes of the lines that are stored."""
        refused = {one.index for one in self.found.refused}
        return [leaf for index, leaf in enumerate(self.leaves) if index not in refused] if refused else self.leaves


class Store:
    """Where batches go. One per process; the connections are the caller's."""

    def __init__(self, key: LogKey) -> None:
        self._key = key
        self._rules = Dictionary()
        self._days: set[date] = set()

    async def take(self, connection: AsyncConnection, batch: Incoming) -> bytes:
        """Store a batch and give the answer's bytes; the very same bytes for a batch that was taken before.

        Raises Refused when the numbers do not follow on (`sequence-...`, with the number expected) or the module was
        revoked meanwhile; psycopg's errors when PostgreSQL cannot store.
        """
        rules = await self._rules.numbers(connection, batch.sender.organisation, batch.found.signals)
        await self._prepare_days(connection, batch.at.astimezone(UTC).date())
        try:
            async with connection.transaction():
                return await self._take(connection, batch, rules)
        except errors.UndefinedTable:
            # The day's partition was there when this process looked and is not now: the database was put back.
            self.forget()
            raise

    def forget(self) -> None:
        """Drop what is remembered of the database: once a connection is lost, one put back from a backup may answer."""
        self._rules = Dictionary()
        self._days = set()

    async def _take(self, connection: AsyncConnection, batch: Incoming, rules: list[int]) -> bytes:
        """(1) Lock the module. (2) Judge the numbers. (3) Copy. (4) Extend the ledger. (5) Keep the receipt."""
        module = {"module": batch.sender.module}
        # (1) One batch of a module at a time, and none of a revoked one.
        row = await (await connection.execute(SQL["lock_module"], module)).fetchone()
        if row is None:
            raise Refused("revoked", "ask the centre, it took this module off")
        # (2) A batch that was taken before gets the answer it got before.
        digest = digest_of(batch.leaves)
        replayed = await _judge(connection, batch, digest, high_water=row[0])
        if replayed is not None:
            return replayed
        # (3) No unique index is needed: what is at or below the mark never comes this far.
        await _copy(connection, batch, rules)
        # (4) From here to the commit every other batch waits: nothing slow may stand below.
        head = Head.read(await _one(connection, "lock_ledger", {}))
        appended = append(head, _entry(batch), self._key, batch.at)
        receipt = write(appended.receipt)
        problem = _problem(batch)
        # (5) One round trip.
        async with connection.pipeline():
            await connection.execute(SQL["append_entry"], appended.row | {"organisation": batch.sender.organisation})
            await connection.execute(
                SQL["keep_batch"],
                _tally(batch, rules)
                | module
                | {
                    "position": appended.position,
                    "organisation": batch.sender.organisation,
                    "first": batch.said.first,
                    "last": batch.said.last,
                    "digest": digest,
                    "records": len(batch.found.signals),
                    "leaves": b"".join(batch.accepted),
                    "refused": len(batch.found.refused),
                    "at": batch.at,
                    "minute": batch.at.replace(second=0, microsecond=0),
                    "receipt": receipt,
                    "refusals": problem,
                },
            )
        return reply_bytes(receipt, problem)

    async def _prepare_days(self, connection: AsyncConnection, today: date) -> None:
        if today in self._days:
            return
        for ahead in range(DAYS_AHEAD + 1):
            await connection.execute(SQL["make_partition"], {"day": today + timedelta(days=ahead)})
        self._days = {today}


def digest_of(leaves: list[bytes]) -> str:
    """What `ledger.entry.records_digest` makes of records, out of their leaf hashes."""
    return f"sha-256:{root_of(leaves).hex()}"


def reply_bytes(receipt: bytes, problem: bytes | None) -> bytes:
    """A BatchReply out of its stored parts, so that a replay is answered with the same bytes."""
    beside = b"" if problem is None else b',"problem":' + problem
    return b'{"receipt":' + receipt + beside + b"}"


async def _judge(connection: AsyncConnection, batch: Incoming, digest: str, high_water: int) -> bytes | None:
    """None when the numbers follow on; the stored answer when they were taken. Raises Refused otherwise."""
    said, expected = batch.said, high_water + 1
    if said.first > expected:
        raise Refused("sequence-gap", f"send from {expected} on", expected=expected)
    if said.first == expected:
        return None
    if said.last > high_water:
        raise Refused("sequence-overlap", f"send from {expected} on", expected=expected)
    taken = await (
        await connection.execute(SQL["taken_batch"], {"module": batch.sender.module, "first": said.first})
    ).fetchone()
    if taken is None or taken[:2] != (said.last, digest):
        raise Refused("sequence-conflict", f"send from {expected} on", expected=expected)
    return reply_bytes(taken[2], taken[3])


async def _copy(connection: AsyncConnection, batch: Incoming, rules: list[int]) -> None:
    rows = Rows(Origin(batch.at, batch.sender.organisation, batch.sender.module))
    for signal, rule, line in zip(batch.found.signals, rules, batch.found.lines, strict=True):
        rows.add(signal, rule, line)
    day = f"{batch.at.astimezone(UTC):%Y%m%d}"
    if rows.signals:
        await _copy_into(connection, f"signal_{day}", SIGNAL_COLUMNS, rows.signal_data())
    if rows.hashes:
        await _copy_into(connection, f"signal_hash_{day}", HASH_COLUMNS, rows.hash_data())


async def _copy_into(connection: AsyncConnection, table: str, columns: str, data: bytes) -> None:
    """Straight into the day's partition: PostgreSQL refuses COPY into a table with row security."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split(", ")))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(data)


async def _one(connection: AsyncConnection, name: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
    row = await (await connection.execute(SQL[name], parameters)).fetchone()
    if row is None:
        raise Refused("unavailable", "the ledger has not begun")
    return row


def _entry(batch: Incoming) -> SignalsEntry:
    return SignalsEntry(
        module=str(batch.sender.module),
        organisation=batch.sender.bin,
        first=batch.said.first,
        last=batch.said.last,
        records=len(batch.found.signals),
        refused=len(batch.found.refused),
        digest=digest_of(batch.accepted),
        received_at=instant(batch.at),
    )


def _problem(batch: Incoming) -> bytes | None:
    if not batch.found.refused:
        return None
    return msgspec.json.encode(refused_records(tuple(batch.found.refused), trace=batch.trace))


def _tally(batch: Incoming, rules: list[int]) -> dict[str, Any]:
    """Rows for charts and counts: so many records and events of each type, severity and rule."""
    records: Counter[tuple[str, int, int]] = Counter()
    events: Counter[tuple[str, int, int]] = Counter()
    for signal, rule in zip(batch.found.signals, rules, strict=True):
        kind = (signal.type.value, signal.severity.rank, rule)
        records[kind] += 1
        events[kind] += signal.count
    kinds = list(records)
    return {
        "types": [kind[0] for kind in kinds],
        "severities": [kind[1] for kind in kinds],
        "rules": [kind[2] for kind in kinds],
        "counts": [records[kind] for kind in kinds],
        "events": [events[kind] for kind in kinds],
    }
