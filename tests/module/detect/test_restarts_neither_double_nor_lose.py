"""The judging room, or the module as a whole, is killed while attacks go on: each stays one, and none is lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qorgan.module.pipeline import Pipeline
from qorgan.module.room.frames import Rules
from qorgan.module.room.room import Room
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.base import Chunk
from qorgan.module.sources.settings import ALMATY
from qorgan.module.spool import Limits, Spool
from qorgan.module.spool.changes import WINDOWS
from qorgan.wire import record
from qorgan.wire.signal import Signal
from tests.module.run.conftest import Site

KEY = bytes(range(32))
ATTACKERS = 12


def now() -> datetime:
    return datetime.now(UTC)


def failure(second: int, attacker: int) -> bytes:
    minute, rest = divmod(second, 60)
    return (
        f"Mar  2 14:{minute:02d}:{rest:02d} gate sshd[411]: Failed password for root{attacker} "
        f"from 203.0.113.{attacker} port {40_000 + second} ssh2"
    ).encode()


def chunk(second: int) -> Chunk:
    """What all attackers do in one second."""
    records = [failure(second, attacker) for attacker in range(1, ATTACKERS + 1)]
    return Chunk(source="log", records=records, position=str(second), place="place {}".format)


def names(signals: list[Signal]) -> dict[str, set[str]]:
    """By source, under which names its attack was told."""
    found: dict[str, set[str]] = {}
    for each in signals:
        assert each.source is not None
        told = {said for said in each.classified_by.decided_by if said.startswith("attack=")}
        found.setdefault(each.source.address or "", set()).update(told)
    return found


def stored(spool: Spool) -> list[Signal]:
    batch = spool.read_batch(10**6, 2**30)
    return [record.decode(line) for line in batch.lines] if batch else []


def taken(spool: Spool, seconds: range, seed: int | None, *, settle: bool = True) -> None:
    """Have these seconds taken in by a module that begins now; its judging room is killed at random moments."""

    async def run() -> None:
        room = Room(Rules(key=KEY, zones=(ALMATY,)))
        room.memory = spool.position(WINDOWS)
        pipeline = Pipeline(spool, room, Reading(), now)
        killer = asyncio.create_task(kill_often(room)) if seed is not None else None
        try:
            for second in seconds:
                await pipeline.take(chunk(second), "auto", ALMATY)
            if settle:
                await pipeline.settled()
        finally:
            if killer is not None:
                killer.cancel()
            await pipeline.close()
            await room.close()

    async def kill_often(room: Room) -> None:
        chance = random.Random(seed)
        # No more than that: where starting takes longer than it is let live, it would never get to the end.
        for _ in range(15):
            await asyncio.sleep(chance.uniform(0.3, 0.9))
            room._opened.process.kill()

    asyncio.run(run())


@pytest.fixture
def spool(tmp_path: Path):
    made = Spool.open(tmp_path / "state", clock=now, limits=Limits(free_bytes=0))
    yield made
    made.close()


@pytest.mark.clause("R67.8.7")
def test_a_killed_judging_room_does_not_tell_an_attack_as_new(spool):
    taken(spool, range(10), None)
    first = names(stored(spool))
    assert len(first) == ATTACKERS
    taken(spool, range(10, 900), 3)
    assert names(stored(spool)) == first
    assert len(stored(spool)) > ATTACKERS, "the attacks grew, and that was told"
    assert spool.account().faults() == []


@pytest.mark.clause("R67.8.7")
def test_a_module_that_ends_in_the_middle_goes_on_where_its_spool_stands(spool):
    """What was judged and not stored is judged again: the memory stands where the position stands."""
    at = 0
    while at < 400:
        taken(spool, range(at, at + 57), None, settle=False)
        at = int(spool.position("log") or -1) + 1
    found = stored(spool)
    assert len(names(found)) == ATTACKERS
    assert {len(each) for each in names(found).values()} == {1}
    first = [each for each in found if "told=1" in each.classified_by.decided_by]
    assert len(first) == ATTACKERS
    assert spool.account().faults() == []


@pytest.mark.clause("R67.8.7")
def test_a_killed_module_tells_an_attack_once(site: Site):
    site.start()
    site.write_lines(*(failure(second, 7) for second in range(8)))
    site.wait(lambda: len(site.arrived()) > 0)
    site.kill()
    site.write_lines(*(failure(second, 7) for second in range(8, 30)))
    site.start()
    site.write_lines(*(failure(second, 8) for second in range(8)))
    site.wait(lambda: len(told(site)) >= 2)
    assert [sorted(each) for each in told(site)] == [["203.0.113.7", "told=1"], ["203.0.113.8", "told=1"]]
    assert site.process is not None
    os.kill(site.process.pid, signal.SIGTERM)
    site.process.wait(20)
    assert site.account().faults() == []


def told(site: Site) -> list[set[str]]:
    with site.centre.lock:
        signals = [record.decode(line) for _, line in sorted(site.centre.lines.items())]
    return [
        {each.source.address, *(said for said in each.classified_by.decided_by if said.startswith("told="))}
        for each in signals
        if each.source
    ]
