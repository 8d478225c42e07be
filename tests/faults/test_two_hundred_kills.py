"""200 kill -9 at random instants of module, intake and PostgreSQL under load: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from tests.faults.line import Line, qorgan, until

KILLS = int(os.environ.get("QORGAN_KILLS", "200"))
VICTIMS = ("module", "module", "intake", "intake", "postmaster")
RATE = 300
"""Alerts a second, written without regard to who lives."""


@pytest.mark.clause("R67.9")
@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_doubled(line: Line) -> None:
    chance = random.Random(20261122)
    line.start_module()
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.1):
            line.write(RATE // 10)

    writer = threading.Thread(target=write)
    writer.start()
    killed = 0
    try:
        while killed < KILLS:
            time.sleep(chance.uniform(0.05, 0.9))
            killed += line.kill(chance.choice(VICTIMS))
            if not line.pids("module"):
                line.start_module()
    finally:
        over.set()
        writer.join()
    until(lambda: line.stored_count() >= line.written, 180, f"all {line.written} alerts are in the hub")
    stored = line.stored()
    assert set(stored) == set(range(1, line.written + 1))
    assert set(stored.values()) == {1}
    # Ends with 1, and fails here, when any row, entry or head of the ledger does not agree with another.
    qorgan("hub", "audit", "--config", str(line.hub_config))
