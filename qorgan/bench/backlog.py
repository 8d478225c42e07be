"""The module's memory with ten million signals that wait: while the hub is away, and while it takes them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from qorgan.bench.command import QORGAN, free_port, qorgan
from qorgan.bench.figures import Figure, at_most
from qorgan.bench.hub import running
from qorgan.bench.signals import lines
from qorgan.module.accounting import Counts
from qorgan.module.spool import Limits, Spool

LIMIT_MIB = 150
SIGNALS = 10_000_000
CHUNK = 5_000
AWAY, BACK = 30, 60
"""Seconds that are watched without the hub, and with it."""
LOOK_EVERY = 0.2


def measure() -> list[Figure]:
    """The most memory the module ever held, in MiB."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    try:
        with running(1) as hub:
            config = _enrolled(folder, hub.folder / "hub.toml", hub.intake)
            _fill(folder / "state")
            peak, sent = _watch(config, hub.process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    how = (
        f"{SIGNALS:,} signals in the spool; `qorgan module run` watched for {AWAY} s with the hub stopped and {BACK} s "
        f"with it back ({sent:,} sent meanwhile); both its processes together (the sum of Pss, every {LOOK_EVERY:g} s)"
    )
    return [at_most("module, memory with a backlog of 10 million", peak, LIMIT_MIB, "MiB", how)]


def _enrolled(folder: Path, hub_config: Path, intake: int) -> Path:
    who = ("--bin", "000140000012", "--kind", "bank", "--email", "a@bench.example")
    names = ("--name-kk", "Bench", "--name-ru", "Bench", "--name-en", "Bench")
    qorgan("hub", "organisation-add", "--config", str(hub_config), *who, *names)
    added = qorgan("hub", "module-add", "--config", str(hub_config), "--json", "000140000012", "m1")
    config = folder / "module.toml"
    config.write_text(
        f'state = "{folder}/state"\n[hub]\nurl = "http://127.0.0.1:{intake}"\n'
        f'[status]\nlisten = "127.0.0.1:{free_port()}"\n'
    )
    code = msgspec.json.decode(added)["code"]
    qorgan("module", "enrol", "--config", str(config), given=code)
    return config


def _fill(state: Path) -> None:
    spool = Spool.open(state, first=1, limits=Limits(), clock=lambda: datetime.now(UTC))
    for first, chunk in _chunks():
        counts = Counts(read=CHUNK, became=CHUNK)
        spool.append(first, chunk, source="bench", position="", counts=counts, quarantined=[])
    spool.close()


def _chunks() -> Iterator[tuple[int, list[bytes]]]:
    """Real lines with their number put in anew: making ten million afresh would take longer than all the rest."""
    parts = [line.partition(b'"sequence":') for line in lines(1, CHUNK)]
    halves = [(head + mark, tail[tail.index(b",") :]) for head, mark, tail in parts]
    for first in range(1, SIGNALS, CHUNK):
        yield first, [b"%b%d%b" % (head, first + place, tail) for place, (head, tail) in enumerate(halves)]


def _watch(config: Path, hub: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Peak memory in MiB and how many signals went meanwhile. The hub's processes are stopped, not ended, at first."""
    with (config.parent / "module.log").open("wb") as log:
        hub.send_signal(19)
        _signal_children(hub.pid, "STOP")
        module = subprocess.Popen([QORGAN, "module", "run", "--config", config], stdout=log, stderr=log)
        away = _peak(module.pid, AWAY)
        _signal_children(hub.pid, "CONT")
        hub.send_signal(18)
        peak = max(away, _peak(module.pid, BACK))
        module.terminate()
        module.wait(30)
    # Its exit code says that the module does not run, which is so.
    said = subprocess.run([QORGAN, "module", "status", "--json", "--config", config], capture_output=True, check=False)
    return peak, msgspec.json.decode(said.stdout)["account"]["sent"]


def _peak(pid: int, seconds: float) -> float:
    """The most memory in MiB that a process and its children hold at once, of so many seconds from now."""
    end = time.monotonic() + seconds
    peak = 0.0
    while time.monotonic() < end:
        time.sleep(LOOK_EVERY)
        children = [each for task in Path(f"/proc/{pid}/task").glob("*/children") for each in task.read_text().split()]
        peak = max(peak, sum(map(_held, (pid, *map(int, children)))))
    return peak


def _held(pid: int) -> float:
    """A process's proportional share of memory, in MiB; 0 once it is gone."""
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(said.split("\nPss:")[1].split()[0]) / 1024


def _signal_children(pid: int, name: str) -> None:
    subprocess.run(["pkill", f"-{name}", "-P", str(pid)], check=False)
