"""`qorgan gate sandbox` as a process: one command, every registry, and it ends when told to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from qorgan.eds.chain import pinned
from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.config import load
from qorgan.gate.providers import configured
from qorgan.gate.providers.mobile_numbers import Owner
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.kit import clock

COMMAND = [sys.executable, "-m", "qorgan", "gate", "sandbox", "--json", "--authority-port", "0"]


def test_one_command_answers_for_every_registry_and_writes_how_to_ask_them(tmp_path: Path) -> None:
    command = [*COMMAND, "--port", "0", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            assert httpx.get(said["authority"], trust_env=False).headers["x-qorgan-sandbox"]
            config = load(Path(said["settings"]), {})
            registry = configured.numbers(config)
            assert registry is not None
            answer, _ = registry.ask(invented_iin(1), invented_phone(1), now=clock.now())
            assert answer.owner is Owner.SAME
            assert len(configured.identification(config)) == 2
            configured.close(config)
            anchors = config.providers.signatures.anchors
            assert anchors is not None
            assert pinned([anchors.read_bytes()])
            assert (tmp_path / "person-1.key").stat().st_size
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


def test_a_taken_port_is_said_in_a_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "--port", port, "--folder", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert port in done.stderr
    assert len(done.stderr.splitlines()) == 1
