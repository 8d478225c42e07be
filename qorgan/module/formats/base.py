"""What every format is, and what reading many records at once gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct, field

from qorgan.module.event import Event, Ignored, Unreadable


class Readings(Struct):
    """What came of many records. Every one of them is counted in exactly one of the three."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    """Events with the index of the record that each came from."""
    ignored: Counter[str] = field(default_factory=Counter)
    """How many records were no security events, by reason. The reasons are a closed list of ours."""
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    """Indexes of records that could not be read, with the reason, which never repeats content."""

    def try_to_take(self, index: int, reader: Format, record: bytes) -> str | None:
        """Reads one record and puts it where it belongs. When it is unreadable: the reason, and nothing is put."""
        try:
            found = reader.read(record)
        except Unreadable as refused:
            return refused.reason
        if isinstance(found, Ignored):
            self.ignored[found.reason] += 1
        else:
            self.events.append((index, found))
        return None


class Format(Protocol):
    """How one product's records are read."""

    name: str

    def recognises(self, record: bytes) -> bool:
        """Whether a record looks like this format: a cheap look, which reading may still refute."""

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable` when it is not of this format; nothing else."""

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records, read in one tight loop."""


def read_each(reader: Format, records: Sequence[bytes]) -> Readings:
    """Many records, read one by one. Every record of the quickest formats passes here: no call is made for nothing."""
    readings = Readings()
    read, event, refused = reader.read, readings.events.append, readings.unreadable.append
    for index, record in enumerate(records):
        try:
            found = read(record)
        except Unreadable as reason:
            refused((index, reason.reason))
            continue
        if isinstance(found, Ignored):
            readings.ignored[found.reason] += 1
        else:
            event((index, found))
    return readings
