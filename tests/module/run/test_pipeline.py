"""Chunks on their way into the spool: told when durable, in turns, and held while the disk takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from qorgan.module import pipeline as pipelines
from qorgan.module.pipeline import Pipeline
from qorgan.module.room.frames import Rules
from qorgan.module.room.room import Room
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.base import Chunk, Refused
from qorgan.module.sources.settings import ALMATY
from qorgan.module.spool import Limits, Spool, view
from qorgan.wire import record
from tests.module.run.conftest import FLOW, eve


def now():
    return datetime.now(UTC)


def chunk(*records, source="log", position="", done=None, refused=()):
    return Chunk(
        source=source,
        records=list(records),
        position=position,
        place=lambda index: f"place {index}",
        done=done,
        refused=tuple(refused),
    )


class Given:
    """A source that gives what a test gave it."""

    dropped = 0
    trouble = ""

    def __init__(self, name, chunks):
        self.name = name
        self.given = chunks
        self.taken = 0
        self.began_at = None

    async def chunks(self, position):
        self.began_at = position
        for one in self.given:
            self.taken += 1
            yield one

    async def close(self):
        """Nothing is held."""


@pytest.fixture
def spool(tmp_path):
    made = Spool.open(tmp_path / "state", clock=now, limits=Limits(free_bytes=0))
    yield made
    made.close()


@asynccontextmanager
async def pipeline_into(spool: Spool, reading: Reading | None = None) -> AsyncIterator[Pipeline]:
    room = Room(Rules(key=bytes(32), zones=(ALMATY,)))
    pipeline = Pipeline(spool, room, reading or Reading(), now)
    try:
        yield pipeline
    finally:
        await pipeline.close()
        await room.close()


def through(spool, *sources):
    async def run():
        async with pipeline_into(spool) as pipeline:
            await asyncio.gather(*(pipeline.follow(source, "auto", ALMATY) for source in sources))
            await pipeline.settled()

    asyncio.run(run())


def test_a_chunk_is_done_once_it_is_durable(spool):
    told = []

    def done(is_durable):
        told.append((is_durable, spool.spooled))

    through(spool, Given("log", [chunk(eve(1), done=done), chunk(FLOW, done=done)]))
    assert told == [(True, 1), (True, 1)]


def test_reading_begins_at_the_position_of_the_last_stored_chunk(spool):
    through(spool, Given("log", [chunk(FLOW, position="7")]))
    again = Given("log", [])
    through(spool, again)
    assert again.began_at == "7"


def test_equal_events_of_one_chunk_become_one_signal_and_every_record_is_accounted_for(spool):
    records = [eve(1), eve(1), eve(1), FLOW, b"{", eve(2)]
    through(spool, Given("log", [chunk(*records, refused=[Refused("there", "too long", b"x" * 10)])]))
    account = spool.account()
    assert (account.read, account.became, account.signals) == (7, 4, 2)
    assert (account.quarantined, account.faults()) == (2, [])
    assert [record.decode(line).count for line in spool.read_batch(9, 2**20).lines] == [3, 1]


@pytest.mark.clause("R67.4")
def test_what_is_quarantined_is_redacted(spool, tmp_path):
    through(spool, Given("log", [chunk(b'{"event_type":"alert" iin 880101300018 card 4111111111111111')]))
    with view.opened(tmp_path / "state") as connection:
        (row,) = view.quarantine(connection, last=5)
    assert "4111111111111111" not in row.text
    assert row.place == "place 0"


def test_of_a_flood_of_unreadable_records_all_are_counted_and_some_are_kept(spool, tmp_path):
    through(spool, Given("log", [chunk(*[b"{broken"] * 3000)]))
    assert spool.account().quarantined == 3000
    with view.opened(tmp_path / "state") as connection:
        assert 0 < len(view.quarantine(connection, last=5000)) <= 100


def test_sources_take_turns(spool):
    """A source that always has something does not keep another waiting for longer than a chunk."""
    loud = Given("loud", [chunk(*[FLOW] * 500, source="loud") for _ in range(60)])
    seen = []
    quiet = Given("quiet", [chunk(FLOW, source="quiet", done=lambda _: seen.append(loud.taken)) for _ in range(10)])
    through(spool, loud, quiet)
    assert seen[-1] < 40


def test_while_the_disk_takes_nothing_no_more_is_read_and_nothing_is_lost(spool, monkeypatch, caplog):
    monkeypatch.setattr(pipelines, "RETRY_DISK", 0.02)
    reading = Reading()
    source = Given("log", [chunk(eve(number)) for number in range(1, 30)])

    async def run():
        async with pipeline_into(spool, reading) as pipeline:
            spool.limits = Limits(free_bytes=2**62)
            following = asyncio.create_task(pipeline.follow(source, "auto", ALMATY))
            await asyncio.sleep(0.3)
            assert source.taken <= pipelines.AT_ONCE + 1
            assert "free" in reading.stopped
            spool.limits = Limits(free_bytes=0)
            await following
            await pipeline.settled()

    asyncio.run(run())
    assert spool.spooled == 29
    assert reading.stopped == ""
    assert [entry.message[:15] for entry in caplog.records] == ["reading stops: ", "reading resumes"]


def test_a_chunk_that_is_given_up_is_told_so_and_its_position_does_not_move(spool, monkeypatch):
    monkeypatch.setattr(pipelines, "RETRY_DISK", 0.02)
    told = []

    async def run():
        async with pipeline_into(spool) as pipeline:
            spool.limits = Limits(free_bytes=2**62)
            await pipeline.take(chunk(eve(1), position="5", done=told.append), "auto", ALMATY)
            with suppress(TimeoutError):
                await asyncio.wait_for(pipeline.settled(), 0.1)

    asyncio.run(run())
    assert told == [False]
    assert (spool.position("log"), spool.spooled) == ("", 0)


def test_signals_follow_when_their_numbers_move(spool):
    """The hub had numbers that this spool had not given yet: those being stored take the next ones instead."""

    async def run():
        async with pipeline_into(spool) as pipeline:
            await pipeline.take(chunk(eve(1)), "auto", ALMATY)
            await pipeline.settled()
            spool.concede(100)
            for number in (2, 3):
                await pipeline.take(chunk(eve(number)), "auto", ALMATY)
            await pipeline.settled()

    asyncio.run(run())
    batch = spool.read_batch(9, 2**20)
    assert batch.numbers == [101, 102, 103]
    assert [record.decode(line).sequence for line in batch.lines] == batch.numbers
    assert [record.decode(line).sensor.rule_id for line in batch.lines] == ["1", "2", "3"]
    assert spool.account().faults() == []


def test_signals_on_their_way_follow_too(spool, monkeypatch):
    monkeypatch.setattr(pipelines, "RETRY_DISK", 0.02)

    async def run():
        async with pipeline_into(spool) as pipeline:
            spool.limits = Limits(free_bytes=2**62)
            for number in range(1, 1 + pipelines.AT_ONCE):
                await pipeline.take(chunk(eve(number), eve(10 + number)), "auto", ALMATY)
            await asyncio.sleep(0.2)
            spool.concede(100)
            spool.limits = Limits(free_bytes=0)
            await pipeline.take(chunk(eve(9)), "auto", ALMATY)
            await pipeline.settled()

    asyncio.run(run())
    batch = spool.read_batch(9, 2**20)
    assert batch.numbers == list(range(101, 108))
    signals = [record.decode(line) for line in batch.lines]
    assert [one.sequence for one in signals] == batch.numbers
    assert [int(one.sensor.rule_id) for one in signals] == [1, 11, 2, 12, 3, 13, 9]
    assert spool.account().faults() == []


class Resuming:
    """A source that goes on behind the position it is given."""

    name = "log"
    dropped = 0
    trouble = ""

    def __init__(self, records):
        self.records = records

    async def chunks(self, position):
        for at in range(int(position or 0), len(self.records)):
            yield chunk(self.records[at], position=str(at + 1))

    async def close(self):
        """Nothing is held."""


def test_a_source_that_is_followed_anew_begins_behind_what_is_on_its_way(spool):
    """A source is ended and begun again when its settings change, or after a failure."""
    records = [eve(number) for number in range(1, 9)]

    async def run():
        async with pipeline_into(spool) as pipeline:
            for upto in (5, 7, 8):
                await pipeline.follow(Resuming(records[:upto]), "eve", ALMATY)
            await pipeline.settled()

    asyncio.run(run())
    signals = [record.decode(line) for line in spool.read_batch(99, 2**20).lines]
    assert [int(one.sensor.rule_id) for one in signals] == list(range(1, 9))
