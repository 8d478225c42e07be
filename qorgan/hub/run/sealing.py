"""Seals the audit trail: its chain's head goes into the ledger, whose heads institutions keep in their receipts."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Final

import psycopg

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.tree import Head, append
from qorgan.hub.receipts.journal_seal import ENTRY_TYPE, LAST_LINK, seal_entry

EVERY: Final = 60.0
"""Seconds between seals."""

_log = logging.getLogger(__name__)

_SEALED: Final = """
SELECT max((convert_from(entry, 'UTF8')::jsonb ->> 'version')::bigint) FROM ledger_entry
WHERE organisation_id IS NULL AND convert_from(entry, 'UTF8')::jsonb ->> 'type' = %s
"""
_NO_AUTHORITY: Final = "000000000000"


class Sealer:
    """Seals what was written since it last did. `url` is the role `qorgan_intake`'s, which alone extends the ledger."""

    def __init__(self, url: str, key: LogKey) -> None:
        self._url = url
        self._key = key
        self._sealed: int | None = None

    def seal(self, now: datetime) -> int:
        """Seal the journal up to its last link; the number of links sealed so far. Raises psycopg.Error."""
        with psycopg.connect(self._url, connect_timeout=5) as connection:
            last = connection.execute(LAST_LINK).fetchone()
            if self._sealed is None or (last is not None and last[0] < self._sealed):
                # At the start, and when the database was put back from a backup meanwhile.
                self._sealed = _sealed(connection)
            if last is None or last[0] <= self._sealed:
                return self._sealed
            authority = connection.execute(SQL["authority"]).fetchone()
            entry = seal_entry(last[0], bytes(last[1]), authority[0] if authority else _NO_AUTHORITY, now)
            row = connection.execute(SQL["lock_ledger"]).fetchone()
            if row is None:
                return self._sealed
            appended = append(Head.read(row), entry, self._key, now)
            connection.execute(SQL["append_entry"], appended.row | {"organisation": None})
        self._sealed = int(last[0])
        return self._sealed


class Sealing:
    """Sealing as the supervisor does it: every now and then, and never in its way."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._due = time.monotonic() + EVERY

    def now_and_then(self) -> None:
        """Seal if it is time to."""
        if time.monotonic() >= self._due:
            self.now()

    def now(self) -> None:
        """Seal, or say why not."""
        self._due = time.monotonic() + EVERY
        try:
            self._sealer.seal(datetime.now(UTC))
        except psycopg.Error as error:
            _log.warning("the audit trail is not sealed: %s", error)


def _sealed(connection: psycopg.Connection) -> int:
    row = connection.execute(_SEALED, [ENTRY_TYPE]).fetchone()
    return int(row[0] or 0) if row else 0
