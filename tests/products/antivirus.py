"""A real clamd of Debian's package, with a database of one signature, on a socket of its own."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qorgan.hub.casework.scanner import CLEAN, scan
from tests.products import debian

# In two parts, so that no scanner takes this file itself for what it tests with.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
"""The harmless file that every scanner is to find."""

CLAMD = """\
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.ctl
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
LogTime true
ExtendedDetectionInfo true
Foreground true
StreamMaxLength 1M
User {user}
"""


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """Run clamd below `folder`; gives its socket."""
    (folder / "signatures").mkdir(parents=True)
    digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
    (folder / "signatures" / "own.hdb").write_text(f"{digest}:{len(EICAR)}:Own.Eicar.Test\n")
    (folder / "clamd.conf").write_text(CLAMD.format(folder=folder, user=folder.owner()))
    with (folder / "clamd.out").open("wb") as output:
        server = subprocess.Popen(
            [debian.find("/usr/sbin/clamd"), "-c", folder / "clamd.conf"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=debian.environment(),
        )
        try:
            _wait_until_it_answers(folder, server)
            yield folder / "clamd.ctl"
        finally:
            server.terminate()
            server.wait(timeout=20)


def look_at(file: Path, socket_path: Path) -> str:
    """Have it look at a file on the disk; what it says."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(socket_path))
        connection.sendall(b"zSCAN " + str(file).encode() + b"\0")
        return connection.recv(4096).rstrip(b"\0").decode()


def _wait_until_it_answers(folder: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        if scan(b"nothing", folder / "clamd.ctl").state == CLEAN:
            return
        time.sleep(0.1)
    raise RuntimeError(f"clamd did not start: {(folder / 'clamd.out').read_text()[-2000:]}")
