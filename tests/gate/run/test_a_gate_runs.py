"""`qorgan gate run` starts everything, restarts what falls, stops everything, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from qorgan.kit.postgres import Cluster


class Running:
    """A gate as an operator has it: a file, a command, and what the command says."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "gate.toml"
        self.config.write_text(f'state = "{folder}/state"\n[portal]\nport = 0\n')
        self.process = None

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.words("run"), stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        said = json.loads(line or "{}")
        assert said.get("event") == "ready", (said, (self.folder / "log").read_text())
        return said

    def words(self, *words):
        return [sys.executable, "-m", "qorgan", "gate", *words, "--config", self.config, "--json"]

    def command(self, *words):
        done = subprocess.run(self.words(*words), capture_output=True, text=True, check=False)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def processes(self):
        """Numbers of the processes that this gate started, by what they are."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                environment, command = path.read_bytes(), (path.parent / "cmdline").read_bytes()
            except OSError:
                continue
            module = command.split(b"\0")[2:3]
            if f"QORGAN_GATE_STATE={self.folder}/state".encode() in environment and module:
                found[module[0].decode().rpartition(".")[2]] = int(path.parent.name)
        return found

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(40)
        if self.process:
            self.process.stdout.close()


@pytest.fixture
def running():
    folder = Path(tempfile.mkdtemp(prefix="qorgan-gate-"))
    one = Running(folder)
    yield one
    one.stop()
    Cluster(folder / "state" / "postgres").remove()
    shutil.rmtree(folder)


def until(what, within=60.0):
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def healthy(address):
    """Whether the portal answers, on a machine that may do much else."""
    return httpx.get(f"{address}/health", timeout=60).text == "ok\n"


def gone(numbers):
    return not any(Path(f"/proc/{number}").exists() for number in numbers)


def test_one_command_runs_everything_and_what_falls_is_started_again(running):
    said = running.start()
    assert healthy(said["portal"])
    until(lambda: running.processes().keys() == {"serve", "clerk"})
    before = running.processes()
    for number in before.values():
        os.kill(number, signal.SIGKILL)
    until(lambda: running.processes().keys() == {"serve", "clerk"} and gone(before.values()))
    assert healthy(said["portal"])
    code, refused = running.command("run")
    assert (code, "another gate runs" in refused["error"]) == (1, True)
    later = running.processes()
    running.stop(signal.SIGINT)
    assert running.process.returncode == 0
    until(lambda: gone(later.values()), 20)


def test_a_killed_supervisor_takes_its_processes_along(running):
    running.start()
    until(lambda: len(running.processes()) == 2)
    processes = running.processes()
    running.stop(signal.SIGKILL)
    until(lambda: gone(processes.values()), 20)
    assert running.command("migrate") == (0, {"migrated": True}), "it starts again on what was left"


@pytest.mark.clause("R57.3.2")
def test_each_process_has_its_own_roles_connection_and_no_other(running):
    running.start()
    until(lambda: len(running.processes()) == 2)
    for what, role in (("serve", b"gate_web"), ("clerk", b"gate_clerk")):
        environment = Path(f"/proc/{running.processes()[what]}/environ").read_bytes().split(b"\0")
        given = [line for line in environment if line.startswith(b"QORGAN_GATE_DATABASE_URL")]
        assert len(given) == 1
        assert role in given[0]


def test_a_wrong_configuration_is_refused_before_anything_is_touched(running):
    running.config.write_text("[portal]\nprot = 1\n")
    code, said = running.command("run")
    assert (code, "portal.prot: no such key" in said["error"]) == (2, True)
    assert not (running.folder / "state").exists()


def test_help_comes_without_django():
    code = "import qorgan.gate.cli, sys; sys.exit(any(name.startswith('django') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
