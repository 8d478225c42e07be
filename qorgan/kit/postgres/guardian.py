"""The process between the server and the programs that use it: it ends the server when the last of them ended.

Run as a file by a bare interpreter (`python -I -S guardian.py ORDER`), so it knows the standard library only.

    owner, owner, …  ── shared lock on owners.lock, which the kernel drops when its holder dies, even by kill -9
    guardian         ── waits for that lock alone; once it has it, nobody is left, and it asks for a fast shutdown
    postmaster       ── the guardian's child; told by the kernel (PR_SET_PDEATHSIG) should the guardian itself be killed

The server lock, taken by the starter, is inherited here and by every process of the server. As long as one of them
lives, nobody can start another server on the same data; when the last one ends, the lock is free.
A server that was killed is brought up again while there are owners; a server that ended by itself is not.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
SHUTDOWN_PATIENCE = 120.0
"""Seconds a fast shutdown may take (it writes out all of shared memory) before an immediate one is asked for."""
ORPHAN_PATIENCE = 2.0
"""Seconds the processes of a killed postmaster get to notice and end by themselves."""
LONGEST_PAUSE = 5.0

_libc = ctypes.CDLL(None, use_errno=True)


class Guardian:
    """Keeps one server for as long as it has owners."""

    def __init__(self, order: dict[str, object]) -> None:
        self.command = [str(part) for part in order["command"]]  # type: ignore[attr-defined]
        self.environment = {str(k): str(v) for k, v in order["environment"].items()}  # type: ignore[attr-defined]
        self.account: tuple[int, int] | None = tuple(order["account"]) if order["account"] else None  # type: ignore[arg-type,assignment]
        self.owners = os.open(str(order["owners_lock"]), os.O_RDWR | os.O_CLOEXEC)
        self.passing_folder = Path(str(order["passing_folder"])) if order["passing_folder"] else None
        self.server = 0
        self.closing = False

    def keep(self) -> None:
        """Run the server until its owners are gone or it ended by itself."""
        threading.Thread(target=self._wait_for_owners, daemon=True).start()
        pause = 0.1
        while not self.closing:
            began = time.monotonic()
            status = self._run_server()
            self._clear_orphans()
            if not os.WIFSIGNALED(status):
                break
            pause = 0.1 if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            time.sleep(pause)
        if self.passing_folder is not None:
            with contextlib.suppress(OSError):
                for left in self.passing_folder.glob(".s.PGSQL.*"):
                    left.unlink()
                self.passing_folder.rmdir()

    def close(self, *_: object) -> None:
        """Ask for a fast shutdown: no new connections, open transactions rolled back, a checkpoint."""
        self.closing = True
        self._signal(FAST)

    def _wait_for_owners(self) -> None:
        fcntl.flock(self.owners, fcntl.LOCK_EX)
        self.close()
        time.sleep(SHUTDOWN_PATIENCE)
        self._signal(IMMEDIATE)

    def _signal(self, number: signal.Signals) -> None:
        if self.server:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.server, number)

    def _run_server(self) -> int:
        guardian = os.getpid()
        self.server = os.fork()
        if not self.server:
            try:
                self._become_server(guardian)
            finally:
                os._exit(127)
        if self.closing:  # it was decided while the server had no number yet
            self._signal(FAST)
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == self.server:
                self.server = 0
                return status

    def _become_server(self, guardian: int) -> None:
        if self.account is not None:
            uid, gid = self.account
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        # After the switch of users, which would clear it.
        if _libc.prctl(PR_SET_PDEATHSIG, FAST, 0, 0, 0) or os.getppid() != guardian:
            return
        os.umask(0o077)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.execve(self.command[0], self.command, self.environment)  # noqa: S606  no shell is the point

    def _clear_orphans(self) -> None:
        """See every process of the dead server off; as their reaper we inherit them from the postmaster."""
        deadline = time.monotonic() + ORPHAN_PATIENCE
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid:
                    continue
                if time.monotonic() > deadline:
                    for child in _children():
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(child, signal.SIGKILL)
                time.sleep(0.01)


def _children() -> list[int]:
    me = os.getpid()
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            stat = (entry / "stat").read_bytes()
            if int(stat[stat.rindex(b")") + 2 :].split()[1]) == me:
                found.append(int(entry.name))
    return found


def main() -> None:
    """Leave the starter's session and family, say who we are, and keep the server."""
    order = json.loads(sys.argv[1])
    if os.fork():
        os._exit(0)
    os.setsid()
    os.set_inheritable(order["report"], False)  # its end tells the starter that we ended
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    guardian = Guardian(order)
    signal.signal(signal.SIGTERM, guardian.close)
    os.ftruncate(order["server_lock"], 0)
    os.pwrite(order["server_lock"], f"{os.getpid()}\n".encode(), 0)
    guardian.keep()
    os._exit(0)  # the thread that waits for owners is not waited for


if __name__ == "__main__":
    main()
