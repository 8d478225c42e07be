"""The spool under kill -9 at any instant, and on a disk that is full."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qorgan.module.accounting import Counts
from qorgan.module.spool import Limits, Spool, SpoolFull
from qorgan.wire import record
from tests.module.small_disk import MIB, SmallDisk, small_disk
from tests.module.spool.conftest import NOW, line

ROOT = Path(__file__).parents[3]
KILLS = 25
MANY = 2**31


def start(folder: Path, seed: int, *, largest_file: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.module.spool.appending", str(folder), str(seed), str(largest_file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def opened(folder: Path) -> Spool:
    return Spool.open(folder, clock=lambda: NOW, limits=Limits(free_bytes=0))


def check(folder: Path, said: list[str]) -> None:
    """Everything said to be durable is there, in order, once; the account and the source's position agree."""
    spool = opened(folder)
    try:
        appended = [int(words.split()[1]) for words in said if words.startswith("appended")]
        acknowledged = [int(words.split()[1]) for words in said if words.startswith("acknowledged")]
        assert spool.next_sequence > max(appended, default=0)
        assert spool.acknowledged >= max(acknowledged, default=0)
        account = spool.account()
        assert account.faults() == []
        assert account.signals == spool.next_sequence - 1
        # The position is that of the very chunks whose signals are here: nothing is read twice or passed over.
        assert int(spool.position("log") or 0) == account.read
        sealed = [words.split()[1] for words in said if words.startswith("sealed")]
        batch = spool.read_batch(MANY, MANY)
        if sealed and int(sealed[-1].split("-")[1]) > spool.acknowledged:
            assert str(batch.range) == sealed[-1]
        spool.unseal()
        said[:] = [words for words in said if not words.startswith("sealed")]
        batch = spool.read_batch(MANY, MANY)
        numbers = batch.numbers if batch else []
        assert numbers == list(range(spool.acknowledged + 1, spool.next_sequence))
        for each in batch.lines[:3] if batch else []:
            record.decode(each)
    finally:
        spool.close()


@pytest.mark.clause("R67.9")
def test_killed_at_any_instant_nothing_durable_is_lost_and_nothing_is_there_twice(tmp_path):
    chance = random.Random(7)
    folder = tmp_path / "state"
    said: list[str] = []
    for seed in range(KILLS):
        process = start(folder, seed)
        said.append(process.stdout.readline())
        time.sleep(chance.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        if seed % 8 == 0:
            check(folder, said)
    check(folder, said)
    assert sum(words.startswith("appended") for words in said) > KILLS


@pytest.mark.clause("R67.9")
def test_a_disk_that_takes_nothing_more_costs_nothing_that_was_taken(tmp_path):
    """A file-size limit of the kernel stands for the full disk: writes fail in the middle of a transaction."""
    folder = tmp_path / "state"
    process = start(folder, 1, largest_file=9 * MIB)
    said = process.stdout.readlines()
    process.wait()
    process.stdout.close()
    assert said[-1] == "full\n"
    check(folder, said)
    again = opened(folder)
    again.append(again.next_sequence, [], source="log", position="", counts=Counts(read=0))
    again.close()


@pytest.fixture
def disk(tmp_path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path) as made:
        yield made


@pytest.mark.clause("R67.9")
def test_a_full_disk_stops_the_reading_and_the_sender_makes_room_again(disk):
    folder = disk.folder / "state"
    process = start(folder, 2, largest_file=0 if disk.is_own else 9 * MIB)
    said = process.stdout.readlines()
    process.wait()
    process.stdout.close()
    assert said[-1] == "full\n"
    check(folder, said)
    spool = Spool.open(folder, clock=lambda: NOW, limits=Limits(free_bytes=0, keep_sent_bytes=0))
    try:
        while batch := spool.read_batch(500, MANY):
            spool.acknowledge(batch.range, b"{}")
        first = spool.next_sequence
        spool.append(first, [line(first)], source="log", position="", counts=Counts(read=1, became=1))
        assert spool.account().faults() == []
    finally:
        spool.close()


def test_others_filling_the_disk_stop_the_reading_before_the_last_byte(disk):
    limits = Limits(free_bytes=max(disk.free_mib, 2) * MIB)
    spool = Spool.open(disk.folder / "state", clock=lambda: NOW, limits=limits)
    try:
        disk.fill()
        with pytest.raises(SpoolFull, match="free"):
            spool.append(1, [line(1)], source="log", position="", counts=Counts(read=1, became=1))
        disk.clear()
        spool.append(1, [line(1)], source="log", position="", counts=Counts(read=1, became=1))
    finally:
        spool.close()
