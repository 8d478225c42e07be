"""Writes an entry in the transaction of what it records: both are there, or neither is (D26.journal)."""

from __future__ import annotations

from datetime import UTC, date

from django.db import connection, transaction

from qorgan.gate.journal.entry import Entry
from qorgan.gate.journal.rows import INSERT, OPEN, JournalMisused, row_of

_opened: set[tuple[str, date]] = set()
"""Days that are known to have a place to be written to, by the database's name."""


def write(entry: Entry) -> int:
    """Write one entry in the running transaction; gives its id. Raises JournalMisused outside a transaction."""
    if not connection.in_atomic_block:
        raise JournalMisused(f"{entry.event}: an entry is written in the transaction of what it records")
    day = entry.at.astimezone(UTC).date()
    place = (str(connection.settings_dict["NAME"]), day)
    with connection.cursor() as cursor:
        if place not in _opened:
            cursor.execute(OPEN, [day])
            transaction.on_commit(lambda: _opened.add(place))
        cursor.execute(INSERT, row_of(entry))
        return int(cursor.fetchone()[0])
