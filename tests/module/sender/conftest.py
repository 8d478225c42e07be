"""A hub to send to, and an enrolled module with a spool."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module import enrolment
from qorgan.module.accounting import Counts
from qorgan.module.config import Batching
from qorgan.module.config import Hub as HubTable
from qorgan.module.sender.hub import Hub
from qorgan.module.sender.sender import Sender
from qorgan.module.spool import Limits, Spool
from qorgan.wire import record
from qorgan.wire.signal import Classification, Sensor, Signal
from tests.module.centre import Centre


def now() -> datetime:
    return datetime.now(UTC)


def line(number: int, text: str = "") -> bytes:
    return record.encode(
        Signal(
            schema_version=1,
            id=f"0190f5d0-0000-7000-8000-{number:012x}",
            sequence=number,
            type=SignalType.IDS,
            first_seen=now(),
            last_seen=now(),
            sensor=Sensor(vendor="Invented", product="Sensor"),
            severity=Severity.LOW,
            classified_by=Classification(pack="invented", pack_version="1", rule="any"),
            record=text or f"record {number}",
        )
    )


async def until(holds: Callable[[], object]) -> None:
    """Return once something holds; others change it, so it is looked at again and again."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


class Module:
    """An enrolled module without sources: tests put signals into its spool by hand."""

    def __init__(self, folder: Path, centre: Centre) -> None:
        self.folder = folder
        self.centre = centre
        self.table = HubTable(url=centre.url, timeout_seconds=5)
        self.batching = Batching(max_age_ms=0)
        self.limits = Limits(free_bytes=0)
        self.enrol()
        self.spool = self.open()
        self.sender: Sender | None = None

    def enrol(self) -> None:
        async def enrol() -> None:
            async with Hub(self.table) as hub:
                await enrolment.enrol(self.folder, hub, self.centre.code())

        asyncio.run(enrol())

    def open(self) -> Spool:
        expected = enrolment.speaker(self.folder).identity.expected
        return Spool.open(self.folder, first=expected, limits=self.limits, clock=now)

    def add(self, many: int = 1, text: str = "") -> list[str]:
        """Put signals into the spool; gives their ids."""
        first = self.spool.next_sequence
        lines = [line(number, text) for number in range(first, first + many)]
        counts = Counts(read=many, became=many)
        self.spool.append(first, lines, source="log", position="", counts=counts)
        return [record.decode(each).id for each in lines]

    def send(self, until: Callable[[], bool], *, during: Callable[[], Awaitable[None]] | None = None) -> Sender:
        """Run the sender until something holds, at most ten seconds."""
        return asyncio.run(self._send(until, during))

    async def _send(self, until: Callable[[], bool], during: Callable[[], Awaitable[None]] | None) -> Sender:
        async with Hub(self.table) as hub:
            sender = Sender(self.spool, hub, enrolment.speaker(self.folder), batching=self.batching, clock=now)
            self.sender = sender
            sender.renew = lambda: enrolment.renew(self.folder, hub, now())
            task = asyncio.create_task(sender.run())
            try:
                async with asyncio.timeout(10):
                    if during is not None:
                        await during()
                    while not until():
                        if task.done():
                            task.result()
                        await asyncio.sleep(0.01)
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        return sender

    def drained(self) -> bool:
        return self.spool.spooled == 0


@pytest.fixture
def centre() -> Iterator[Centre]:
    made = Centre()
    yield made
    made.close()


@pytest.fixture
def module(tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Iterator[Module]:
    monkeypatch.setattr("qorgan.module.sender.backoff.FIRST", 0.01)
    made = Module(tmp_path / "state", centre)
    yield made
    made.spool.close()
