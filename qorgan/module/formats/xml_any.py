"""XML of whatever product, as security consoles export and forward it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor
from qorgan.module.formats.product import products_of
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.tidy import as_text
from qorgan.module.formats.xml_text import xml_leaves

_ROOT: Final = re.compile(
    rb"<(?:\?xml\b[^>]{0,200}\?>\s{0,16}<)?([A-Za-z_\x80-\xff][\w.:\x80-\xff-]{0,127})(?:[\s/]|>)"
)
_LONGEST_HEAD: Final = 400
_FEWEST: Final = 2


class Xml:
    """Reads XML records of one source."""

    name = "xml"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether an element begins in it that also ends: its name closes the record."""
        root = _ROOT.search(record[:_LONGEST_HEAD])
        if root is None or record.rstrip()[-1:] != b">":
            return False
        return b"</" + root[1] + b">" in record[-256:] or record.rstrip()[-2:] == b"/>"

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        stripped = strip_header(record)
        root = _ROOT.search(stripped.body)
        if root is None:
            raise Unreadable("no XML in it")
        pairs = xml_leaves(stripped.body[root.start() :].decode("utf-8", "replace"))
        if len(pairs) < _FEWEST:
            raise Unreadable("XML without values")
        kind = root[1].decode("utf-8", "replace")
        sensor = Sensor(format=self.name, time=stripped.time, host=stripped.host, head=kind)
        return products_of(self.name).find(pairs, kind).event(pairs, as_text(record), sensor, self._times)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)
