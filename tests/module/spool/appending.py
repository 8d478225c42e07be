"""Appends to a spool and acknowledges out of it for ever, saying on standard output what is durable.

Run by tests that kill it. Each line is said only after the spool's method returned.
"""

from __future__ import annotations

import random
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool import Limits, Spool, SpoolFull
from tests.module.spool.conftest import line


def main(folder: Path, seed: int, largest_file: int) -> None:
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    chance = random.Random(seed)
    spool = Spool.open(folder, clock=lambda: datetime.now(UTC), limits=Limits(free_bytes=0))
    while True:
        try:
            if chance.random() < 0.7:
                append(spool, chance)
            else:
                acknowledge(spool, chance)
        except SpoolFull:
            say("full")
            return


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def append(spool: Spool, chance: random.Random) -> None:
    first = spool.next_sequence
    many = chance.choice([0, 1, 2, 50, 400])
    lines = [line(number, text=chance.randbytes(300).hex()) for number in range(first, first + many)]
    bad = chance.choice([0, 0, 2])
    counts = Counts(read=many * 2 + 3 + bad, became=many * 2, ignored={"flow": 3}, quarantined=bad)
    quarantined = [Quarantined(place="here", reason="cut off")] * bad
    position = str(int(spool.position("log") or 0) + counts.read)
    spool.append(first, lines, source="log", position=position, counts=counts, quarantined=quarantined)
    say(f"appended {first + many - 1} {position}")


def acknowledge(spool: Spool, chance: random.Random) -> None:
    batch = spool.read_batch(chance.choice([1, 70, 1000]), 2**31)
    if batch is None:
        return
    spool.seal(batch.range)
    say(f"sealed {batch.range}")
    if chance.random() < 0.8:
        spool.acknowledge(batch.range, b"{}")
        say(f"acknowledged {batch.range.last}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
