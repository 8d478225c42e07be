"""Zeek's logs: JSON, or rows between tabs under `#fields`. Notices are findings; other logs are what was seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.address import address
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.json_any import begins_object, unwrapped
from qorgan.module.formats.json_fields import leaves_of
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor
from qorgan.module.formats.product import products_of
from qorgan.module.formats.tidy import as_text

HEADER: Final = "zeek header"
_DIRECTIVE: Final = re.compile(
    rb"#(?:separator|set_separator|empty_field|unset_field|path|open|close|fields|types)[\t ]"
)
_NOTE: Final = re.compile(r"[A-Z]\w{1,32}::[A-Z]\w{1,64}")
_NOTE_BYTES: Final = re.compile(rb"(?:^|\t)[A-Z]\w{1,32}::[A-Z]\w{1,64}\t")
_JSON_MARKS: Final = (b'"id.orig_h"', b'"id_orig_h"', b'"note"', b'"bro_engine"')
_TAB: Final = "\t"
_UNSET: Final = frozenset(("-", "(empty)"))
_FEWEST: Final = 3
_LOG: Final = "_path"


class Zeek:
    """Reads Zeek's logs of one source. Between rows it remembers the names that `#fields` gave."""

    name = "zeek"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._columns: list[str] = []
        self._log = ""

    def recognises(self, record: bytes) -> bool:
        """Whether it has the ends of a connection or a notice under Zeek's names, or is a row of such a log."""
        if record[:1] == b"#":
            return _DIRECTIVE.match(record) is not None
        if _NOTE_BYTES.search(record):
            return True
        if self._columns and record.count(b"\t") == len(self._columns) - 1:
            return True
        if not begins_object(record) or not any(mark in record for mark in _JSON_MARKS):
            return False
        return b'"ts"' in record and (b"::" in record or b"orig_h" in record or b"bro_engine" in record)

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        if record[:1] == b"#":
            return self._directive(as_text(record))
        text = as_text(record)
        if begins_object(record) and not _NOTE_BYTES.search(record):
            pairs = leaves_of(unwrapped(object_in(record)[0]))
            if not any(name in pairs for name in ("ts", "note", "id.orig_h", "id_orig_h")):
                raise Unreadable("no record of Zeek's")
        else:
            pairs = self._row(text)
        return products_of(self.name).find(pairs).event(pairs, text, Sensor(format=self.name), self._times)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _directive(self, text: str) -> Ignored:
        name, _, rest = text.partition(_TAB)
        if name == "#fields":
            self._columns = rest.split(_TAB)
        elif name == "#path":
            self._log = rest.strip()
        return Ignored(HEADER)

    def _row(self, text: str) -> dict[str, str]:
        row = text.split(_TAB)
        if self._columns and len(row) == len(self._columns):
            named = {name: value for name, value in zip(self._columns, row, strict=True) if value not in _UNSET}
            return {_LOG: self._log, **named}
        # A notice whose columns somebody has chosen: its name and its addresses tell themselves.
        note = next((value for value in row if _NOTE.fullmatch(value)), "")
        if not note or len(row) < _FEWEST:
            raise Unreadable("a row whose columns nobody has named")
        addresses = [value for value in row if address(value)]
        words = max((value for value in row if value != note), key=len)
        pairs = {"note": note, "msg": words}
        return pairs | dict(zip(("src", "dst"), addresses, strict=False))
