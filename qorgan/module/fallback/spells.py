"""The times in which ASOI was away: kept as evidence, and gone on with after a restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from qorgan.ledger.entry import instant
from qorgan.module.fallback.outage import Began, Ended
from qorgan.module.fallback.store import Store
from qorgan.wire.package import Away

MOST: Final = 100


def open_spell(store: Store) -> Away | None:
    """The absence that has not ended; None when ASOI is not away."""
    with store.reading() as connection:
        row = connection.execute("SELECT since, found_at, until, reason FROM away WHERE until IS NULL").fetchone()
    return Away(**dict(row)) if row else None


def keep(store: Store, change: Began | Ended) -> None:
    """Write down that an absence began or ended."""
    with store.writing() as connection:
        if isinstance(change, Began):
            connection.execute(
                "INSERT INTO away (since, found_at, reason) SELECT ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM away WHERE until IS NULL)",
                (instant(change.since), instant(change.found_at), change.reason[:300]),
            )
        else:
            connection.execute("UPDATE away SET until = ? WHERE until IS NULL", (instant(change.until),))


def since(store: Store, first: datetime, *, before: timedelta = timedelta(hours=1)) -> tuple[Away, ...]:
    """The absences that touch the time from shortly before `first` until now."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT since, found_at, until, reason FROM away WHERE until IS NULL OR until >= ? "
            "ORDER BY since DESC LIMIT ?",
            (instant(first - before), MOST),
        ).fetchall()
    return tuple(Away(**dict(row)) for row in reversed(rows))
