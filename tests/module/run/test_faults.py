"""The module under `kill -9`, a full disk, damage, rotated and truncated logs, and a clock that jumps."""

from __future__ import annotations

import random
import shutil
import signal
import threading
import time
from collections import Counter

import pytest

from qorgan.module.spool import database
from qorgan.module.spool.sealing import MARK
from qorgan.wire.batch import PATH
from tests.module.run.conftest import FLOW, eve
from tests.module.small_disk import small_disk

KILLS = 20
PLENTY = 30_000
"""Alerts after which the log grows slowly: where lives take long, no more has to be told at the end than elsewhere."""


class Writer(threading.Thread):
    """Writes alerts into a log that it rotates by renaming, at a pace, until told to stop."""

    def __init__(self, site, *, rotate_every: int) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.rotate_every = rotate_every
        self.written = 0
        self.over = threading.Event()

    def run(self) -> None:
        chance = random.Random(3)
        rotated = 0
        while not self.over.is_set():
            many = chance.randint(1, 60)
            lines = []
            for _ in range(many):
                self.written += 1
                lines += [FLOW, eve(self.written)]
            self.site.write_lines(*lines)
            if self.written // self.rotate_every > rotated:
                rotated += 1
                self.site.log.rename(self.site.log.with_name(f"eve.json.{rotated}"))
            time.sleep(0.01 if self.written < PLENTY else 0.2)


@pytest.mark.clause("R67.9")
@pytest.mark.timeout(600)
def test_killed_at_any_instant_under_load_nothing_is_lost_and_nothing_doubled(site, centre):
    """A log that grows and is rotated, a hub that loses answers, and a process that is killed again and again."""
    chance = random.Random(11)
    centre.lose_answer = lambda: chance.random() < 0.2
    writer = Writer(site, rotate_every=4000)
    # What was rotated away before a module ever ran is not its to read, so it must have stood in the log once.
    site.start()
    site.write_lines(eve(0))
    site.wait(lambda: site.health()["account"]["read"] == 1)
    site.kill()
    writer.start()
    reached = [0]
    for life in range(1, KILLS + 1):
        site.start()
        if life % 2:
            # While batches fly: the hub has just taken one, and its answer is on the way or being stored.
            site.wait(lambda: centre.high_water > reached[-1])
            time.sleep(chance.random() * 0.05)
        else:
            time.sleep(chance.random())
        site.kill()
        reached.append(centre.high_water)
    writer.over.set()
    writer.join()
    centre.lose_answer = lambda: False
    site.start()
    site.wait(lambda: len(site.arrived()) > writer.written, seconds=300)
    site.wait(lambda: site.health()["account"]["spooled"] == 0)
    site.stop()
    assert Counter(site.arrived()) == Counter(range(writer.written + 1))
    account = site.account()
    assert (account.faults(), account.spooled, account.lost) == ([], 0, 0)
    assert account.read == writer.written * 2 + 1
    assert len(centre.lines) == centre.high_water


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path) as made:
        yield made


@pytest.mark.clause("R67.9")
def test_on_a_full_disk_it_stops_reading_says_so_loses_nothing_and_resumes(site, disk):
    shutil.move(site.state, disk.folder / "state")
    site.state = disk.folder / "state"
    site.write(f"[limits]\nfree_mib = {disk.free_mib}\n")
    site.start()
    site.write_lines(*map(eve, range(1, 11)))
    site.wait(lambda: len(site.arrived()) == 10)
    disk.fill()
    written = 10

    def in_trouble():
        nonlocal written
        site.write_lines(*map(eve, range(written + 1, written + 21)))
        written += 20
        return site.health()["troubles"]

    site.wait(in_trouble)
    assert any(trouble.startswith("nothing is read") for trouble in site.health()["troubles"])
    assert "reading stops" in site.words()
    assert site.stop() < 5.5
    site.start()
    site.wait(lambda: site.words().count("/health") == 2)
    disk.clear()
    site.wait(lambda: len(site.arrived()) >= written)
    site.wait(lambda: site.health()["status"] == "ok")
    site.stop()
    assert sorted(site.arrived()) == list(range(1, written + 1))
    assert site.account().faults() == []


@pytest.mark.clause("R67.9")
def test_a_log_that_is_truncated_is_read_on_from_its_new_beginning(site):
    site.start()
    site.write_lines(*map(eve, range(1, 6)))
    site.wait(lambda: len(site.arrived()) == 5)
    site.log.write_bytes(b"")
    site.write_lines(eve(6))
    site.wait(lambda: len(site.arrived()) == 6)
    site.stop()
    assert site.arrived() == [1, 2, 3, 4, 5, 6]


def test_damage_to_the_spool_costs_its_chunk_and_is_said_while_the_rest_arrives(site, centre):
    def nobody(_path):
        raise ConnectionResetError

    centre.before = nobody
    site.start()
    for number in range(1, 6):
        site.write_lines(eve(number))
        site.wait(lambda number=number: site.health()["account"]["spooled"] == number)
    site.stop()
    content = (site.state / database.FILE).read_bytes()
    place = content.index(MARK)  # the first sealed chunk
    (site.state / database.FILE).write_bytes(content[: place + 50] + b"\xff\xff" + content[place + 52 :])
    centre.before = lambda _path: None
    site.start()
    site.wait(lambda: len(site.arrived()) == 4)
    site.wait(lambda: site.health()["account"]["lost"] == 1)
    site.stop()
    account = site.account()
    assert (account.sent, account.lost, account.faults()) == (4, 1, [])
    assert "1 signals from number" in site.words()


@pytest.mark.clause("R67.9")
def test_the_hub_away_again_and_again_costs_nothing(site, centre):
    chance = random.Random(5)

    def flaky(path):
        if path == PATH and chance.random() < 0.5:
            raise ConnectionResetError

    centre.before = flaky
    site.start()
    for first in range(1, 200, 20):
        site.write_lines(*map(eve, range(first, first + 20)))
        time.sleep(0.05)
    centre.before = lambda _path: None
    site.wait(lambda: len(site.arrived()) >= 200, seconds=90)
    site.stop()
    assert site.arrived() == list(range(1, 201))


def test_a_process_stopped_and_continued_goes_on(site):
    """A laptop's lid, a hypervisor's pause: time passes for everybody but the module."""
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    site.process.send_signal(signal.SIGSTOP)
    site.write_lines(eve(2))
    time.sleep(1)
    site.process.send_signal(signal.SIGCONT)
    site.wait(lambda: site.arrived() == [1, 2])
    site.stop()
