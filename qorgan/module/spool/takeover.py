"""Sealing what a version before seals has left open, a bounded number at a time, while the module works.

Nothing is lost by a crash in the middle: each step is a transaction, and the table `seal` says how far it has come.
What was open is overwritten in the file, not only let go of (`secure_delete`).
"""

from __future__ import annotations

from typing import Final

from qorgan.module.spool.chunk import Chunk, ChunkDamaged
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.sealing import about_quarantined, is_sealed
from qorgan.module.spool.waiting import COLUMNS

STEP: Final = 64


def is_due(connection: SpoolConnection) -> bool:
    """Whether anything may stand open."""
    (left,) = connection.execute("SELECT count(*) FROM seal WHERE name IN ('chunk', 'quarantine', 'lost')").fetchone()
    return bool(left)


def step(connection: SpoolConnection, acknowledged: int) -> int:
    """Go on a little; gives by how many bytes the bodies of sent chunks have grown."""
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    for table, seal in (("chunk", _seal_chunks), ("quarantine", _seal_quarantine), ("lost", _seal_lost)):
        found = connection.execute("SELECT value FROM seal WHERE name = ?", (table,)).fetchone()
        if found is None:
            continue
        last, grown = seal(connection, found[0], acknowledged)
        if last is None:
            connection.execute("DELETE FROM seal WHERE name = ?", (table,))
        else:
            connection.execute("UPDATE seal SET value = ? WHERE name = ?", (last, table))
        return grown
    return 0


def _seal_chunks(connection: SpoolConnection, after: int, acknowledged: int) -> tuple[int | None, int]:
    query = f"SELECT {COLUMNS} FROM chunk WHERE first > ? ORDER BY first LIMIT ?"  # noqa: S608 (a constant of ours)
    rows = connection.execute(query, (after, STEP)).fetchall()
    grown = 0
    for row in rows:
        found = Chunk(*row)
        try:
            found.check()
        except ChunkDamaged:
            continue
        if is_sealed(found.body):
            continue
        sealed = found.sealed(connection.keys)
        connection.execute(
            "UPDATE chunk SET body = ?, digest = ? WHERE first = ?", (sealed.body, sealed.digest, sealed.first)
        )
        grown += len(sealed.body) - len(found.body) if found.last <= acknowledged else 0
    return (rows[-1][0] if rows else None), grown


def _seal_quarantine(connection: SpoolConnection, after: int, _acknowledged: int) -> tuple[int | None, int]:
    rows = connection.execute(
        "SELECT id, at, source, place, reason, text FROM quarantine WHERE id > ? ORDER BY id LIMIT ?", (after, STEP)
    ).fetchall()
    for number, at, source, place, reason, text in rows:
        if isinstance(text, str):
            about = about_quarantined(at, source, place, reason)
            sealed = connection.keys.seal(text.encode("utf-8", "replace"), about)
            connection.execute("UPDATE quarantine SET text = ? WHERE id = ?", (sealed, number))
    return (rows[-1][0] if rows else None), 0


def _seal_lost(connection: SpoolConnection, after: int, _acknowledged: int) -> tuple[int | None, int]:
    rows = connection.execute(
        "SELECT first, body FROM lost WHERE first > ? ORDER BY first LIMIT ?", (after, STEP)
    ).fetchall()
    for first, body in rows:
        if isinstance(body, bytes) and not is_sealed(body):
            sealed = connection.keys.seal(body, f"lost\0{first}".encode())
            connection.execute("UPDATE lost SET body = ? WHERE first = ?", (sealed, first))
    return (rows[-1][0] if rows else None), 0
