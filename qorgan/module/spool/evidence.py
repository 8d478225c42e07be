"""The hub's receipts: the newest as they came, older ones packed, since neighbours share most of their proof."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec
import zstandard
from msgspec import Raw, Struct

from qorgan.wire.batch import SequenceRange

PACKED: Final = 500
"""Receipts in a pack."""
LOOSE: Final = 1_000
"""Receipts that are left as they came before the oldest are packed."""
_LEVEL: Final = 9
_MAX_EXPANDED: Final = 256 * 1024 * 1024


class StoredReceipt(Struct, frozen=True, kw_only=True):
    """A receipt the hub gave, for the numbers of one batch."""

    first: int
    last: int
    refused: list[int]
    """Numbers the hub refused; the receipt's document is the batch without their lines."""
    receipt: Raw
    """As `qorgan.ledger.receipt` writes it."""


_lines = msgspec.json.Decoder(StoredReceipt)


def add(
    connection: sqlite3.Connection, range_: SequenceRange, receipt: bytes, refused: Sequence[int], *, age: float
) -> None:
    """Keep a receipt; `age` is the spool's."""
    connection.execute(
        "INSERT INTO receipt (first, last, age, refused, receipt) VALUES (?, ?, ?, ?, ?)",
        (range_.first, range_.last, age, msgspec.json.encode(list(refused)).decode(), receipt),
    )


def last_receipted(connection: sqlite3.Connection) -> int:
    """The highest number for which there is a receipt."""
    row = connection.execute(
        "SELECT max(coalesce((SELECT max(last) FROM receipt), 0), coalesce((SELECT max(last) FROM receipt_pack), 0))"
    ).fetchone()
    return int(row[0])


def last_before(connection: sqlite3.Connection, age: float) -> int:
    """The last number of the newest receipt that came when the spool was not older than this; 0 when there is none."""
    for table in ("receipt", "receipt_pack"):
        row = connection.execute(
            f"SELECT last FROM {table} WHERE age <= ? ORDER BY age DESC LIMIT 1",  # noqa: S608 (a name of ours)
            (age,),
        ).fetchone()
        if row:
            return int(row[0])
    return 0


def newest(connection: sqlite3.Connection, most: int) -> list[StoredReceipt]:
    """The newest receipts, at most so many, oldest first."""
    rows = connection.execute(
        "SELECT first, last, refused, receipt FROM receipt ORDER BY id DESC LIMIT ?", (most,)
    ).fetchall()
    found = [_loose(row) for row in rows]
    for (body,) in connection.execute("SELECT body FROM receipt_pack ORDER BY id DESC"):
        if len(found) >= most:
            break
        found += _unpacked(body)[::-1]
    return found[:most][::-1]


def of_number(connection: sqlite3.Connection, number: int) -> StoredReceipt | None:
    """The newest receipt that speaks for a number."""
    row = connection.execute(
        "SELECT first, last, refused, receipt FROM receipt WHERE last >= :number AND first <= :number "
        "ORDER BY id DESC LIMIT 1",
        {"number": number},
    ).fetchone()
    if row:
        return _loose(row)
    packs = connection.execute(
        "SELECT body FROM receipt_pack WHERE last >= :number AND first <= :number ORDER BY id DESC",
        {"number": number},
    )
    for (body,) in packs:
        for one in reversed(_unpacked(body)):
            if one.first <= number <= one.last:
                return one
    return None


def pack(connection: sqlite3.Connection, *, most_bytes: int) -> int:
    """Pack the oldest receipts once there are many; let the oldest packs go beyond a size. How many went."""
    rows = connection.execute(
        "SELECT id, first, last, age, refused, receipt FROM receipt ORDER BY id LIMIT ?", (PACKED,)
    )
    packed = rows.fetchall()
    lines = b"\n".join(msgspec.json.encode(_loose((row[1], row[2], row[4], row[5]))) for row in packed)
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(lines)
    connection.execute(
        "INSERT INTO receipt_pack (first, last, age, receipts, body) VALUES (?, ?, ?, ?, ?)",
        (min(row[1] for row in packed), max(row[2] for row in packed), packed[-1][3], len(packed), body),
    )
    connection.execute("DELETE FROM receipt WHERE id <= ?", (packed[-1][0],))
    return _drop_beyond(connection, most_bytes)


def is_to_pack(connection: sqlite3.Connection) -> bool:
    """Whether there are many receipts as they came."""
    oldest, latest = connection.execute(
        "SELECT (SELECT min(id) FROM receipt), (SELECT max(id) FROM receipt)"
    ).fetchone()
    return oldest is not None and latest - oldest >= LOOSE


def _drop_beyond(connection: sqlite3.Connection, most_bytes: int) -> int:
    (size,) = connection.execute("SELECT coalesce(sum(length(body)), 0) FROM receipt_pack").fetchone()
    dropped = 0
    while size > most_bytes:
        number, receipts, length = connection.execute(
            "SELECT id, receipts, length(body) FROM receipt_pack ORDER BY id LIMIT 1"
        ).fetchone()
        connection.execute("DELETE FROM receipt_pack WHERE id = ?", (number,))
        dropped += receipts
        size -= length
    return dropped


def _loose(row: tuple[int, int, str, bytes]) -> StoredReceipt:
    return StoredReceipt(
        first=row[0], last=row[1], refused=msgspec.json.decode(row[2], type=list[int]), receipt=Raw(row[3])
    )


def _unpacked(body: bytes) -> list[StoredReceipt]:
    """The receipts of a pack; none of one that is damaged: what cannot be verified is no evidence."""
    try:
        lines = zstandard.ZstdDecompressor().decompress(body, _MAX_EXPANDED).split(b"\n")
        return [_lines.decode(line) for line in lines]
    except (zstandard.ZstdError, msgspec.DecodeError, UnicodeDecodeError, TypeError):
        return []
