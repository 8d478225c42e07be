"""The clerk's part in the journal: days made ahead, epochs signed, days past their time moved and destroyed."""

from __future__ import annotations

import logging
import threading
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role, role_url
from qorgan.gate.journal.archive.destroying import destroy
from qorgan.gate.journal.archive.errors import ArchiveRefused
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import shelf_of
from qorgan.gate.journal.epochs import sign_epoch, signer_of
from qorgan.kit import clock

_AHEAD: Final = 14
_OPEN: Final = (
    "SELECT count(*) FILTER (WHERE gate_journal_open(current_date + ahead)) FROM generate_series(-1, %s) ahead"
)

_log = logging.getLogger(__name__)
_moving: list[threading.Thread] = []


def open_days() -> int:
    """Make places for the days to come; gives how many were made."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [_AHEAD])
        return int(cursor.fetchone()[0])


def sign() -> int:
    """Sign an epoch, if anything was written since the last; gives how many were signed."""
    connection.ensure_connection()
    own: psycopg.Connection[Any] = connection.connection
    return int(sign_epoch(own, signer_of(_config()), clock.now()) > 0)


def move() -> int:
    """Begin to move days past their time, unless that is still going on: it takes long, and nobody waits for it."""
    if any(thread.is_alive() for thread in _moving):
        return 0
    _moving[:] = [threading.Thread(target=_move, args=(_config(),), name="archive", daemon=True)]
    _moving[0].start()
    return 0


def _move(config: Config) -> None:
    url, shelf = role_url(config, Role.CLERK), shelf_of(config)
    try:
        for one in archive(url, shelf, clock.now):
            _log.info("the journal of %s is in the archive: %d entries", one.day, one.rows)
        for day in destroy(url, shelf, clock.now):
            _log.info("the archive of %s is destroyed", day)
    except (ArchiveRefused, psycopg.Error) as error:
        _log.warning("the journal is not moved into the archive: %s", error)


def _config() -> Config:
    # mypy reads the settings of another program.
    config: Any = settings.CONFIG
    return config  # type: ignore[no-any-return]
