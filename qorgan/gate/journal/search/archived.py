"""Looks for entries in sealed archives: DuckDB reads of each file the pieces it needs, opened in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import duckdb
from fsspec import AbstractFileSystem

from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveRefused
from qorgan.gate.journal.archive.shelf import Known, Shelf
from qorgan.gate.journal.archive.table import IDENTIFIERS, address_key
from qorgan.gate.journal.content import COLUMNS, Row
from qorgan.gate.journal.search.query import Place, Query

_PROTOCOL: Final = "sealed"
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    # What is opened is never written to a disk.
    "temp_directory": "",
    "threads": "2",
}
_AT: Final = COLUMNS.index("at")
_SELECT: Final = ", ".join(f'epoch_us("{name}")' if name == "at" else f'"{name}"' for name in COLUMNS)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_FILES: Final = 64
"""Days that one question goes to: the first goes to one day, each further one to twice as many."""


class _Files(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Sealed files of one shelf as DuckDB opens them, by the day."""

    protocol = _PROTOCOL
    cachable = False

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self.known: dict[str, Known] = {}
        self._sizes: dict[bytes, int] = {}
        """By the digest that the journal names: another file of the same day has another size."""
        self.refused: ArchiveRefused | None = None
        """What DuckDB was told no for: it reports a text of its own."""

    def _open(self, path: str, _mode: str = "rb", **_: Any) -> Any:
        try:
            return self._shelf.open(self.known[Path(self._strip_protocol(path)).name])
        except ArchiveRefused as refused:
            self.refused = refused
            raise

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Size and kind of a file."""
        digest = self.known[Path(self._strip_protocol(path)).name].digest
        if digest not in self._sizes:
            with self._open(path) as sealed:
                self._sizes[digest] = sealed.size
        return {"name": path, "size": self._sizes[digest], "type": "file"}

    def exists(self, path: str, **_: Any) -> bool:
        """Whether the day is known; whether its file is there is found when it is opened."""
        return Path(self._strip_protocol(path)).name in self.known

    def glob(self, path: str, **_: Any) -> list[str]:
        """No name of ours is a pattern."""
        return [path]

    def modified(self, path: str) -> datetime:
        """When it was made."""
        return self.known[Path(self._strip_protocol(path)).name].made_at


class Archives:
    """The archives of one shelf, to be searched by one thread at a time."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._files = _Files(shelf)
        self._duckdb = duckdb.connect(config=_SETTINGS)
        self._duckdb.register_filesystem(self._files)
        # Where what is in a file begins: read once, for a year is some hundreds of files.
        self._duckdb.execute("SET parquet_metadata_cache = true")
        self._alone = threading.Lock()

    def close(self) -> None:
        """Let DuckDB go."""
        self._duckdb.close()

    def find(self, days: Sequence[Known], query: Query, after: Place | None, most: int) -> list[Row]:
        """The newest entries of these archives that are what the query says and older than `after`.

        Raises Refusal, ArchiveRefused when one of the archives is not what the journal says it is.
        """
        found: list[Row] = []
        with self._alone:
            for some in _batches(sorted(days, key=lambda known: known.day, reverse=True)):
                found += self._ask(some, query, after, most - len(found))
                if len(found) >= most:
                    break
        return found

    def _ask(self, days: Sequence[Known], query: Query, after: Place | None, most: int) -> list[Row]:
        conditions, values = _conditions(query, after)
        self._files.known |= {known.day.isoformat(): known for known in days}
        names = [f"{_PROTOCOL}://{known.day.isoformat()}" for known in days]
        asked = (
            f"SELECT {_SELECT} FROM read_parquet(?) "  # noqa: S608  # all our own
            f'WHERE {" AND ".join(conditions)} ORDER BY "at" DESC, id DESC LIMIT {most:d}'
        )
        with self._telling():
            return [_row(row) for row in self._duckdb.execute(asked, [names, *values]).fetchall()]

    @contextmanager
    def _telling(self) -> Iterator[None]:
        self._files.refused = None
        try:
            yield
        except duckdb.Error as error:
            refused, self._files.refused = self._files.refused, None
            if refused is not None:
                raise refused from None
            # Below its sentence DuckDB shows the place in the statement.
            sentence = str(error).partition("\n\nLINE ")[0].strip().splitlines()[-1]
            raise ArchiveDamaged(f"an archive cannot be read: {sentence[:300]}") from error


def _batches(days: Sequence[Known]) -> Iterator[Sequence[Known]]:
    size, start = 1, 0
    while start < len(days):
        yield days[start : start + size]
        start += size
        size = min(size * 2, _MOST_FILES)


def _conditions(query: Query, after: Place | None) -> tuple[list[str], list[Any]]:
    given: list[tuple[str, Any]] = [
        ('"at" >= ?', query.since),
        ('"at" < ?', query.until),
        ("client = ?", query.client and str(query.client)),
        ("device = ?", query.device and str(query.device)),
        ("ceremony = ?", query.ceremony and str(query.ceremony)),
        ("actor = ?", query.actor and str(query.actor)),
        ("event = ?", query.events[0].value if len(query.events) == 1 else None),
        ("list_contains(?, event)", [event.value for event in query.events] if len(query.events) > 1 else None),
        ("outcome = ?", query.outcome),
    ]
    network = query.network
    if network is not None and network.num_addresses == 1:
        # Equality, which the filter of a group of rows can deny without its being read.
        given.append(("address_key = ?", address_key(str(network[0]))))
    elif network is not None:
        given += [
            ("address_key >= ?", address_key(str(network[0]))),
            ("address_key <= ?", address_key(str(network[-1]))),
        ]
    if after is not None:
        given += [('"at" <= ?', after.at), ('("at", id) < (?, ?)', after)]
    present = [(said, value) for said, value in given if value is not None]
    values = [part for _, value in present for part in ((value.at, value.id) if isinstance(value, Place) else (value,))]
    return [said for said, _ in present] or ["true"], values


def _row(values: Sequence[Any]) -> Row:
    plain = list(values)
    for place in IDENTIFIERS:
        plain[place] = None if plain[place] is None else UUID(plain[place])
    plain[_AT] = _EPOCH + timedelta(microseconds=plain[_AT])
    return Row(*plain)
