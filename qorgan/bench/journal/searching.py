"""Search over a journal of fifteen months: three at hand, a year in sealed files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg

from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.journal.filling import ago, fill, superuser, uuid_of
from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import shelf_of
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.archived import Archives
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import search_in
from qorgan.kit import clock

ROUNDS: Final = 5
AT_HAND: Final = 90
ARCHIVED: Final = range(95, 455)
HOT_LIMIT: Final = 0.5
ARCHIVE_LIMIT: Final = 3.0
_CLIENT: Final = 4242
_MONTH: Final = 30


def measure(config: Config, urls: Mapping[Role, str], rows: int) -> list[Figure]:
    """95th percentiles in seconds, of days at hand and of days in the archive."""
    days = [*range(1, AT_HAND + 1), *ARCHIVED]
    each = rows // len(days)
    owner = superuser(config)
    shelf = shelf_of(config)
    for place, day in enumerate(days):
        fill(owner, ago(day), each, first=place * each)
        if place % _MONTH == 0:
            # By and by, so that the tables never hold the whole year.
            list(archive(urls[Role.CLERK], shelf, clock.now))
    list(archive(urls[Role.CLERK], shelf, clock.now))
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE gate_journal")
    archives = Archives(shelf)
    size = sum(path.stat().st_size for path in shelf.folder.rglob("*.sealed"))
    # Each file's digest is taken once by whoever searches.
    began = time.perf_counter()
    with psycopg.connect(urls[Role.READ], autocommit=True) as connection:
        for known in shelf.all_known(connection):
            shelf.check(known)
        believed = time.perf_counter() - began
        middle = datetime.combine(ago(92), datetime.min.time(), UTC)
        hot = _waits(connection, archives, since=middle)
        cold = _waits(connection, archives, until=middle)
    archives.close()
    said = (
        f"{each * AT_HAND:,} entries of {AT_HAND} days at hand, {each * len(ARCHIVED):,} of {len(ARCHIVED)} days in "
        f"sealed files of {size / 1e9:.2f} GB; a page of 50 by client, device, address, network, event, outcome "
        f"and none, {ROUNDS} times each"
    )
    return [
        at_most(f"journal search, {name}, p95", percentile(waits, 0.95), limit, "s", f"{said}{more}")
        for name, waits, limit, more in (
            ("at hand", hot, HOT_LIMIT, f"; median {percentile(hot, 0.5):.3f} s"),
            (
                "archived",
                cold,
                ARCHIVE_LIMIT,
                f"; median {percentile(cold, 0.5):.3f} s; once a process, taking all digests: {believed:.1f} s",
            ),
        )
    ]


def _waits(
    connection: psycopg.Connection,
    archives: Archives,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[float]:
    client, device = UUID(uuid_of(_CLIENT)), UUID(uuid_of(_CLIENT + 100_000_000))
    last = until or clock.now()
    queries = [
        Query(since=since, until=until),
        Query(since=since, until=until, client=client),
        Query(since=since, until=until, device=device),
        Query(since=since, until=until, client=client, outcome="failed"),
        Query(since=since, until=until, client=UUID(int=1)),
        Query(since=since, until=until, address="100.66.101.7"),
        Query(since=since, until=until, address="100.66.101.0/24"),
        Query(since=since, until=until, events=(Event.ACCOUNT_BLOCKED,)),
        Query(since=since, until=until, events=(Event.DUTY_GIVEN,)),
        Query(since=since, until=until, outcome="refused"),
        Query(since=last - timedelta(days=7), until=last, events=(Event.SIGN_IN,), outcome="failed"),
    ]
    waits = []
    for _ in range(ROUNDS):
        for query in queries:
            began = time.perf_counter()
            search_in(connection, archives, query)
            waits.append(time.perf_counter() - began)
    return waits
