"""A module as an operator has it: a configuration file, a state folder, a process; and a hub to send to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from qorgan.module.accounting import Account
from qorgan.module.spool import view
from qorgan.wire import record
from tests.module.centre import Centre

ROOT = Path(__file__).parents[3]


def eve(number: int) -> bytes:
    """An alert of Suricata that no other is equal to: its rule id is the number."""
    return json.dumps(
        {
            "timestamp": "2026-03-02T14:00:00.000000+0500",
            "event_type": "alert",
            "src_ip": "203.0.113.7",
            "src_port": 40000,
            "dest_ip": "10.1.2.3",
            "dest_port": 443,
            "proto": "TCP",
            "alert": {
                "action": "allowed",
                "gid": 1,
                "signature_id": number,
                "rev": 1,
                "signature": "An invented attempt",
                "category": "Web Application Attack",
                "severity": 1,
            },
        }
    ).encode()


FLOW = b'{"timestamp":"2026-03-02T14:00:00.000000+0500","event_type":"flow","src_ip":"203.0.113.7"}'


class Site:
    """One institution's machine."""

    def __init__(self, folder: Path, centre: Centre) -> None:
        self.folder = folder
        self.centre = centre
        self.state = folder / "state"
        self.config = folder / "module.toml"
        self.log = folder / "eve.json"
        self.said = folder / "module.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.more = "[limits]\nfree_mib = 0\n"
        self.write()

    def write(self, more: str | None = None) -> None:
        """Write the configuration: one followed file, and what a test adds."""
        self.config.write_text(
            f"""
state = "{self.state}"
[hub]
url = "{self.centre.url}"
timeout_seconds = 3
[status]
listen = "127.0.0.1:0"
[batching]
max_age_ms = 20
[[sources]]
kind = "file"
name = "suricata"
path = "{self.log}"
{self.more if more is None else more}
"""
        )

    def command(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "qorgan", "module", words[0], "--config", str(self.config), *words[1:]],
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def enrol(self) -> None:
        done = self.command("enrol", "-", stdin=self.centre.code().encode() + b"\n")
        assert done.returncode == 0, done.stderr

    def start(self, *, stdin: int = subprocess.DEVNULL, loud: bool = False) -> None:
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qorgan", "module", "run", "--config", str(self.config), *["--verbose"] * loud],
                cwd=ROOT,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def stop(self) -> float:
        """SIGTERM; how many seconds it took."""
        assert self.process
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.words()
        return time.monotonic() - started

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def words(self) -> str:
        return self.said.read_text() if self.said.exists() else ""

    def write_lines(self, *lines: bytes) -> None:
        with self.log.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def wait(self, until: Callable[[], Any], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, self.words()
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(self.words())
            time.sleep(0.02)

    def arrived(self) -> list[int]:
        """The rule ids of the signals that the hub took, as often as it took them."""
        with self.centre.lock:
            signals = [record.decode(line) for _, line in sorted(self.centre.lines.items())]
        return [int(one.sensor.rule_id or 0) for one in signals for _ in range(one.count)]

    def account(self) -> Account:
        with view.opened(self.state) as connection:
            return view.account(connection)

    def port(self) -> int:
        """Where the status page is, as the log says."""
        self.wait(lambda: "/health" in self.words())
        return int(self.words().rsplit("http://127.0.0.1:", 1)[1].split("/")[0])

    def health(self) -> dict[str, Any]:
        return json.loads(self.page("/health"))

    def page(self, path: str) -> bytes:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=5) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.read()


@pytest.fixture
def centre() -> Iterator[Centre]:
    made = Centre()
    yield made
    made.close()


@pytest.fixture
def site(tmp_path: Path, centre: Centre) -> Iterator[Site]:
    """A module that is enrolled and does not run yet."""
    made = Site(tmp_path, centre)
    made.enrol()
    yield made
    if made.process is not None and made.process.poll() is None:
        with suppress(OSError):
            os.kill(made.process.pid, signal.SIGKILL)
        made.process.wait()
