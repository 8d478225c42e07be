"""Keeps a program's processes running: started in order, started again when they fall, stopped together."""

from __future__ import annotations

import fcntl
import http.client
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from qorgan.kit.serving.life import STOP_PATIENCE
from qorgan.kit.serving.listening import CannotServe

READY_PATIENCE: Final = 60.0
_STEP: Final = 0.05
_SHORTEST_LIFE: Final = 1.0
"""Seconds: a process that falls sooner after its start is started again only after this long."""
HEALTH: Final = "/health"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Process:
    """One process that is kept running: `python -m MODULE WORDS… [SOCKET] LIFE`."""

    what: str
    """For the log."""
    module: tuple[str, ...]
    """The module and the words it is told first."""
    listener: socket.socket | None
    """None for a process that nobody connects to."""
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """The processes of one program."""

    processes: list[Process]
    every_now_and_then: Callable[[], None] = lambda: None
    """Done at each step of the watch; takes no long time and raises nothing."""
    _life: tuple[int, int] = field(default_factory=os.pipe)
    _stopping: bool = False

    def start(self) -> None:
        """Start whatever does not run, unless it has only just fallen."""
        for process in self.processes:
            if process.running is not None and process.running.poll() is None:
                continue
            if process.running is not None:
                if time.monotonic() - process.started < _SHORTEST_LIFE:
                    continue
                _log.error("%s ended with %s; starting it again", process.what, process.running.returncode)
            process.running = self._launch(process)
            process.started = time.monotonic()

    def stop_on_signal(self) -> None:
        """Let SIGTERM and SIGINT end `watch`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        while not self._stopping:
            self.start()
            self.every_now_and_then()
            time.sleep(_STEP * 4)

    def await_ready(self, addresses: Sequence[str]) -> bool:
        """Wait until each address says that it is well. False when told to stop meanwhile. Raises CannotServe."""
        wanted = list(addresses)
        deadline = time.monotonic() + READY_PATIENCE
        while wanted and not self._stopping:
            self.start()
            wanted = [one for one in wanted if not answers(one)]
            if time.monotonic() > deadline:
                raise CannotServe(f"{wanted[0]} does not answer after {READY_PATIENCE:g} s; see the log above")
            time.sleep(_STEP)
        return not self._stopping

    def stop(self) -> None:
        """End every process, by force after a while."""
        running = [process.running for process in self.processes if process.running]
        for one in running:
            one.terminate()
        deadline = time.monotonic() + STOP_PATIENCE + 2
        for one in running:
            try:
                one.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        for end in self._life:
            os.close(end)

    def _launch(self, process: Process) -> subprocess.Popen[bytes]:
        life = self._life[0]
        listening = [] if process.listener is None else [process.listener.fileno()]
        return subprocess.Popen(  # noqa: S603 (our own interpreter and numbers of our own)
            [sys.executable, "-m", *process.module, *map(str, listening), str(life)],
            env=process.environment,
            pass_fds=[*listening, life],
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches everything in the terminal's group; the order of stopping is ours to give.
            start_new_session=True,
        )

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


@contextmanager
def alone(state: Path, program: str) -> Iterator[None]:
    """One program of this name for one state folder. Raises CannotServe when another runs."""
    with (state / f"{program}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(f"{state}: another {program} runs on this folder; stop it first") from None
        yield


def answers(address: str) -> bool:
    """Whether a listener of ours on this machine says that it is well."""
    scheme, _, place = address.partition("://")
    connection = (
        http.client.HTTPConnection(place, timeout=2)
        if scheme == "http"
        # Our own listener on our own machine: whether it answers is asked, not whether others would believe it.
        else http.client.HTTPSConnection(place, timeout=2, context=_unverified())
    )
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
