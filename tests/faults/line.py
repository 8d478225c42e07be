"""A whole line as it stands in life: `qorgan hub run`, an enrolled `qorgan module run`, and a log that grows."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from qorgan.kit.postgres import Cluster

QORGAN = str(Path(sys.executable).with_name("qorgan"))
ALERT = {
    "event_type": "alert",
    "src_ip": "203.0.113.7",
    "src_port": 40000,
    "dest_ip": "10.0.0.5",
    "dest_port": 443,
    "proto": "TCP",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def qorgan(*arguments: str, given: str | None = None) -> str:
    """Run one command and give what it says."""
    done = subprocess.run([QORGAN, *arguments], input=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that takes so long at the most where nothing else runs; three times that on a busy machine."""
    end = time.monotonic() + 3 * seconds
    while not holds():
        assert time.monotonic() < end, f"not within three times {seconds:g} s: {what}"
        time.sleep(0.1)


class Line:
    """Hub, module and log below one folder. `start` brings up whatever does not run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "eve.json"
        self.log.touch()
        self.intake = free_port()
        self.written = 0
        self.hub_config = folder / "hub.toml"
        self.hub_config.write_text(
            f'state = "{folder}/hub"\n[intake]\nport = {self.intake}\n[portal]\nport = {free_port()}\n'
        )
        self.module_config = folder / "module.toml"
        self.read_from(f'kind = "file"\nname = "eve"\nformat = "eve"\npath = "{self.log}"')
        self.hub: subprocess.Popen[bytes] | None = None
        self.module: subprocess.Popen[bytes] | None = None

    def read_from(self, *sources: str, more: str = "") -> None:
        """Configure the module with these sources, each the lines of one table; `more` is of other tables."""
        tables = "".join(f"[[sources]]\n{source}\n" for source in sources)
        self.module_config.write_text(
            f'state = "{self.folder}/module"\n[hub]\nurl = "http://127.0.0.1:{self.intake}"\n'
            f'[status]\nlisten = ""\n{more}{tables}'
        )

    def start_hub(self) -> None:
        self.hub = self._start("hub", "hub", "run", "--config", str(self.hub_config))
        until(self.hub_answers, 60, "the hub answers")

    def hub_answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.intake}/health", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def enrol(self) -> None:
        names = ("--name-kk", "Сынақ", "--name-ru", "Проба", "--name-en", "Trial")
        who = ("--bin", "000140000012", "--kind", "bank", "--email", "a@trial.example")
        qorgan("hub", "organisation-add", "--config", str(self.hub_config), *who, *names)
        added = qorgan("hub", "module-add", "--config", str(self.hub_config), "--json", "000140000012", "m1")
        qorgan("module", "enrol", "--config", str(self.module_config), given=json.loads(added)["code"])

    def start_module(self) -> None:
        self.module = self._start("module", "module", "run", "--config", str(self.module_config))

    def write(self, count: int) -> None:
        """Append alerts, each with a rule number of its own, so that each is one signal and can be told apart."""
        with self.log.open("a") as log:
            for number in range(self.written + 1, self.written + count + 1):
                alert = {
                    "action": "allowed",
                    "signature_id": number,
                    "signature": "EXAMPLE",
                    "category": "c",
                    "severity": 1,
                }
                log.write(json.dumps({"timestamp": "2026-11-20T09:15:02.12+0500", **ALERT, "alert": alert}) + "\n")
        self.written += count

    def stored(self) -> Counter[int]:
        """How often each alert stands in the hub."""
        with self.database() as connection:
            rows = connection.execute(
                "SELECT r.rule_id::int, s.count FROM signal s JOIN signal_rule r ON r.id = s.rule"
            )
            found: Counter[int] = Counter()
            for rule, count in rows:
                found[rule] += count
            return found

    def stored_count(self) -> int:
        try:
            with self.database() as connection:
                return int(connection.execute("SELECT count(*) FROM signal").fetchone()[0])  # type: ignore[index]
        except psycopg.Error:
            return -1

    def database(self) -> psycopg.Connection:
        """The hub's database as its superuser, without holding the server up."""
        home = Cluster(self.folder / "hub" / "postgres").home
        for entry in (home.data / "postmaster.pid",):
            lines = entry.read_text().splitlines() if entry.exists() else []
            if len(lines) > 4:
                return psycopg.connect(
                    host=lines[4],
                    port=int(lines[3]),
                    user="qorgan_super",
                    dbname="qorgan",
                    password=home.password.read_text().strip(),
                    connect_timeout=5,
                )
        raise psycopg.OperationalError("no server runs")

    def pids(self, what: str) -> list[int]:
        """Living processes: `module`, `intake` or `postmaster`."""
        if what == "module":
            return [self.module.pid] if self.module and self.module.poll() is None else []
        if what == "postmaster":
            entry = Cluster(self.folder / "hub" / "postgres").home.data / "postmaster.pid"
            return [int(entry.read_text().split()[0])] if entry.exists() and entry.read_text().strip() else []
        found = subprocess.run(
            ["pgrep", "-f", f"qorgan.hub.run.serve {what}", "-P", str(self.hub.pid if self.hub else 0)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [int(pid) for pid in found.stdout.split()]

    def kill(self, what: str) -> bool:
        """Kill -9 one of these; False when none lives just now."""
        for pid in self.pids(what):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            if what == "module" and self.module:
                self.module.wait()
            return True
        return False

    def stop_hub(self) -> None:
        assert self.hub
        self.hub.terminate()
        self.hub.wait(30)

    def stop(self) -> None:
        for process in (self.module, self.hub):
            if process and process.poll() is None:
                process.terminate()
                process.wait(30)

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen([QORGAN, *arguments], stdout=log, stderr=log, start_new_session=True)
