"""Keeps the file up to date: exactly the entries that are committed, each once, whatever was killed meanwhile.

The file itself says how far it goes, by its last whole line. A line that was begun and not ended is taken off first.
Entries are read in the order of the transactions that wrote them, and none of a transaction that others before it may
still be under way beside: so an entry that is committed late is not passed over. No transaction lasts a quarter of an
hour, so that what is older than the last line by more than that need not be looked through.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from django.db import connection
from msgspec import MsgspecError
from psycopg.rows import class_row

from qorgan.gate.feed.lines import Attempt, Place, line, place_of
from qorgan.gate.journal.events import Event

LARGEST: Final = 64 * 1024 * 1024
"""Bytes from which the file is rotated; one older file is kept."""
_AT_ONCE: Final = 2_000
_TAIL: Final = 16 * 1024
"""A line is never longer: what the journal keeps of each value is bounded."""
_DISRUPTIONS: Final = [Event.SIGN_IN_DISRUPTED.value, Event.SIGN_IN_RESTORED.value]
_TOLD: Final = [Event.FACTOR_PROVEN.value, Event.LOCKED_OUT.value, Event.SIGN_IN.value, *_DISRUPTIONS]
_NEXT: Final = """
SELECT tx::text::bigint AS tx, id, at, event, outcome, population,
    coalesce(detail ->> 'subject', replace(client::text, '-', ''), '') AS subject,
    coalesce(host(address), '') AS address, port, reason, factors,
    CASE WHEN event = ANY(%(disruptions)s) THEN detail::text END AS disruption
FROM gate_journal
WHERE (tx, id) > (%(tx)s::text::xid8, %(id)s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    AND event = ANY(%(events)s) AND (event <> 'factor.proven' OR outcome = 'failed')
    AND at > least(coalesce(%(at)s::timestamptz, now() - interval '2 days'), now()) - interval '15 minutes'
ORDER BY tx, id LIMIT %(most)s
"""


class FeedDamaged(Exception):
    """The file's last line is none of ours. Says what to do."""


def tell() -> int:
    """The clerk's job: add what is new; gives how many lines. Without a file in the configuration, none."""
    if settings.CONFIG.feed.file is None:
        return 0
    connection.ensure_connection()
    return add(settings.CONFIG.feed.file, connection.connection)


def add(file: Path, own: psycopg.Connection) -> int:
    """Add every attempt that is not in the file yet. Raises OSError, FeedDamaged."""
    file.parent.mkdir(parents=True, exist_ok=True)
    place = _mended(file)
    added = 0
    while found := _next(own, place):
        _append(file, b"".join(map(line, found)))
        place = Place(found[-1].tx, found[-1].id, found[-1].at)
        added += len(found)
        if file.stat().st_size >= LARGEST:
            file.replace(file.with_name(f"{file.name}.1"))
    return added


def _mended(file: Path) -> Place:
    """How far the file goes, or the one before it; half a line at its end is taken off."""
    if not file.exists() or not file.stat().st_size:
        older = file.with_name(f"{file.name}.1")
        return _place(older, _last(older)) if older.exists() else Place()
    tail = _last(file)
    if not tail.endswith(b"\n"):
        with file.open("rb+") as stream:
            stream.truncate(file.stat().st_size - len(tail) + tail.rfind(b"\n") + 1)
        return _mended(file)
    return _place(file, tail)


def _place(file: Path, tail: bytes) -> Place:
    lines = tail.splitlines()
    try:
        return place_of(lines[-1])
    except (IndexError, MsgspecError, ValueError):
        raise FeedDamaged(f"{file}: its last line is none of the gate's; move it away, and it begins anew") from None


def _last(file: Path) -> bytes:
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _TAIL))
        return stream.read()


def _append(file: Path, lines: bytes) -> None:
    # Readable for the group: the module is another user, and there is nothing in it that names anybody.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "ab") as stream:
        stream.write(lines)
        stream.flush()
        os.fsync(stream.fileno())


def _next(own: psycopg.Connection, place: Place) -> list[Attempt]:
    asked = {
        "tx": place.tx,
        "id": place.id,
        "at": place.at,
        "events": _TOLD,
        "disruptions": _DISRUPTIONS,
        "most": _AT_ONCE,
    }
    with own.cursor(row_factory=class_row(Attempt)) as cursor:
        return cursor.execute(_NEXT, asked).fetchall()
