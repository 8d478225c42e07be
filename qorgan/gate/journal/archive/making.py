"""Makes the archive of a day: closed, read in one piece, sealed, named in the journal, and then dropped.

(1) The day is closed: it takes no more entries. (2) Its rows and links are written to a sealed Parquet file beside its
place, which is read back, and moved there. (3) In one transaction the journal says the file's digest and number of
rows, and so does `gate_archive`. (4) The file is read once more by its digest, and the day is dropped.

Whatever dies between two of these, the next run goes on from there: until (3) the file is made anew, after it the file
is what the journal says it is or the day stays where it is.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow.parquet as pq

from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveRefused
from qorgan.gate.journal.archive.runs import runs_of
from qorgan.gate.journal.archive.sealed import Sealed, Sealing
from qorgan.gate.journal.archive.shelf import Shelf
from qorgan.gate.journal.archive.table import SCHEMA, table_of
from qorgan.gate.journal.content import SELECT
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by

GROUP: Final = 50_000
"""Rows that are found, or passed over, together."""
_BLOOM: Final = {
    **{name: {"ndv": GROUP, "fpp": 0.02} for name in ("device", "ceremony", "actor", "address_key")},
    "event": {"ndv": 64, "fpp": 0.01},
}
"""What is not in a group of rows is known without reading them. By `client` they are sorted."""
_TRIES: Final = 100
_PAUSE: Final = 0.2
"""Seconds between tries to drop a day while somebody reads or writes."""

_DUE: Final = """
SELECT day FROM (
    SELECT to_date(right(child.relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
    WHERE inhparent = 'public.gate_journal'::regclass
) AS days
WHERE gate_journal_at_hand_until(day) <= now() ORDER BY day
"""
_READ: Final = f"""
SELECT {SELECT}, link.strand, link.link, link.linked_at, link.hash
FROM gate_journal AS entry LEFT JOIN gate_journal_link AS link
    ON link.entry = entry.id AND link.at = entry.at AND link.at >= %(from)s AND link.at < %(until)s
WHERE entry.at >= %(from)s AND entry.at < %(until)s
ORDER BY entry.client, entry.at, entry.id
"""  # noqa: S608  # columns of our own
_LINKS: Final = "SELECT count(*) FROM gate_journal_link WHERE at >= %(from)s AND at < %(until)s"


@dataclass(frozen=True, slots=True)
class Archived:
    """What was made of a day."""

    day: date
    rows: int
    size: int


def due(connection: psycopg.Connection[Any]) -> list[date]:
    """Days in the tables that need no longer be at hand, the oldest first."""
    return [day for (day,) in connection.execute(_DUE).fetchall()]


def archive(
    url: str, shelf: Shelf, now: Callable[[], datetime], step: Callable[[str], None] = lambda _: None
) -> Iterator[Archived]:
    """Archive and drop every day that is due; gives each as it is done. `url` is the role `gate_clerk`'s.

    `step` is told what was just done. Raises ArchiveRefused, psycopg.Error.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET timezone = 'UTC'; SET statement_timeout = 0")
        row = connection.execute("SELECT pg_try_advisory_lock(hashtext('gate_archive'))").fetchone()
        if row != (True,):
            raise ArchiveRefused("another process archives the journal; wait until it is done")
        for day in due(connection):
            yield _archive_day(connection, day, shelf, now, step)


def _archive_day(
    connection: psycopg.Connection[Any],
    day: date,
    shelf: Shelf,
    now: Callable[[], datetime],
    step: Callable[[str], None],
) -> Archived:
    known = shelf.known(connection, day)
    if known is None:
        # (1) Take no more entries.
        _patiently(connection, "SELECT gate_journal_close(%s)", day)
        step("closed")
        # (2) Write the file.
        rows = _write(connection, day, shelf, step)
        # (3) Name it in the journal.
        _name(connection, day, rows, shelf, now())
        step("named")
        known = shelf.known(connection, day)
        if known is None:
            raise ArchiveRefused(f"the archive of {day} was named and is not known; run it again")
    # (4) Believe it once more, and drop the day.
    shelf.check(known)
    _patiently(connection, "SELECT gate_journal_drop(%s)", day)
    step("dropped")
    return Archived(day, known.rows, known.size)


def _write(connection: psycopg.Connection[Any], day: date, shelf: Shelf, step: Callable[[str], None]) -> int:
    path = shelf.path(day)
    draft = path.with_suffix(".draft")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, connection.transaction():
        sealing = Sealing(file, origin=shelf.origin, about=shelf.about(day), wrap=shelf.wrap)
        rows = 0
        with pq.ParquetWriter(sealing, SCHEMA, compression="zstd", bloom_filter_options=_BLOOM) as writer:
            for group in _groups(connection, day):
                writer.write_table(table_of(group), row_group_size=GROUP)
                rows += len(group)
                step("writing")
        sealing.finish()
        file.flush()
        os.fsync(file.fileno())
    step("written")
    _read_back(draft, rows, shelf)
    draft.chmod(0o400)
    draft.replace(path)
    _sync(path.parent)
    step("in place")
    return rows


def _groups(connection: psycopg.Connection[Any], day: date) -> Iterator[list[Any]]:
    span = span_of(day)
    rows = 0
    with connection.cursor(name="gate_archive") as cursor:
        cursor.itersize = GROUP
        cursor.execute(_READ, span)
        while group := cursor.fetchmany(GROUP):
            loose = next((row for row in group if row[-1] is None), None)
            if loose is not None:
                raise ArchiveRefused(
                    f"{day}: entry {loose[0]} was never linked; see `qorgan gate audit` before it is moved"
                )
            rows += len(group)
            yield group
    (links,) = connection.execute(_LINKS, span).fetchone() or (0,)
    if links != rows:
        raise ArchiveRefused(f"{day}: {links} links and {rows} entries; see `qorgan gate audit` before they are moved")


def _read_back(draft: Path, rows: int, shelf: Shelf) -> None:
    with Sealed(draft, unwrap=shelf.unwrap) as sealed, pq.ParquetFile(sealed) as file:
        found = sum(file.read_row_group(number, columns=["id"]).num_rows for number in range(file.num_row_groups))
    if found != rows:
        raise ArchiveDamaged(f"{draft}: {found} rows were read back of {rows}; see whether the disk is sound")


def _name(connection: psycopg.Connection[Any], day: date, rows: int, shelf: Shelf, now: datetime) -> None:
    path = shelf.path(day)
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    size = path.stat().st_size
    with connection.transaction():
        said = {
            "day": day.isoformat(),
            "file": path.name,
            "rows": rows,
            "size": size,
            "digest": digest.hex(),
        }
        entry = write_by(
            connection, Entry(event=Event.JOURNAL_ARCHIVED, outcome="done", at=now, whence=HERE, detail=said)
        )
        runs = json.dumps(runs_of(connection, **span_of(day)))
        connection.execute(
            "INSERT INTO gate_archive (day, file, rows, size, digest, runs, entry) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [day, path.name, rows, size, digest, runs, entry],
        )


def _patiently(connection: psycopg.Connection[Any], statement: str, day: date) -> None:
    """Ask until the lock is to be had. Raises ArchiveRefused when somebody reads the journal all the time."""
    for _ in range(_TRIES):
        try:
            connection.execute(statement, [day])
        except psycopg.errors.LockNotAvailable:
            time.sleep(_PAUSE)
        else:
            return
    raise ArchiveRefused(f"{day}: the journal is being read all the time; run it again when there is less to do")


def span_of(day: date) -> dict[str, datetime]:
    """Its first instant, and the first after it."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return {"from": start, "until": start + timedelta(days=1)}


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
