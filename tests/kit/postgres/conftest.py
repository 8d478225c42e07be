"""Folders a server may live in, programs that own one, and a look at what of it is alive."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from qorgan.kit.postgres import Cluster, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OWNER = """
import sys
from qorgan.kit.postgres import Cluster
running = Cluster(sys.argv[1]).start()
print("joined" if running.joined else "launched", flush=True)
sys.stdin.readline()
running.stop()
"""


class Owner:
    """Another program that starts the cluster and holds it until it is told to let go."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def up(self) -> str:
        """Wait until it holds a ready server; whether it 'launched' or 'joined'."""
        return self.stdout.readline().strip()

    def let_go(self) -> None:
        """Let it stop the server, or its share in it, and end."""
        self.stdin.write("\n")
        self.stdin.flush()
        assert self.process.wait(30) == 0

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        self.kill()
        self.stdout.close()
        with suppress(BrokenPipeError):
            self.stdin.close()


class Site:
    """One folder for a cluster, and what goes on there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.owners: list[Owner] = []

    def owner(self) -> Owner:
        """Another program, starting."""
        self.owners.append(Owner(self.folder))
        return self.owners[-1]

    def alive(self) -> dict[int, str]:
        """Every process of the server: its guardian, its postmaster and those who work in its data."""
        found = {}
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                serves = str(self.folder) in command and ("guardian.py" in command or "bin/postgres" in command)
                if serves or str((entry / "cwd").readlink()).startswith(f"{self.folder}/"):
                    found[int(entry.name)] = command
        return found

    def guardian(self) -> int:
        (pid,) = (pid for pid, command in self.alive().items() if "guardian.py" in command)
        return pid

    def postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def log(self) -> str:
        """All the server's log."""
        return "".join(path.read_text() for path in (self.folder / "log").glob("server-*.log"))

    def gone(self, seconds: float = 15) -> None:
        """Wait until nothing of the server lives."""
        self.until(lambda: not self.alive(), seconds)

    @staticmethod
    def until(holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until something holds; fail when it does not in time."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.02)

    @staticmethod
    def ask(running: Running, question: str, database: str = "postgres") -> object:
        """The first value of the first row the superuser gets."""
        with psycopg.connect(running.superuser_dsn(database)) as connection:
            row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        assert row
        return row[0]

    def kill_everything(self) -> None:
        """Kill -9 to owners, guardian and every process of the server."""
        for owner in self.owners:
            owner.process.kill()
        for pid in self.alive():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.gone()


@pytest.fixture
def site() -> Iterator[Site]:
    """A place for one cluster that its server can enter also when we are root; afterwards nothing lives there."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-"))
    folder.chmod(0o711)
    made = Site(folder)
    yield made
    for owner in made.owners:
        owner.end()
    try:
        made.gone()
    finally:
        made.kill_everything()
    if (folder / "server.lock").exists():
        Cluster(folder).remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site_of_session(cluster: Running) -> Site:
    """The session's own server, for questions that change nothing."""
    return Site(cluster.cluster.home.path)


@pytest.fixture
def unused_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
