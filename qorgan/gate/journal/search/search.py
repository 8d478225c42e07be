"""One search over days at hand and days in the archive: pages, the newest entries first (D26.journal)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection as django_connection
from django.utils.translation import gettext_lazy as _

from qorgan.gate.journal.archive.errors import ArchiveRefused
from qorgan.gate.journal.archive.shelf import Known, Shelf, shelf_of
from qorgan.gate.journal.content import Row
from qorgan.gate.journal.search import hot
from qorgan.gate.journal.search.archived import Archives
from qorgan.gate.journal.search.query import Found, Page, Place, Query
from qorgan.kit.refusal import Unavailable

SIZE: Final = 50
LARGEST: Final = 1000
"""Entries of one page."""
_RETRY_AFTER: Final = 3600
"""Seconds: somebody has to bring a file from a copy."""
_UNREADABLE: Final = _(
    "A day of the archive is not what the journal says it is, so nothing is shown. `qorgan gate audit` names the day."
)


def search(query: Query, after: str = "", size: int = SIZE) -> Page:
    """A page of what is found, read by Django's connection. `after` is what the page before said.

    Raises Refusal for a query that cannot be answered, Unavailable when an archive is not what it should be: which one,
    and what is wrong with it, is for the log.
    """
    django_connection.ensure_connection()
    own: psycopg.Connection[Any] = django_connection.connection
    try:
        return search_in(own, _archives(), query, after, size)
    except ArchiveRefused as refused:
        service = f"the journal's archive ({refused})"
        raise Unavailable(service, _RETRY_AFTER, code="archive-unreadable", message=_UNREADABLE) from refused


def search_in(
    connection: psycopg.Connection[Any], archives: Archives, query: Query, after: str = "", size: int = SIZE
) -> Page:
    """The same by a connection and archives of one's own. Raises Refusal, ArchiveRefused."""
    place = Place.of(after) if after else None
    most = max(1, min(size, LARGEST))
    # The tables first: a day that moves into the archive meanwhile is found twice, and never not at all.
    rows = {row.id: Found(row=row, archived=False) for row in hot.find(connection, query, place, most + 1)}
    days = [known for known in archives.shelf.searchable(connection) if _may_hold(known, query, place)]
    if len(rows) > most:
        oldest = min(found.row.at for found in rows.values())
        days = [known for known in days if _end(known) > oldest]
    for row in archives.find(days, query, place, most + 1) if days else ():
        rows.setdefault(row.id, Found(row=row, archived=True))
    found = sorted(rows.values(), key=lambda one: (one.row.at, one.row.id), reverse=True)
    last = found[most - 1].row if len(found) > most else None
    return Page(entries=tuple(found[:most]), after=Place(last.at, last.id).token() if last else "")


def entry(identifier: int) -> Row | None:
    """One entry of the days at hand; None when it is not there."""
    django_connection.ensure_connection()
    return hot.one(django_connection.connection, identifier)


def _may_hold(known: Known, query: Query, after: Place | None) -> bool:
    """Whether a day in the archive may have any of what is looked for."""
    start = _start(known)
    return not (
        (query.since is not None and _end(known) <= query.since)
        or (query.until is not None and start >= query.until)
        or (after is not None and start > after.at)
    )


def _start(known: Known) -> datetime:
    return datetime.combine(known.day, time(), UTC)


def _end(known: Known) -> datetime:
    return _start(known) + timedelta(days=1)


@lru_cache(maxsize=1)
def _archives() -> Archives:
    return Archives(_shelf())


def _shelf() -> Shelf:
    # mypy reads the settings of another program.
    config: Any = settings.CONFIG
    return shelf_of(config)
