"""A real sshd on a loopback port of its own, and the real client that guesses at its passwords."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.products import debian

SETTINGS = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile {folder}/pid
UsePAM no
PasswordAuthentication yes
KbdInteractiveAuthentication no
PermitRootLogin yes
AuthorizedKeysFile {folder}/own.pub
StrictModes no
MaxStartups 100
"""
_NEEDED_BY_ROOT = Path("/run/sshd")
"""An sshd that root starts insists on this empty folder; Debian makes it when the service starts."""


@dataclass(frozen=True)
class Daemon:
    """A running one. `log` is what a module reads."""

    folder: Path
    port: int
    log: Path

    def guess(self, user: str, source: str) -> None:
        """Try one wrong password on one account, from one address of this machine."""
        assert self._connect(user, source, "PreferredAuthentications=password", "NumberOfPasswordPrompts=1") != 0

    def come_in(self, user: str, source: str) -> None:
        """Sign in, as somebody who has the key."""
        assert self._connect(user, source, "PreferredAuthentications=publickey", "BatchMode=yes") == 0

    def _connect(self, user: str, source: str, *options: str) -> int:
        always = ("StrictHostKeyChecking=no", f"UserKnownHostsFile={self.folder}/known", "LogLevel=ERROR")
        chosen = [word for option in (*always, *options) for word in ("-o", option)]
        place = ["-F", "none", "-i", self.folder / "own", "-b", source, "-p", str(self.port), f"{user}@127.0.0.1"]
        asking = {"SSH_ASKPASS": str(self.folder / "ask"), "SSH_ASKPASS_REQUIRE": "force"}
        command = [debian.find("/usr/bin/ssh"), *chosen, *place, "true"]
        environment = {**debian.environment(), **asking}
        return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode


@contextmanager
def running(folder: Path) -> Iterator[Daemon]:
    """Run sshd below `folder`."""
    folder.mkdir(mode=0o700)
    for name in ("host", "own"):
        make = [debian.find("/usr/bin/ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(make, env=debian.environment(), check=True, timeout=60)
    (folder / "ask").write_text("#!/bin/sh\necho not-the-password\n")
    (folder / "ask").chmod(0o700)
    if os.geteuid() == 0:
        _NEEDED_BY_ROOT.mkdir(mode=0o755, exist_ok=True)
    daemon = Daemon(folder, _free_port(), folder / "sshd.log")
    daemon.log.touch()
    (folder / "sshd.conf").write_text(SETTINGS.format(port=daemon.port, folder=folder))
    server = subprocess.Popen(
        [debian.find("/usr/sbin/sshd"), "-D", "-f", folder / "sshd.conf", "-E", daemon.log], env=debian.environment()
    )
    try:
        _wait_until_it_answers(daemon, server)
        yield daemon
    finally:
        server.terminate()
        server.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(daemon: Daemon, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", daemon.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"sshd did not start: {daemon.log.read_text()[-2000:]}")
