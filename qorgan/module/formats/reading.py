"""Reads a source's records in the format it is told, or finds the format of each by itself (R67.7)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Format, Readings
from qorgan.module.formats.cef import Cef
from qorgan.module.formats.csv_any import Csv
from qorgan.module.formats.ecs import Ecs
from qorgan.module.formats.eve import Eve
from qorgan.module.formats.json_any import Json
from qorgan.module.formats.key_value import KeyValue
from qorgan.module.formats.leef import Leef
from qorgan.module.formats.message import Message
from qorgan.module.formats.modsecurity.reader import ModSecurity
from qorgan.module.formats.moment import DEFAULT_ZONE, Times, times_in
from qorgan.module.formats.ocsf import Ocsf
from qorgan.module.formats.sift import sift
from qorgan.module.formats.snort import Snort
from qorgan.module.formats.text.reader import Text
from qorgan.module.formats.wazuh import Wazuh
from qorgan.module.formats.windows.reader import Windows
from qorgan.module.formats.xml_any import Xml
from qorgan.module.formats.zeek import Zeek

AUTO: Final = "auto"
UNKNOWN: Final = "of no known format"

# Wazuh carries records of the others inside its own, so it is asked before them; JSON may carry CEF, whose bars are in
# other texts. Those that many a text is like are asked last.
_ALL: Final[tuple[Callable[[Times], Format], ...]] = (
    *(Wazuh, Eve, ModSecurity, Windows, Ecs, Ocsf, Zeek, Json),
    *(Leef, Cef, Xml, Snort, Csv, Text, KeyValue),
    # No record is taken for a message by its looks: only what was handed in as one is read as one.
    Message,
)
_QUOTED_PAIRS: Final = 4
_STRICT: Final = frozenset(("wazuh", "eve", "modsecurity"))
"""Formats whose reading refuses every record of another: these may try a record before its format is looked for."""


def formats_in(times: Times) -> dict[str, Format]:
    """Every format by its name, in the order in which they are asked whether a record is theirs."""
    return {found.name: found for found in (make(times) for make in _ALL)}


FORMATS: Final = formats_in(times_in(DEFAULT_ZONE))


def find_format(record: bytes, among: dict[str, Format] = FORMATS) -> Format | None:
    """The format that a record is of, or None."""
    return next((found for found in _asked(record, among) if found.recognises(record)), None)


def _asked(record: bytes, among: dict[str, Format]) -> Iterator[Format]:
    """The formats in the order in which they are asked.

    Many quoted pairs are no free text, unless a product's own pattern is made of such pairs.
    """
    for found in among.values():
        pairs = isinstance(found, Text) and KeyValue.name in among and record.count(b'="') >= _QUOTED_PAIRS
        if pairs and isinstance(found, Text) and not found.knows_pairs(record):
            yield among[KeyValue.name]
        yield found


class Reader:
    """Reads the records of one source."""

    def __init__(
        self,
        name: str = AUTO,
        zone: str = DEFAULT_ZONE,
        clock: Callable[[], float] = time.time,
        own: Sequence[Format] = (),
    ) -> None:
        """`zone` is where times without one are from; formats of `own` take the place of those of their names.

        Raises `KeyError` for a format that nobody knows.
        """
        known = formats_in(times_in(zone, clock)) | {found.name: found for found in own}
        self._name = name
        self._formats = known if name == AUTO else {name: known[name]}
        self._last: Format | None = None

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        readings = self.read_all([record])
        if readings.unreadable:
            raise Unreadable(readings.unreadable[0][1])
        return readings.events[0][1] if readings.events else Ignored(next(iter(readings.ignored)))

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records, in whatever way is quickest."""
        sifted = sift(records, self._name)
        readings = self.read_left(sifted.left)
        readings.ignored.update(sifted.ignored)
        at = sifted.indexes
        readings.events = [(at[index], event) for index, event in readings.events]
        readings.unreadable = [(at[index], reason) for index, reason in readings.unreadable]
        return readings

    def read_left(self, records: Sequence[bytes]) -> Readings:
        """Records that `sift` has left; indexes are among these.

        When the format is to be found, and the one that fitted last refuses what is not its own, that one reads all,
        and others what it cannot.
        """
        if len(self._formats) == 1:
            return next(iter(self._formats.values())).read_all(records)
        last = self._last
        if last is None or last.name not in _STRICT:
            return self._read_found(records)
        readings = last.read_all(records)
        if readings.unreadable:
            self._try_others(records, readings, last)
        return readings

    def _read_found(self, records: Sequence[bytes]) -> Readings:
        """Each record by the format that it is found to be of."""
        readings = Readings()
        fitted: Counter[str] = Counter()
        for index, record in enumerate(records):
            fitted[self._take(index, record, readings)] += 1
        for name, _ in fitted.most_common(1):
            self._last = self._formats.get(name)
        return readings

    def _try_others(self, records: Sequence[bytes], readings: Readings, last: Format) -> None:
        missed, readings.unreadable = readings.unreadable, []
        fitted: Counter[str] = Counter()
        for index, reason in missed:
            unreadable = len(readings.unreadable)
            fitted[self._take(index, records[index], readings)] += 1
            if len(readings.unreadable) > unreadable and last.recognises(records[index]):
                readings.unreadable[-1] = (index, reason)
        for name, count in fitted.most_common(1):
            if count > len(records) / 2:
                self._last = self._formats.get(name)
        readings.events.sort(key=lambda found: found[0])

    def _take(self, index: int, record: bytes, readings: Readings) -> str:
        """Reads a record by the first format that recognises it and can; its name, or nothing.

        Free text is what no format recognised: there the words common to all products may tell something yet.
        """
        reason = UNKNOWN
        for found in _asked(record, self._formats):
            if found.recognises(record):
                refused = readings.try_to_take(index, found, record)
                if refused is None:
                    return found.name
                reason = refused if reason is UNKNOWN else reason
        text = self._formats.get("text")
        if text and readings.try_to_take(index, text, record) is None:
            return text.name
        readings.unreadable.append((index, reason))
        return ""
