"""The whole way of a record, as the judging room goes it, with all that must hold of whatever comes out."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from qorgan.module.event import Event, Unreadable
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.reading import AUTO, Reader, formats_in
from qorgan.module.judging import InstitutionJudge
from qorgan.module.portion import Portion, Refinement
from qorgan.module.redact.fields import Redactor
from qorgan.module.refine import refine
from qorgan.wire import record as wire

KEY = bytes(range(32))
LEAST = 0.25
"""Seconds of the processor that any record may take."""
PER_BYTE = 12e-6
"""Seconds more for each of its bytes: of the longest record that a source gives, 256 KiB, three seconds and a half."""


def most_seconds(length: int) -> float:
    """How long the whole way of a record may take. A tenth of that is usual; what is slower was made to be."""
    return LEAST + PER_BYTE * length


class Whole:
    """Reads, judges, redacts, makes signals; raises AssertionError where something does not hold."""

    def __init__(self) -> None:
        self._judge = InstitutionJudge(Redactor(KEY, ("203.0.114.0/24",), ("bank.example",), ("000140000012",)))
        self._readers: dict[str, Reader] = {}
        self._formats = formats_in(times_in(DEFAULT_ZONE))
        self._next = 1

    def take(self, records: Sequence[bytes], format_name: str = AUTO) -> Refinement:
        """What records of one source come to."""
        reader = self._readers.setdefault(format_name, Reader(format_name))
        portion = Portion(source="s", format=format_name, zone=DEFAULT_ZONE, records=list(records))
        came = refine(portion, reader, self._judge, self._next)
        self._next = came.first + len(came.lines)
        assert came.fits(portion)
        # Every record is a signal, part of one, ignored with a reason, or in the quarantine with one.
        signals = [wire.decode(line) for line in came.lines]
        made = signals[: len(signals) - came.found]
        became = len(records) - len(came.unreadable) - sum(came.ignored.values())
        assert len(made) <= became
        assert [signal.sequence for signal in signals] == list(range(came.first, self._next))
        for reason in (*came.ignored, *(why for _, why in came.unreadable)):
            _is_ours(reason)
        for line in came.lines:
            assert len(line) <= wire.MAX_LINE
            assert b"\n" not in line
        return came

    def take_in_time(self, record: bytes, format_name: str = AUTO) -> float:
        """The same for one record, and within its time. A slow try is tried again: others work here too."""
        taken = 0.0
        for _ in range(3):
            started = time.process_time()
            self.take([record], format_name)
            taken = time.process_time() - started
            if taken <= most_seconds(len(record)):
                return taken
        raise AssertionError(f"{len(record)} bytes took {taken:.2f} s")

    def ask_every_format(self, record: bytes) -> None:
        """Every format by itself gives an event that can be written down, a reason, or `Unreadable`."""
        for found in self._formats.values():
            found.recognises(record)
            try:
                read = found.read(record)
            except Unreadable as refused:
                _is_ours(refused.reason)
                continue
            if isinstance(read, Event):
                msgspec.json.encode(read)
                assert read.time is None or read.time.utcoffset() is not None
                assert read.count >= 1


def _is_ours(reason: str) -> None:
    """A reason is said in a few words of ours, never in those of a record."""
    assert 0 < len(reason) < 64
