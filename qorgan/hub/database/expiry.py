"""Drops the signals of days that are past their keeping, a day at a time, and writes in the journal that it did.

What vouches for them stays: the ledger, the batches with the hashes of their records, and the receipts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import psycopg
from psycopg import sql

from qorgan.kit.database.connection import DatabaseRefused

WAIT: Final = "3s"
"""Reading of signals is held up for no longer than this while a day is dropped."""
_DAYS: Final = """
SELECT to_date(right(child.relname, 8), 'YYYYMMDD') AS day
FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'public.signal'::regclass AND child.relname ~ '^signal_[0-9]{8}$' ORDER BY day
"""
_TALLIES: Final = "DELETE FROM signal_tally WHERE minute >= %(from)s AND minute < %(until)s"
_TOLD: Final = """
INSERT INTO hub_journal (at, person_id, organisation_id, act, object, detail)
VALUES (%(at)s, NULL, NULL, 'signals.expired', %(day)s, %(detail)s)
"""


def expire(url: str, before: date, basis: str, now: datetime) -> Iterator[date]:
    """Drop every day before `before`; gives each as it is gone. `url` is the owner's, `basis` goes into the journal.

    Raises DatabaseRefused when somebody reads signals for so long that a day cannot be dropped.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(WAIT)))
        for (day,) in connection.execute(_DAYS).fetchall():
            if day >= before:
                return
            try:
                with connection.transaction():
                    _drop(connection, day, basis, now)
            except psycopg.errors.LockNotAvailable:
                raise DatabaseRefused(f"signals are being read; run it again: days before {day} are gone") from None
            yield day


def _drop(connection: psycopg.Connection, day: date, basis: str, now: datetime) -> None:
    for kind in ("signal", "signal_hash"):
        partition = sql.Identifier("public", f"{kind}_{day:%Y%m%d}")
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(partition))
    connection.execute("SELECT set_config('qorgan.scope', 'expiry', true)")
    start = f"{day} 00:00:00+00"
    span = {"from": start, "until": f"{day + timedelta(days=1)} 00:00:00+00"}
    connection.execute(_TALLIES, span)
    told = {"at": now, "day": day.isoformat(), "detail": json.dumps({"basis": basis})}
    connection.execute(_TOLD, told)
