"""Taking a batch: stored, numbered, in the ledger and receipted in one transaction, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg import AsyncConnection, sql

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.records import Reading
from qorgan.hub.intake.rows import HASH_COLUMNS, SIGNAL_COLUMNS, Rows
from qorgan.hub.intake.rules import Dictionary
from qorgan.hub.intake.sender import Sender
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.tree import Head, append
from qorgan.ledger.entry import SignalsEntry, instant
from qorgan.ledger.receipt import write
from qorgan.ledger.tree import root_of
from qorgan.wire.reply import refused_records

DAYS_AHEAD: Final = 2
"""Partitions made before their day comes."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A batch that is whole, proven and read."""

    sender: Sender
    reading: Reading
    trace: str

    @property
    def at(self) -> datetime:
        """When it came."""
        return self.reading.rows.origin.received_at


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
        dictionary, organisation = self._rules, batch.sender.organisation
        rows = batch.reading.rows
        numbers = await dictionary.numbers(connection, [kind.names for kind in rows.kinds.values()])
        rows.settle(numbers)
        await self._prepare_days(connection, batch.at.astimezone(UTC).date())
        unseen = dictionary.unseen(organisation, numbers.values())
        kept = _kept(batch) | _counted(rows.tally())
        try:
            answer = await self._take(connection, batch, kept, unseen)
        finally:
            # A batch that was not stored leaves its transaction open; after the commit there is none.
            if not connection.closed:
                await connection.rollback()
        dictionary.see(organisation, unseen)
        return answer

    def forget(self) -> None:
        """Drop what is remembered of the database: once a connection is lost, one put back from a backup may answer."""
        self._rules = Dictionary()
        self._days = set()

    async def _take(
        self, connection: AsyncConnection, batch: Incoming, kept: dict[str, Any], unseen: list[int]
    ) -> bytes:
        """(1) Lock the module. (2) Judge the numbers. (3) Copy. (4) Extend the ledger. (5) Keep the receipt."""
        # (1) One batch of a module at a time, and none of a revoked one.
        async with connection.pipeline():
            await connection.execute("BEGIN")
            locked = await connection.execute(SQL["lock_module"], kept)
        row = await locked.fetchone()
        if row is None:
            raise Refused("revoked", "ask the centre, it took this module off")
        # (2) A batch that was taken before gets the answer it got before.
        replayed = await _judge(connection, kept, high_water=row[0])
        if replayed is not None:
            return replayed
        # (3) No unique index is needed: what is at or below the mark never comes this far.
        if unseen:
            await connection.execute(SQL["see_rules"], kept | {"rules": unseen})
        await _copy(connection, batch.reading.rows)
        entry = _entry(batch, kept["digest"])
        # (4) From here to the commit every other batch waits: nothing slow may stand below.
        head = await (await connection.execute(SQL["lock_ledger"])).fetchone()
        if head is None:
            raise Refused("unavailable", "the ledger has not begun")
        appended = append(Head.read(head), entry, self._key, batch.at)
        receipt = write(appended.receipt)
        kept |= {"position": appended.position, "receipt": receipt}
        # (5) One round trip, at whose end all of it is on the disk.
        async with connection.pipeline():
            await connection.execute(SQL["append_entry"], appended.row | {"organisation": batch.sender.organisation})
            await connection.execute(SQL["keep_batch"], kept)
            await connection.execute("COMMIT")
        return reply_bytes(receipt, kept["refusals"])

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


async def _judge(connection: AsyncConnection, kept: dict[str, Any], high_water: int) -> bytes | None:
    """None when the numbers follow on; the stored answer when they were taken. Raises Refused otherwise."""
    first, last, expected = kept["first"], kept["last"], high_water + 1
    if first > expected:
        raise Refused("sequence-gap", f"send from {expected} on", expected=expected)
    if first == expected:
        return None
    if last > high_water:
        raise Refused("sequence-overlap", f"send from {expected} on", expected=expected)
    taken = await (await connection.execute(SQL["taken_batch"], kept)).fetchone()
    if taken is None or taken[:2] != (last, kept["digest"]):
        raise Refused("sequence-conflict", f"send from {expected} on", expected=expected)
    return reply_bytes(taken[2], taken[3])


async def _copy(connection: AsyncConnection, rows: Rows) -> None:
    """Straight into the day's partitions: PostgreSQL refuses COPY into a table with row security."""
    day = f"{rows.origin.received_at.astimezone(UTC):%Y%m%d}"
    await _copy_into(connection, f"signal_{day}", SIGNAL_COLUMNS, rows.signal_data())
    await _copy_into(connection, f"signal_hash_{day}", HASH_COLUMNS, rows.hash_data())


async def _copy_into(connection: AsyncConnection, table: str, columns: str, data: bytes) -> None:
    if not data:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split(", ")))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(data)


def _entry(batch: Incoming, digest: str) -> SignalsEntry:
    """`digest` is over all lines; the entry vouches for the accepted ones."""
    reading = batch.reading
    return SignalsEntry(
        module=str(batch.sender.module),
        organisation=batch.sender.bin,
        first=reading.said.first,
        last=reading.said.last,
        records=reading.rows.count,
        refused=len(reading.refused),
        digest=digest_of(reading.accepted) if reading.refused else digest,
        received_at=instant(batch.at),
    )


def _kept(batch: Incoming) -> dict[str, Any]:
    """The row of `batch`, but for its place in the ledger and its receipt."""
    reading = batch.reading
    problem = refused_records(tuple(reading.refused), trace=batch.trace) if reading.refused else None
    return {
        "organisation": batch.sender.organisation,
        "module": batch.sender.module,
        "first": reading.said.first,
        "last": reading.said.last,
        "digest": digest_of(reading.leaves),
        "records": reading.rows.count,
        "leaves": b"".join(reading.accepted),
        "refused": len(reading.refused),
        "at": batch.at,
        "minute": batch.at.replace(second=0, microsecond=0),
        "refusals": None if problem is None else msgspec.json.encode(problem),
    }


def _counted(tally: list[tuple[str, int, int, int, int]]) -> dict[str, Any]:
    """The rows of `signal_tally`, as columns in PostgreSQL's own notation of an array: closed words and numbers."""
    names = ("types", "severities", "rules", "counts", "events")
    columns = zip(*tally, strict=True) if tally else ((),) * len(names)
    return {name: f"{{{','.join(map(str, column))}}}" for name, column in zip(names, columns, strict=True)}
