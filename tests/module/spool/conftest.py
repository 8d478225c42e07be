"""Signals, counts and spools for these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.accounting import Counts
from qorgan.module.spool import Limits, Spool
from qorgan.wire import record
from qorgan.wire.signal import Classification, Sensor, Signal

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def line(number: int, *, text: str = "") -> bytes:
    """The line of an invented signal with this sequence number; its id is made of it too."""
    return record.encode(
        Signal(
            schema_version=1,
            id=f"0190f5d0-0000-7000-8000-{number:012x}",
            sequence=number,
            type=SignalType.IDS,
            first_seen=NOW,
            last_seen=NOW,
            sensor=Sensor(vendor="Invented", product="Sensor"),
            severity=Severity.LOW,
            classified_by=Classification(pack="invented", pack_version="1", rule="any"),
            record=text or f"record {number}",
        )
    )


class Disk:
    """A state folder, and the spool that is opened on it again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.limits = Limits(free_bytes=0)
        self.seconds = 0.0
        self.spool = self.opened()

    def opened(self) -> Spool:
        return Spool.open(self.folder, clock=lambda: NOW, limits=self.limits, monotonic=lambda: self.seconds)

    def reopen(self) -> Spool:
        self.spool.close()
        self.spool = self.opened()
        return self.spool

    def append(self, many: int = 1, *, source: str = "log", position: str = "", text: str = "") -> list[bytes]:
        first = self.spool.next_sequence
        lines = [line(number, text=text) for number in range(first, first + many)]
        counts = Counts(read=many, became=many)
        self.spool.append(first, lines, source=source, position=position, counts=counts)
        return lines


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A state folder with an open, empty spool."""
    made = Disk(tmp_path / "state")
    yield made
    made.spool.close()


@pytest.fixture
def make_line() -> Callable[..., bytes]:
    return line
