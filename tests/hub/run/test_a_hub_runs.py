"""`qorgan hub run` starts everything, restarts what falls, stops everything, and leaves nothing behind."""

from __future__ import annotations

import json
import os
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
    """A hub as an operator has it: a file, a command, and what the command says."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "hub.toml"
        self.config.write_text(f'state = "{folder}/state"\n[intake]\nport = 0\nprocesses = 2\n[portal]\nport = 0\n')
        self.process = None

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qorgan", "hub", "run", "--json", "--config", self.config],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        assert line, (self.folder / "log").read_text()
        return json.loads(line)

    def command(self, *words, given=""):
        done = subprocess.run(
            [sys.executable, "-m", "qorgan", "hub", *words, "--config", self.config, "--json"],
            capture_output=True,
            text=True,
            input=given,
            check=False,
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def children(self):
        """Process numbers of everything the hub started that serves."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                environment = path.read_bytes()
                command = (path.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if f"QORGAN_HUB_STATE={self.folder}/state".encode() in environment and b"qorgan.hub.run.serve" in command:
                found.append((int(path.parent.name), command.split(b"\0")[3].decode()))
        return sorted(found)

    def clerks(self):
        """Process numbers of the clerks that this hub started."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                environment, command = path.read_bytes(), (path.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if f"QORGAN_HUB_STATE={self.folder}/state".encode() in environment and b"qorgan.hub.run.clerk" in command:
                found.append((int(path.parent.name), "clerk"))
        return found

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(40)
        if self.process:
            self.process.stdout.close()


@pytest.fixture
def running():
    folder = Path(tempfile.mkdtemp(prefix="qorgan-run-"))
    one = Running(folder)
    yield one
    one.stop()
    Cluster(folder / "state" / "postgres").remove()
    subprocess.run(["rm", "-rf", folder], check=True)


def gone(numbers, within=60.0):
    deadline = time.monotonic() + within
    while any(Path(f"/proc/{number}").exists() for number, _ in numbers):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.clause("R67.2")
def test_one_command_runs_portal_api_and_database_and_members_are_kept_beside_it(running):
    said = running.start()
    assert httpx.get(said["intake"] + "/health").json()["status"] == "ok"
    assert httpx.get(said["portal"] + "/").status_code in {200, 302}
    assert httpx.get(said["intake"] + "/ledger/key").text.strip() == said["ledger"]
    assert [what for _, what in running.children()] == ["intake", "intake", "portal"]
    words = ["--bin", "230540004989", "--kind", "bank", "--email", "office@bank.example"]
    names = ["--name-kk", "Банк", "--name-ru", "Банк", "--name-en", "Invented Bank"]
    assert running.command("organisation-add", *words, *names)[0] == 0
    code, refused = running.command("organisation-add", *words, *names)
    assert (code, "bin-taken" in refused["error"]) == (1, True)
    _, issued = running.command("module-add", "230540004989", "edge")
    assert issued["code"].startswith("QRG1-")
    _, listed = running.command("organisations")
    assert listed[0]["modules"][0]["state"] == "awaiting-enrolment"
    weak = running.command(
        "person-add", "a@bank.example", "--name", "A", "--bin", "230540004989", "--role", "auditor", given="short\n"
    )
    assert weak[0] == 1
    code, person = running.command(
        *("person-add", "a@bank.example", "--name", "A", "--bin", "230540004989", "--role", "responsible-employee"),
        given="seven-quiet-mountains-9\n",
    )
    assert (code, person["email"]) == (0, "a@bank.example")
    assert running.command("module-revoke", issued["module"], "--reason", "test") == (
        0,
        {"module": issued["module"], "state": "revoked"},
    )
    assert running.command("audit")[1]["clean"] is True
    running.stop()
    audited = running.command("audit")[1]
    assert audited["clean"] is True
    assert audited["entries"] >= 1, "the audit trail is sealed at the end, besides each minute that this took"
    assert audited["journal"] > 4


def test_what_falls_is_started_again_and_ctrl_c_leaves_nothing(running):
    said = running.start()
    before = running.children()
    os.kill(before[0][0], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while len(running.children()) != 3 or running.children() == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert httpx.get(said["intake"] + "/health").status_code == 200
    children = running.children()
    running.stop(signal.SIGINT)
    assert running.process.returncode == 0
    assert gone(children)


def test_one_clerk_works_and_is_started_again_and_ends_with_the_hub(running):
    running.start()
    deadline = time.monotonic() + 60
    while len(running.clerks()) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (first,) = running.clerks()
    os.kill(first[0], signal.SIGKILL)
    while running.clerks() in ([], [first]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    later = running.clerks()
    assert len(later) == 1
    running.stop()
    assert gone(later)


def test_a_killed_supervisor_takes_its_processes_along(running):
    running.start()
    children = running.children()
    running.stop(signal.SIGKILL)
    assert gone(children)
    assert running.start()["event"] == "ready", "it starts again on what was left"


def test_a_second_hub_on_the_same_folder_is_refused(running):
    running.start()
    code, said = running.command("run")
    assert (code, "another hub runs" in said["error"]) == (1, True)


def test_a_wrong_configuration_is_refused_before_anything_is_touched(running):
    running.config.write_text("[intake]\nprot = 1\n")
    code, said = running.command("run")
    assert (code, "intake.prot" in said["error"]) == (2, True)
    assert not (running.folder / "state").exists()


def test_commands_work_while_the_hub_is_stopped(running):
    assert running.command("migrate")[1]["migrated"] is True
    assert running.command("organisations") == (0, [])
    assert running.command("audit")[1]["entries"] == 0
    assert running.children() == []


def test_help_is_complete_and_comes_at_once():
    started = time.monotonic()
    said = subprocess.run([sys.executable, "-m", "qorgan", "--help"], capture_output=True, text=True, check=True).stdout
    assert time.monotonic() - started < 10
    for command in ("hub", "module", "verify"):
        assert f"\n    {command}" in said
    acts = subprocess.run([sys.executable, "-m", "qorgan", "hub", "--help"], capture_output=True, text=True, check=True)
    for act in ("run", "migrate", "audit", "module-code", "organisation-add"):
        assert f"\n    {act}" in acts.stdout
