"""Reads a source's records in the format it is told, or finds the format of each by itself (R67.7)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Format, Readings
from qorgan.module.formats.cef import Cef
from qorgan.module.formats.eve import Eve
from qorgan.module.formats.modsecurity.reader import ModSecurity
from qorgan.module.formats.moment import DEFAULT_ZONE, Times, times_in
from qorgan.module.formats.sift import sift
from qorgan.module.formats.wazuh import Wazuh

AUTO: Final = "auto"
UNKNOWN: Final = "of no known format"

# Wazuh carries records of the others inside its own, so it is asked before them; CEF's bars occur in other texts.
_ALL: Final[tuple[Callable[[Times], Format], ...]] = (Wazuh, Eve, ModSecurity, Cef)


def formats_in(times: Times) -> dict[str, Format]:
    """Every format by its name, in the order in which they are asked whether a record is theirs."""
    return {found.name: found for found in (make(times) for make in _ALL)}


FORMATS: Final = formats_in(times_in(DEFAULT_ZONE))


def find_format(record: bytes, among: dict[str, Format] = FORMATS) -> Format | None:
    """The format that a record is of, or None."""
    return next((found for found in among.values() if found.recognises(record)), None)


class Reader:
    """Reads the records of one source."""

    def __init__(self, name: str = AUTO, zone: str = DEFAULT_ZONE, clock: Callable[[], float] = time.time) -> None:
        """`zone` is where times without one are from. Raises `KeyError` for a format that nobody knows."""
        known = formats_in(times_in(zone, clock))
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

        When the format is to be found, the one that fitted last reads all, others what it cannot.
        """
        last = self._last or (self._find(records) if len(self._formats) > 1 else next(iter(self._formats.values())))
        if last is None:
            return Readings(unreadable=[(index, UNKNOWN) for index in range(len(records))])
        readings = last.read_all(records)
        self._last = last
        if readings.unreadable and len(self._formats) > 1:
            self._try_others(records, readings, last)
        return readings

    def _find(self, records: Sequence[bytes]) -> Format | None:
        found = (find_format(record, self._formats) for record in records)
        return next(filter(None, found), None)

    def _try_others(self, records: Sequence[bytes], readings: Readings, last: Format) -> None:
        missed, readings.unreadable = readings.unreadable, []
        fitted: Counter[str] = Counter()
        for index, reason in missed:
            other = find_format(records[index], self._formats)
            if other is None or other is last:
                readings.unreadable.append((index, reason if other else UNKNOWN))
                continue
            fitted[other.name] += 1
            readings.take(index, other, records[index])
        for name, count in fitted.most_common(1):
            if count > len(records) / 2:
                self._last = self._formats[name]
        readings.events.sort(key=lambda found: found[0])
