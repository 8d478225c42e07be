"""`qorgan hub run`: PostgreSQL, intake, portal and clerk: started in order, started again when they fall, stopped."""

from __future__ import annotations

import fcntl
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from qorgan.hub.config import Config
from qorgan.hub.database.connection import DatabaseRefused, Role
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.run.sealing import Sealer, Sealing
from qorgan.hub.run.serve import STOP_PATIENCE
from qorgan.hub.run.server import make_state, prepared

READY_PATIENCE: Final = 60.0
_STEP: Final = 0.05
_SHORTEST_LIFE: Final = 1.0
"""Seconds: a process that falls sooner after its start is started again only after this long."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the hub answers."""

    intake: str
    portal: str


@dataclass(slots=True)
class Process:
    """One process that is kept running."""

    what: str
    listener: socket.socket | None
    """None for the clerk, to whom nobody connects."""
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """The processes of one hub."""

    processes: list[Process]
    every_now_and_then: Callable[[], None]
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

    def await_ready(self, addresses: Addresses) -> bool:
        """Wait until intake says that it can store, and the portal answers. False when told to stop meanwhile."""
        wanted = [(addresses.intake, "/health"), (addresses.portal, "/health")]
        deadline = time.monotonic() + READY_PATIENCE
        while wanted and not self._stopping:
            self.start()
            wanted = [one for one in wanted if not _answers(*one)]
            if time.monotonic() > deadline:
                raise DatabaseRefused(f"{wanted[0][0]} does not answer after {READY_PATIENCE:g} s; see the log above")
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
        said = ["qorgan.hub.run.serve", process.what] if listening else [f"qorgan.hub.run.{process.what}"]
        return subprocess.Popen(  # noqa: S603 (our own interpreter and numbers of our own)
            [sys.executable, "-m", *said, *map(str, listening), str(life)],
            env=process.environment,
            pass_fds=[*listening, life],
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches everything in the terminal's group; the order of stopping is ours to give.
            start_new_session=True,
        )

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def run(config: Config, environment: dict[str, str], announce: Callable[[Addresses], None]) -> None:
    """Run a hub until SIGTERM or SIGINT. Raises DatabaseRefused when it cannot start.

    `environment` is what its processes get, but for the database: each gets its own role's URL and no other.
    `announce` is told the addresses once both answer.
    """
    make_state(config)
    with _alone(config), prepared(config) as urls:
        intakes = _listen_apart(config.intake.host, config.intake.port, "intake.port", config.intake.processes)
        portal = _listen(config.portal.host, config.portal.port, "portal.port")
        shared = {name: value for name, value in environment.items() if not name.startswith("QORGAN_DATABASE_URL")}
        shared["QORGAN_HUB_STATE"] = str(config.state.resolve())
        sealing = Sealing(Sealer(urls[Role.INTAKE], read_log_key(config)))
        supervisor = Supervisor(
            [
                *(
                    Process("intake", intake, shared | {"QORGAN_DATABASE_URL_INTAKE": urls[Role.INTAKE]})
                    for intake in intakes
                ),
                Process("portal", portal, shared | {"QORGAN_DATABASE_URL_WEB": urls[Role.WEB]}),
                Process("clerk", None, shared | {"QORGAN_DATABASE_URL_CLERK": urls[Role.CLERK]}),
            ],
            sealing.now_and_then,
        )
        supervisor.stop_on_signal()
        addresses = Addresses(_address(intakes[0]), _address(portal))
        try:
            if supervisor.await_ready(addresses):
                announce(addresses)
            supervisor.watch()
        finally:
            supervisor.stop()
            sealing.now()
            for listener in (*intakes, portal):
                listener.close()


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """One hub for one state folder. Raises DatabaseRefused when another runs."""
    with (config.state / "hub.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DatabaseRefused(f"{config.state}: another hub runs on this folder; stop it first") from None
        yield


def _listen_apart(host: str, port: int, key: str, count: int) -> list[socket.socket]:
    """So many listeners at one port, among which the kernel spreads connections.

    Processes that share one listener do not share its connections: whoever wakes first takes all that wait.
    """
    # Alone first: a listener that may be shared would quietly share the port with another hub of the same user.
    alone = _listen(host, port, key)
    port = alone.getsockname()[1]
    alone.close()
    return [_listen(host, port, key, shared=True) for _ in range(count)]


def _listen(host: str, port: int, key: str, *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise DatabaseRefused(f"{key}: {host}:{port}: {error.strerror}; set another port") from None
    listener.listen(2048)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _answers(address: str, path: str) -> bool:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
