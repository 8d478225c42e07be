"""CSV of products whose columns are known, of any product that writes its columns' names in a first line, and of those
whose values tell by themselves what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.csv_rows import is_header, row_of, separator_of
from qorgan.module.formats.csv_shape import named_by_shape
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor
from qorgan.module.formats.product import Product, products_of
from qorgan.module.formats.syslog import Stripped, strip_header
from qorgan.module.formats.tidy import as_text

HEADER: Final = "csv header"
_FEWEST: Final = 4
_SNIFFED: Final = 2_048
_LOOKED_AT: Final = 16
"""Columns by whose values a product may be known."""
_LEAST_SHARE: Final = 3
"""A row has at least one in so many of its product's columns: one word at a known place may stand there by chance."""
_SEPARATOR_BYTES: Final = b",\t;|`"


class Csv:
    """Reads rows of one source. Between rows it remembers the names that a header line gave."""

    name = "csv"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._columns: list[str] = []
        self._separator = ""

    def recognises(self, record: bytes) -> bool:
        """Whether a row's columns are a known product's, or those of the header line that came before, or names."""
        if not any(record.count(each, 0, _SNIFFED) >= _FEWEST - 1 for each in _SEPARATOR_BYTES) or record[:1] in b"{[":
            return False
        row = self._row(strip_header(record))
        return _product(row) is not None or self._fits(row) or is_header(row) or bool(named_by_shape(row))

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        stripped = strip_header(record)
        row = self._row(stripped)
        if is_header(row):
            self._columns, self._separator = (
                [name.strip() for name in row],
                separator_of(stripped.body.decode("utf-8", "replace")),
            )
            return Ignored(HEADER)
        sensor = Sensor(format=self.name, time=stripped.time, host=stripped.host)
        if product := _product(row):
            names: Sequence[str] = product.columns
        elif self._fits(row):
            names = self._columns
        else:
            names = ()
        pairs = {name: value.strip() for name, value in zip(names, row, strict=False) if name} or named_by_shape(row)
        if not pairs:
            raise Unreadable("columns that nobody has named")
        product = product or products_of(self.name).find(pairs)
        return product.event(pairs, as_text(record), sensor, self._times)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _row(self, stripped: Stripped) -> list[str]:
        text = as_text(stripped.body)
        separator = self._separator if self._separator and self._separator in text else separator_of(text[:_SNIFFED])
        return row_of(text, separator) if separator else [text]

    def _fits(self, row: list[str]) -> bool:
        return bool(self._columns) and len(row) == len(self._columns)


def _product(row: list[str]) -> Product | None:
    """The product whose columns these are, by values that stand at known places."""
    places = {str(place): value.strip() for place, value in enumerate(row[:_LOOKED_AT])}
    found = products_of(Csv.name).find(places)
    return found if found.columns and len(row) * _LEAST_SHARE >= len(found.columns) else None
