"""Reading the spool for people: the account, the quarantine, the receipts. Also while another process writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from qorgan.module.accounting import Account, SourceAccount, total
from qorgan.module.spool import database, key_file
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.days import NOT_OF_DAYS
from qorgan.module.spool.errors import SpoolDamaged
from qorgan.module.spool.evidence import StoredReceipt
from qorgan.module.spool.sealing import KeyRing, SealBroken, about_quarantined
from qorgan.module.spool.state import State, load
from qorgan.module.spool.waiting import BadChunk, gather

_TALLIES: Final = f"SELECT source, name, value FROM tally WHERE {NOT_OF_DAYS} ORDER BY source, name"  # noqa: S608 (ours)
IGNORED = "ignored:"
REDACTED = "redacted:"


class QuarantinedRow(Struct, frozen=True, kw_only=True):
    """One record in quarantine."""

    id: int
    at: str
    source: str
    place: str
    reason: str
    text: str


class LostRow(Struct, frozen=True, kw_only=True):
    """Numbers whose signals were damaged in the spool; they are void."""

    first: int
    last: int
    records: int
    at: str
    reason: str


@contextmanager
def opened(folder: Path, keys_at: Path | None = None) -> Iterator[SpoolConnection]:
    """A connection that cannot write, to the spool in a state folder. Raises SpoolError.

    Without its keys the account can be read all the same; reading content then raises SpoolLocked.
    """
    path = folder / database.FILE
    keys = key_file.ring_for_reading(keys_at or key_file.beside(folder))
    with closing(database.connect(path, keys, read_only=True)) as connection, database.translated(path):
        database.check_layout(connection, path)
        yield connection


def account(connection: sqlite3.Connection) -> Account:
    """The account as of one instant."""
    connection.execute("BEGIN")
    try:
        return account_within(connection)
    finally:
        connection.execute("COMMIT")


def account_within(connection: sqlite3.Connection) -> Account:
    """The same, within a transaction of the caller's."""
    return _account(load(connection), _sources(connection))


def check_account(connection: sqlite3.Connection) -> None:
    """Raise SpoolDamaged when the account does not add up, which it does from the first transaction on."""
    faults = account(connection).faults()
    if faults:
        raise SpoolDamaged(f"the account does not add up: {'; '.join(faults)}")


def quarantine(connection: SpoolConnection, *, last: int) -> list[QuarantinedRow]:
    """The newest records in quarantine, at most `last` of them, oldest first. Raises SpoolLocked."""
    rows = connection.execute(
        "SELECT id, at, source, place, reason, text FROM quarantine ORDER BY id DESC LIMIT ?", (last,)
    ).fetchall()
    return [_quarantined(connection.keys, row) for row in rows[::-1]]


def lost(connection: sqlite3.Connection) -> list[LostRow]:
    """Every range of numbers that was lost to damage."""
    rows = connection.execute("SELECT first, last, records, at, reason FROM lost ORDER BY first")
    return [LostRow(**dict(zip(LostRow.__struct_fields__, row, strict=True))) for row in rows]


def document_of(connection: SpoolConnection, stored: StoredReceipt) -> bytes | None:
    """The records a receipt is for, as NDJSON, while they are still kept; None when they are not."""
    try:
        batch = gather(connection, stored.first - 1, until=stored.last, max_records=2**31, max_bytes=2**31)
    except BadChunk:
        return None
    if batch is None:
        return None
    refused = set(stored.refused)
    pairs = zip(batch.numbers, batch.lines, strict=True)
    return b"".join(line + b"\n" for number, line in pairs if number not in refused)


def _quarantined(keys: KeyRing, row: tuple[Any, ...]) -> QuarantinedRow:
    number, at, source, place, reason, text = row
    if isinstance(text, bytes):
        try:
            text = keys.unseal(text, about_quarantined(at, source, place, reason)).decode("utf-8", "replace")
        except SealBroken:
            text = ""
    return QuarantinedRow(id=number, at=at, source=source, place=place, reason=reason, text=str(text))


def _sources(connection: sqlite3.Connection) -> tuple[SourceAccount, ...]:
    found: dict[str, dict[str, int]] = {}
    for source, name, value in connection.execute(_TALLIES):
        # A damaged row is passed over: the account then fails to add up, and the spool is mended at its next start.
        if isinstance(source, str) and isinstance(name, str) and isinstance(value, int):
            found.setdefault(source, {})[name] = value
    return tuple(_source(name, tallies) for name, tallies in found.items())


def _source(name: str, tallies: dict[str, int]) -> SourceAccount:
    return SourceAccount(
        name=name,
        read=tallies.get("read", 0),
        became=tallies.get("became", 0),
        signals=tallies.get("signals", 0),
        quarantined=tallies.get("quarantined", 0),
        ignored={key.removeprefix(IGNORED): n for key, n in tallies.items() if key.startswith(IGNORED)},
        redacted={key.removeprefix(REDACTED): n for key, n in tallies.items() if key.startswith(REDACTED)},
    )


def _account(state: State, sources: tuple[SourceAccount, ...]) -> Account:
    return Account(
        read=sum(source.read for source in sources),
        became=sum(source.became for source in sources),
        ignored=total(sources, "ignored"),
        quarantined=sum(source.quarantined for source in sources),
        sent_records=state.sent_records,
        spooled_records=state.spooled_records,
        lost_records=state.lost_records,
        signals=sum(source.signals for source in sources),
        sent=state.sent,
        refused=state.refused,
        spooled=state.spooled,
        lost=state.lost,
        redacted=total(sources, "redacted"),
        sources=sources,
    )
