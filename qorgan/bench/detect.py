"""Window detectors under a flood of sources: memory and pace at one and at five million, and whether one is still seen.

Each flood runs in a process of its own, so that the memory is all its own. One source in the flood is at work the whole
time, guessing slowly enough that a million others fail between two of its tries.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qorgan.bench.figures import Figure, at_least, at_most, in_turn, thousands
from qorgan.module.classify.decide import UNDECIDED
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.formats.reading import Reader
from qorgan.module.redact.hosts import Inside
from qorgan.wire.signal import Action

SMALL, LARGE = 1_000_000, 5_000_000
MEMORY = 256.0
"""MiB that the windows may take, however many sources there are."""
GROWTH = 1.15
"""How much more memory, and time an event, five million may take than one million."""
PACE = 0.4
"""Sign-ins a second, at the least, as a share of reading their lines alone."""
LINES = 30_000
ROUNDS = 3
_BEGAN = datetime(2026, 11, 20, 9, tzinfo=UTC)
_HOUR = 3_600
_GUESSER = "203.0.113.7"
_KINDS = ("sign-in", "connection")


def measure() -> list[Figure]:
    """Memory, growth and pace."""
    figures: list[Figure] = []
    for kind in _KINDS:
        small, large = (_in_its_own_process(kind, count) for count in (SMALL, LARGE))
        how = (
            f"{LARGE:,} sources from outside, one refused {kind} each within an hour, and one at work among them that "
            f"{'was' if large['found'] else 'WAS NOT'} found; at {SMALL:,}: {small['mib']:.0f} MiB; "
            f"{thousands(large['rate'])}; {large['signals']} signals"
        )
        figures += [
            at_most(f"windows, {kind}s, memory at five million sources", large["mib"], MEMORY, "MiB", how),
            at_most(f"the same / at one million, {kind}s", large["mib"] / small["mib"], GROWTH, "times", how),
            at_most(f"time an event / at one million, {kind}s", small["rate"] / large["rate"], GROWTH, "times", how),
        ]
        if not large["found"]:
            raise RuntimeError(f"{kind}: the one at work was not found in the flood")
    return [*figures, _pace()]


def _pace() -> Figure:
    """What the windows cost beside reading."""
    lines = [_line(number) for number in range(LINES)]
    ratio, rate, peer = in_turn(ROUNDS, lambda: _read_and_see(lines), lambda: _read(lines))
    how = (
        f"{LINES:,} lines of sshd from 4,000 sources, one in ten a success, read and seen by all windows: "
        f"{thousands(rate)}; peer: read only: {thousands(peer)}; {ROUNDS} rounds"
    )
    return at_least("sign-ins read and seen by windows / read only", ratio, PACE, how)


def _line(number: int) -> bytes:
    source = f"198.51.{number * 7919 % 4000 // 250 + 100}.{number * 7919 % 250 + 1}"
    said = "Accepted password" if number % 10 == 0 else "Failed password"
    second = number // 30 % 86_400
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"Nov 20 {clock} gate sshd[411]: {said} for u{number * 31 % 9000} from {source} port 40022 ssh2".encode()


def _read(lines: list[bytes]) -> float:
    started = time.perf_counter()
    Reader("text").read_all(lines)
    return len(lines) / (time.perf_counter() - started)


def _read_and_see(lines: list[bytes]) -> float:
    windows = Windows(DetectTable(), bytes(32), Inside())
    started = time.perf_counter()
    for _, event in Reader("text").read_all(lines).events:
        windows.see(event, UNDECIDED)
    windows.take()
    return len(lines) / (time.perf_counter() - started)


def _in_its_own_process(kind: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "qorgan.bench.detect", kind, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _flood(kind: str, count: int) -> dict[str, float]:
    windows = Windows(DetectTable(), bytes(32), Inside())
    before, spent, signals, found = _resident(), 0.0, 0, False
    for start in range(0, count, 10_000):
        events = [_event(kind, number, count) for number in range(start, min(count, start + 10_000))]
        if start % (count // 50) == 0:
            events.append(_at_work(kind, start, count))
        started = time.process_time()
        for event in events:
            windows.see(event, UNDECIDED)
        told = windows.take()
        spent += time.process_time() - started
        signals += len(told)
        found = found or any(event.source_address == _GUESSER for event, _ in told)
    return {"mib": _resident() - before, "rate": count / spent, "signals": signals, "found": found}


def _event(kind: str, number: int, count: int) -> Event:
    # A walk over all outside addresses that comes back to none before it has been at all.
    place = number * 2_654_435_761 % 2**32
    source = f"{place >> 24 & 127 | 32}.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"
    return _made(kind, source, f"c{number * 31 % 1_000_000}", number * _HOUR / count, number % 200)


def _at_work(kind: str, number: int, count: int) -> Event:
    return _made(kind, _GUESSER, "director", number * _HOUR / count, number * 50 // count)


def _made(kind: str, source: str, user: str, second: float, host: int) -> Event:
    is_sign_in = kind == _KINDS[0]
    return Event(
        format="text",
        vendor="OpenBSD" if is_sign_in else "Linux",
        product="OpenSSH" if is_sign_in else "netfilter",
        record="",
        time=_BEGAN + timedelta(seconds=second),
        activity=Activity(kind),
        outcome=Outcome.FAILURE,
        action=Action.BLOCKED,
        source_address=source,
        destination_address=f"10.0.0.{host + 1}",
        destination_port=22,
        user=user if is_sign_in else "",
    )


def _resident() -> float:
    """MiB of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    print(json.dumps(_flood(sys.argv[1], int(sys.argv[2]))))
