"""Processes are started again when they fall, not in a storm, and end with whoever keeps them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qorgan.kit.serving.listening import CannotServe, address, listen, listen_apart
from qorgan.kit.serving.supervisor import Process, Supervisor, alone

LIVES = """
import sys, time
from qorgan.kit.serving.life import end_with
end_with(int(sys.argv[-1]))
time.sleep(600)
"""
FALLS = "import sys; sys.exit(3)"


@pytest.fixture
def module(tmp_path):
    """Makes a module that `python -m` runs in a process's environment."""

    def make(name, code):
        (tmp_path / f"{name}.py").write_text(code)
        environment = os.environ | {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}
        return Process(name, (name,), None, environment)

    return make


def gone(process):
    return process.running is not None and process.running.poll() is not None


def until(what, within=60.0):
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_was_killed_is_started_again_and_all_ends_at_the_end(module):
    process = module("lives", LIVES)
    supervisor = Supervisor([process])
    supervisor.start()
    first = process.running
    time.sleep(1.1)
    first.kill()
    until(lambda: gone(process))
    supervisor.start()
    assert process.running is not first
    supervisor.stop()
    assert process.running.poll() is not None


def test_what_falls_at_once_is_not_started_in_a_storm(module):
    process = module("falls", FALLS)
    supervisor = Supervisor([process])
    started = set()
    deadline = time.monotonic() + 2.5
    while time.monotonic() < deadline:
        supervisor.start()
        started.add(process.running.pid)
        time.sleep(0.02)
    supervisor.stop()
    assert 2 <= len(started) <= 4


def test_a_process_ends_when_its_supervisor_is_killed(tmp_path, module):
    process = module("lives", LIVES)
    keeper = tmp_path / "keeper.py"
    keeper.write_text(
        "import os, time\n"
        "from qorgan.kit.serving.supervisor import Process, Supervisor\n"
        "kept = Process('lives', ('lives',), None, dict(os.environ))\n"
        "Supervisor([kept]).start()\n"
        "print(kept.running.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    words = [sys.executable, str(keeper)]
    with subprocess.Popen(words, env=process.environment, stdout=subprocess.PIPE, text=True) as one:
        child = int(one.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        time.sleep(1)
        one.send_signal(signal.SIGKILL)
    until(lambda: not Path(f"/proc/{child}").exists())


def test_a_taken_port_is_said_by_its_key(module):
    with listen("127.0.0.1", 0, "portal.port") as taken:
        port = taken.getsockname()[1]
        assert address(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(CannotServe, match=rf"portal\.port: 127\.0\.0\.1:{port}: .*; set another port"):
            listen("127.0.0.1", port, "portal.port")


def test_several_listen_at_one_port():
    listeners = listen_apart("127.0.0.1", 0, "intake.port", 3)
    assert len({one.getsockname() for one in listeners}) == 1
    for one in listeners:
        one.close()


def test_one_program_runs_on_one_folder(tmp_path):
    with alone(tmp_path, "portal"):
        with alone(tmp_path, "other"):
            pass
        with pytest.raises(CannotServe, match="another portal runs on this folder"), alone(tmp_path, "portal"):
            pass
    with alone(tmp_path, "portal"):
        pass
