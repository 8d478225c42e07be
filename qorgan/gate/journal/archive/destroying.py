"""Destroys archives whose year is over: PostgreSQL says which, the journal says so, then the file goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

import psycopg

from qorgan.gate.journal.archive.shelf import Shelf
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by

_DUE: Final = """
SELECT day, rows, encode(digest, 'hex') FROM gate_archive
WHERE dropped_at IS NOT NULL AND destroyed_at IS NULL AND gate_journal_archived_until(day) <= now() ORDER BY day
"""
_DESTROYED: Final = "SELECT day FROM gate_archive WHERE destroyed_at IS NOT NULL"


def destroy(url: str, shelf: Shelf, now: Callable[[], datetime]) -> Iterator[date]:
    """Destroy what is past its year; gives each day as its file is gone. `url` is the role `gate_clerk`'s."""
    with psycopg.connect(url, autocommit=True) as connection:
        for day, rows, digest in connection.execute(_DUE).fetchall():
            with connection.transaction():
                detail = {"day": day.isoformat(), "rows": rows, "digest": digest}
                event = Event.JOURNAL_ARCHIVE_DESTROYED
                said = write_by(connection, Entry(event=event, outcome="done", at=now(), whence=HERE, detail=detail))
                connection.execute("SELECT gate_archive_destroy(%s, %s)", [day, said])
        yield from _remove(connection, shelf)


def _remove(connection: psycopg.Connection[Any], shelf: Shelf) -> Iterator[date]:
    """Remove the files, those too that somebody died before removing."""
    for (day,) in connection.execute(_DESTROYED).fetchall():
        path = shelf.path(day)
        if path.exists():
            path.unlink()
            yield day
