"""Where archives lie, with which key they open, and what the journal says each of them is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from qorgan.gate.config import Config
from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveForeign, ArchiveMissing
from qorgan.gate.journal.archive.sealed import Sealed
from qorgan.gate.sealing.fields import SealBroken, seal_with, unseal_with
from qorgan.gate.sealing.ring import read_ring

FOLDER: Final = Path("journal")
"""Below the state folder."""
_FIELD: Final = "journal.archive"
_ROW: Final = ""
"""A file's key lies in no row: the file's own head, which the key authenticates, says of which day it is."""
_KNOWN: Final = """
SELECT day, file, rows, size, digest, runs::text, made_at, entry, dropped_at, destroyed_at FROM gate_archive
"""
_SEARCHABLE: Final = """
SELECT day, file, rows, size, digest, '' AS runs, made_at, entry, dropped_at, destroyed_at FROM gate_archive
WHERE dropped_at IS NOT NULL AND destroyed_at IS NULL ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An archive as the database knows it."""

    day: date
    file: str
    rows: int
    size: int
    digest: bytes
    runs: str
    """Of `runs.Run`, as JSON."""
    made_at: datetime
    entry: int
    """The entry of the journal that names it."""
    dropped_at: datetime | None
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of one gate's archives."""

    folder: Path
    origin: str
    wrap: Callable[[bytes], bytes]
    unwrap: Callable[[bytes], bytes]
    _believed: dict[Path, tuple[int, int, int, bytes]] = field(default_factory=dict)
    """Files whose digest was taken, as they were then: an archive of gigabytes is not read anew for each search."""

    def path(self, day: date) -> Path:
        """Where the archive of a day lies."""
        return self.folder / f"{day:%Y}" / f"{day:%Y-%m-%d}.sealed"

    def about(self, day: date) -> str:
        """What its head says it is."""
        return f"journal/{day.isoformat()}"

    def known(self, connection: psycopg.Connection[Any], day: date) -> Known | None:
        """What the database says of the archive of a day; None when there is none."""
        with connection.cursor(row_factory=class_row(Known)) as cursor:
            return cursor.execute(f"{_KNOWN} WHERE day = %s", [day]).fetchone()

    def all_known(self, connection: psycopg.Connection[Any]) -> list[Known]:
        """What the database says of every archive, destroyed ones too, the oldest first."""
        with connection.cursor(row_factory=class_row(Known)) as cursor:
            return cursor.execute(f"{_KNOWN} ORDER BY day").fetchall()

    def searchable(self, connection: psycopg.Connection[Any]) -> list[Known]:
        """Archives whose days are no longer at hand, without their runs."""
        with connection.cursor(row_factory=class_row(Known)) as cursor:
            return cursor.execute(_SEARCHABLE).fetchall()

    def check(self, known: Known) -> Path:
        """The file, being what the journal says it is. Raises ArchiveMissing, ArchiveDamaged."""
        path = self.path(known.day)
        try:
            with path.open("rb") as file:
                stat = path.stat()
                seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                if self._believed.get(path) != (*seen, known.digest):
                    if stat.st_size != known.size or file_digest(file, "sha256").digest() != known.digest:
                        raise ArchiveDamaged(
                            f"{path}: it is not the file that the journal names in entry {known.entry}; "
                            "put the archive back from a copy"
                        )
                    self._believed[path] = (*seen, known.digest)
        except OSError as error:
            raise ArchiveMissing(f"{path}: {error.strerror}; put the archive back from a copy") from None
        return path

    def open(self, known: Known) -> Sealed:
        """The archive of a day, opened. Raises ArchiveRefused."""
        sealed = Sealed(self.check(known), unwrap=self.unwrap)
        if (sealed.head.origin, sealed.head.about) != (self.origin, self.about(known.day)):
            sealed.close()
            raise ArchiveForeign(f"{sealed.path}: it is {sealed.head.about} of {sealed.head.origin}")
        return sealed


def shelf_of(config: Config) -> Shelf:
    """The shelf below the state folder, with the gate's own ring of keys. Raises RingBroken."""

    def wrap(key: bytes) -> bytes:
        ring = read_ring(config.state)
        return seal_with(ring, ring.newest, key, field=_FIELD, row=_ROW)

    def unwrap(wrapped: bytes) -> bytes:
        try:
            return unseal_with(read_ring(config.state), wrapped, field=_FIELD, row=_ROW)
        except SealBroken as broken:
            raise LookupError(str(broken)) from None

    return Shelf(config.state / FOLDER, config.origin, wrap, unwrap)
