"""The judging room may end at any moment: nothing is lost or doubled by it, and it has nothing to give away."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qorgan.module.mail.handed import Handed, hand
from qorgan.module.pipeline import Pipeline
from qorgan.module.portion import Portion
from qorgan.module.room import door
from qorgan.module.room.frames import Rules
from qorgan.module.room.room import ENDED_IT, Room
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.base import Chunk, Refused
from qorgan.module.sources.settings import ALMATY
from qorgan.module.spool import Limits, Spool, view
from qorgan.wire import record
from qorgan.wire.signal import Perimeter
from tests.module.mail.outlook_files import compound, saved
from tests.module.room import mortal
from tests.module.run.conftest import FLOW, eve

KEY = bytes(range(32))
RULES = Rules(key=KEY, zones=(ALMATY,))


def now() -> datetime:
    return datetime.now(UTC)


def chunk(*records: bytes, position: str = "", refused: tuple[Refused, ...] = ()) -> Chunk:
    return Chunk(source="log", records=list(records), position=position, place="place {}".format, refused=refused)


def portion(*records: bytes) -> Portion:
    return Portion(source="log", format="eve", zone=ALMATY, records=list(records))


@pytest.fixture
def spool(tmp_path):
    made = Spool.open(tmp_path / "state", clock=now, limits=Limits(free_bytes=0))
    yield made
    made.close()


@pytest.fixture
def faulty(monkeypatch):
    monkeypatch.setattr(door, "_INSIDE", mortal.__name__)


@asynccontextmanager
async def room_by(rules: Rules = RULES) -> AsyncIterator[Room]:
    room = Room(rules)
    try:
        yield room
    finally:
        await room.close()


async def take_all(spool: Spool, room: Room, chunks: list[Chunk]) -> None:
    pipeline = Pipeline(spool, room, Reading(), now)
    try:
        for one in chunks:
            await pipeline.take(one, "auto", ALMATY)
        await pipeline.settled()
    finally:
        await pipeline.close()


def stored(spool: Spool) -> Counter[int]:
    """How often each alert is in the spool, by its rule id; the numbers of the signals have no gap."""
    batch = spool.read_batch(10**6, 2**30)
    signals = [record.decode(line) for line in batch.lines] if batch else []
    assert [one.sequence for one in signals] == list(range(1, len(signals) + 1))
    found: Counter[int] = Counter()
    for one in signals:
        found[int(one.sensor.rule_id or 0)] += one.count
    return found


@pytest.mark.clause("R67.9")
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments_it_loses_nothing_and_doubles_nothing(spool, seed):
    chance = random.Random(seed)
    given = itertools.count()

    async def kill_often(room: Room) -> None:
        # No more than that: where starting takes longer than it is let live, it would never get to the end.
        while room.restarts < 8:
            await asyncio.sleep(chance.uniform(0, 0.3))
            room._opened.process.kill()

    async def run() -> None:
        async with room_by() as room:
            killer = asyncio.create_task(kill_often(room))
            while not killer.done():
                chunks = [
                    chunk(*(eve(n * 150 + each) for each in range(150)), FLOW) for n in itertools.islice(given, 5)
                ]
                await take_all(spool, room, chunks)
            await killer

    asyncio.run(run())
    last = next(given)
    assert stored(spool) == Counter(range(last * 150))
    account = spool.account()
    assert (account.read, account.quarantined, account.faults()) == (last * 151, 0, [])


@pytest.mark.parametrize("fault", [mortal.KILL, mortal.RAISE, mortal.HANG, mortal.LIE])
def test_a_record_that_ends_it_is_quarantined_alone(spool, tmp_path, faulty, fault, capfd):
    poison = eve(0).replace(b"An invented attempt", fault + b" card 4111111111111111")
    chunks = [chunk(eve(1), eve(2)), chunk(eve(3), FLOW, poison, b"{broken", eve(4)), chunk(eve(5), FLOW)]

    async def run() -> int:
        async with room_by() as room:
            await take_all(spool, room, chunks)
            return room.restarts

    assert asyncio.run(run()) == 4
    assert stored(spool) == Counter((1, 2, 3, 4, 5))
    account = spool.account()
    assert (account.read, account.became, account.quarantined, account.faults()) == (9, 5, 2, [])
    with view.opened(tmp_path / "state") as connection:
        rows = {row.place: row for row in view.quarantine(connection, last=5)}
    assert (rows["place 2"].reason, rows["place 2"].text) == (ENDED_IT, "")
    assert set(rows) == {"place 2", "place 3"}
    assert "4111" not in capfd.readouterr().err


def test_a_refused_piece_that_ends_it_is_quarantined_alone(spool, tmp_path, faulty):
    refused = tuple(Refused(f"piece {n}", "too long", start) for n, start in enumerate((b"one", mortal.KILL, b"two")))

    async def run() -> None:
        async with room_by() as room:
            await take_all(spool, room, [chunk(eve(1), refused=refused)])

    asyncio.run(run())
    with view.opened(tmp_path / "state") as connection:
        rows = {row.place: row.text for row in view.quarantine(connection, last=5)}
    assert rows == {"piece 0": "one", "piece 1": "", "piece 2": "two"}
    assert stored(spool) == Counter((1,))


def test_it_has_no_file_no_way_out_and_shows_its_key_to_nobody():
    async def run() -> None:
        async with room_by() as room:
            await room.put(portion(eve(1)), 1)
            place = Path("/proc") / str(room._opened.process.pid)
            shown = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            assert KEY not in shown
            assert KEY.hex().encode() not in shown
            assert "Max open files            0                    0 " in (place / "limits").read_text()
            assert "Max core file size        0                    0 " in (place / "limits").read_text()
            assert "NoNewPrivs:\t1" in (place / "status").read_text()
            assert {fd.name for fd in (place / "fd").iterdir()} == {"0", "1", "2"}

    asyncio.run(run())


def test_signals_for_the_whole_group_do_not_end_it():
    async def run() -> None:
        async with room_by() as room:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                room._opened.process.send_signal(number)
            answer = await room.put(portion(eve(1)), 1)
            assert len(answer.lines) == 1
            assert room.restarts == 0

    asyncio.run(run())


def test_a_message_in_outlooks_own_format_is_read_in_it():
    page = "<a href='https://login.sender.example/'>Кіру</a>".encode("cp1251", "replace")
    content = compound(saved("From: help@sender.example\r\nSubject: x\r\n", "look", page, {"a.bin": b"x"}))

    async def run() -> None:
        async with room_by() as room:
            records = [hand(content, Handed())]
            answer = await room.put(Portion(source="mail", format="message", zone=ALMATY, records=records), 1)
            assert len(answer.lines) == 1
            assert record.decode(answer.lines[0]).mail.links == ("login.sender.example",)
            assert room.restarts == 0

    asyncio.run(run())


def test_other_rules_hold_from_the_next_portion_on_and_numbers_go_on():
    inside = Rules(key=KEY, networks=("203.0.113.0/24",), zones=(ALMATY,))

    async def run() -> None:
        async with room_by() as room:
            (before,) = (await room.put(portion(eve(1)), 7)).lines
            waiting = [room.put(portion(eve(number))) for number in range(2, 9)]
            await room.change(inside)
            last = await room.put(portion(eve(9)))
            answers = await asyncio.gather(*waiting)
            signals = [record.decode(line) for line in (before, *(answer.lines[0] for answer in answers))]
            assert [one.sequence for one in signals] == list(range(7, 15))
            after = record.decode(last.lines[0])
            assert (after.sequence, after.perimeter) == (15, Perimeter.INTERNAL)
            assert signals[0].perimeter is Perimeter.EXTERNAL
            assert room.restarts == 0

    asyncio.run(run())


def test_a_room_that_does_not_open_says_so_and_is_tried_again(monkeypatch):
    monkeypatch.setattr("qorgan.module.room.room.RETRY", 0.05)

    async def run() -> None:
        async with room_by() as room:
            with monkeypatch.context() as broken:
                broken.setattr(door, "_INSIDE", "qorgan.module.room.nowhere")
                with pytest.raises(door.RoomRefused):
                    await room.change(RULES)
                assert (await room.put(portion(eve(1)), 1)).lines
                room._opened.process.kill()
                waiting = room.put(portion(eve(2)))
                while not room.trouble:  # noqa: ASYNC110 (what is waited for is a word, and it is said once)
                    await asyncio.sleep(0.02)
                assert not waiting.done()
            assert len((await waiting).lines) == 1
            assert room.trouble == ""

    asyncio.run(run())


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.clause("R67.9")
def test_its_end_is_seen_in_the_health_and_costs_no_line(site):
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    (room,) = children(site.process.pid)
    os.kill(room, signal.SIGKILL)
    site.write_lines(eve(2))
    site.wait(lambda: site.arrived() == [1, 2])
    assert site.health()["judging_restarts"] == 1
    assert "the judging room ended by signal SIGKILL" in site.words()
    assert site.stop() < 5


def test_it_ends_with_the_module_however_that_ends(site):
    for number, end in ((1, site.kill), (2, site.stop)):
        site.start()
        site.write_lines(eve(number))
        site.wait(lambda number=number: number in site.arrived())
        (room,) = children(site.process.pid)
        end()
        site.process = None
        site.wait(lambda room=room: not lives(room), seconds=30)
