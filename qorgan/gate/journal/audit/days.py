"""A day of the journal as an audit reads it: from the tables, or from its archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
import pyarrow.parquet as pq

from qorgan.gate.journal.archive.making import span_of
from qorgan.gate.journal.archive.shelf import Known, Shelf
from qorgan.gate.journal.archive.table import IDENTIFIERS
from qorgan.gate.journal.content import COLUMNS, SELECT, Row

BATCH: Final = 10_000
_LINKS: Final = """
SELECT strand, link, hash FROM gate_journal_link WHERE at >= %(from)s AND at < %(until)s
"""
_ROWS: Final = f"""
SELECT {SELECT}, link.strand, link.link, link.linked_at, link.hash, link.entry
FROM gate_journal_link AS link LEFT JOIN gate_journal AS entry
    ON entry.id = link.entry AND entry.at = link.at AND entry.at >= %(from)s AND entry.at < %(until)s
WHERE link.at >= %(from)s AND link.at < %(until)s
"""  # noqa: S608  # columns of our own
_LOOSE: Final = """
SELECT entry.id FROM gate_journal AS entry WHERE entry.at >= %(from)s AND entry.at < %(until)s AND NOT EXISTS (
    SELECT FROM gate_journal_link AS link WHERE link.entry = entry.id AND link.at = entry.at
        AND link.at >= %(from)s AND link.at < %(until)s
) ORDER BY entry.id
"""
_DAYS: Final = """
SELECT to_date(right(child.relname, 8), 'YYYYMMDD') AS day
FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'public.gate_journal'::regclass ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the chain and the row that it links."""

    strand: int
    link: int
    linked_at: datetime
    hash: bytes
    entry: int
    row: Row | None
    """None when the entry is gone."""


class Day(Protocol):
    """What an audit needs of a day."""

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """Strand, link and hash of every link, in any order."""

    def links(self) -> Iterator[Link]:
        """Every link with its row, in any order."""

    def loose(self) -> Iterator[int]:
        """Entries that no link is of."""


def hot_days(connection: psycopg.Connection[Any]) -> list[date]:
    """Days in the tables, the oldest first."""
    return [day for (day,) in connection.execute(_DAYS).fetchall()]


@dataclass(frozen=True, slots=True)
class HotDay:
    """A day in the tables, by a connection that is in a transaction."""

    connection: psycopg.Connection[Any]
    day: date

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """See Day."""
        for strand, link, found in self._rows(_LINKS):
            yield strand, link, bytes(found)

    def links(self) -> Iterator[Link]:
        """See Day."""
        width = len(COLUMNS)
        for row in self._rows(_ROWS):
            strand, link, linked_at, found, entry = row[width:]
            yield Link(strand, link, linked_at, bytes(found), entry, Row(*row[:width]) if row[0] is not None else None)

    def loose(self) -> Iterator[int]:
        """See Day."""
        for (entry,) in self._rows(_LOOSE):
            yield entry

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self.connection.cursor(name="gate_audit") as cursor:
            cursor.itersize = BATCH
            cursor.execute(query, span_of(self.day))
            yield from cursor


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A day in the archive. Raises ArchiveRefused when it cannot be opened."""

    shelf: Shelf
    known: Known

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """See Day."""
        for row in self._rows(["strand", "link", "hash"]):
            yield row["strand"], row["link"], row["hash"]

    def links(self) -> Iterator[Link]:
        """See Day."""
        for row in self._rows([*COLUMNS, "strand", "link", "linked_at", "hash"]):
            plain = [row[name] for name in COLUMNS]
            for place in IDENTIFIERS:
                plain[place] = None if plain[place] is None else UUID(plain[place])
            yield Link(row["strand"], row["link"], row["linked_at"], row["hash"], row["id"], Row(*plain))

    def loose(self) -> Iterator[int]:
        """None: a day with such an entry is not archived."""
        return iter(())

    def _rows(self, columns: list[str]) -> Iterator[dict[str, Any]]:
        with self.shelf.open(self.known) as sealed, pq.ParquetFile(sealed) as file:
            for batch in file.iter_batches(batch_size=BATCH, columns=columns):
                yield from batch.to_pylist()
