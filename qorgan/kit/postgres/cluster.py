"""A PostgreSQL cluster in a folder, and the running server a program holds on to."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

from qorgan.kit.postgres import account, binaries, guardian, home, postmaster, settings
from qorgan.kit.postgres.errors import ClusterError, StartError
from qorgan.kit.postgres.initdb import ENVIRONMENT, SUPERUSER, ensure_data
from qorgan.kit.postgres.locks import FileLock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qorgan.kit.postgres.account import Account
    from qorgan.kit.postgres.postmaster import Postmaster

DEFAULT_PORT: Final = 5432
_STEP: Final = 0.005
_LOG_LINES: Final = 20

log = logging.getLogger(__name__)


class Cluster:
    """One cluster, known by the folder that was asked for.

    Any number of programs may start it at the same time: the first launches the server, the others use the same one,
    and it goes down with the last of them. Linux only.
    """

    def __init__(self, folder: Path | str, *, port: int | None = None, patience: float = 120.0) -> None:
        """`port` also opens a listener on 127.0.0.1; `patience` is how long, in seconds, a start or stop may take."""
        self.home = home.home_of(Path(folder))
        self._port = port
        self._patience = patience

    @property
    def note(self) -> str | None:
        """What a person should know of where the data is, when it is not where they asked."""
        if self.home.moved_from is None:
            return None
        return (
            f"PostgreSQL does not run as root, and an unprivileged user cannot enter {self.home.moved_from}; "
            f"the data is in {self.home.path}."
        )

    def start(self, settings: Mapping[str, str] | None = None) -> Running:
        """Launch the server, or join the one that runs.

        `settings` override the usual ones and count for the program that launches, not for one that joins.
        Raises ClusterError when the folder or account is unfit, StartError when the server does not come up.
        """
        server = account.for_server(self.home.data)
        self.home.prepare(server)
        if self.note:
            log.info("%s", self.note)
        presence = FileLock(self.home.owners_lock)
        try:
            found, joined = self._start(presence, server, settings)
        except BaseException:
            presence.close()
            raise
        return Running(self, presence, found, joined=joined, patience=self._patience)

    def remove(self) -> None:
        """Delete the cluster with all its data. Raises ClusterError while a server uses it."""
        if not self.home.server_lock.exists():
            return
        with FileLock(self.home.server_lock) as lock:
            if not lock.take(shared=False):
                raise ClusterError(f"A server runs on {self.home.path}. Stop it before removing its data.")
            home.remove(self.home)

    def _start(self, presence: FileLock, server: Account, wanted: Mapping[str, str] | None) -> tuple[Postmaster, bool]:
        """(1) Be counted as an owner. (2) Launch if nobody did. (3) Else wait until the other's server is ready."""
        deadline = time.monotonic() + self._patience
        counted = False
        while time.monotonic() < deadline:
            # (1) Not to be had only while a guardian is shutting down.
            counted = counted or presence.take(shared=True)
            if counted:
                with FileLock(self.home.server_lock) as lock:
                    # (2) The lock goes on to the guardian; our own end of it must not keep it.
                    if lock.take(shared=False):
                        report = self._launch(lock, server, wanted)
                        lock.close()
                        return self._await_ready(report, deadline), False
                # (3) Somebody launches, or has launched.
                found = self._ready()
                if found:
                    return found, True
            time.sleep(_STEP)
        raise StartError(
            f"Another server holds {self.home.server_lock} and is not ready after {self._patience:g} s. "
            f"Look at {self.home.log}.{self._last_words()}"
        )

    def _launch(self, lock: FileLock, server: Account, wanted: Mapping[str, str] | None) -> int:
        """Hand the lock to a guardian with a server; returns the end of a pipe that closes when the guardian ends."""
        programs = binaries.programs_for(server, home.shelf)
        ensure_data(self.home, programs, server)
        postmaster.clear_stale_entry(self.home.data)
        socket_folder, passing = self.home.socket_folder(server)
        options = settings.arguments(
            wanted,
            socket_folder=socket_folder,
            port=self._port or DEFAULT_PORT,
            listen=self._port is not None,
            log=self.home.log,
        )
        self.home.server_lock.write_text("")  # the former guardian's number
        report, report_writer = os.pipe()
        order = {
            "command": [str(programs / "postgres"), "-D", str(self.home.data), *options],
            "environment": ENVIRONMENT,
            "account": [server.uid, server.gid] if server.switch else None,
            "owners_lock": str(self.home.owners_lock),
            "server_lock": lock.fd,
            "report": report_writer,
            "passing_folder": str(socket_folder) if passing else None,
        }
        try:
            with self.home.launch_log.open("wb") as out:
                subprocess.run(  # noqa: S603  our own program with our own arguments
                    [sys.executable, "-I", "-S", guardian.__file__, json.dumps(order)],
                    pass_fds=[fd for fd in (lock.fd, report_writer) if fd is not None],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    cwd="/",
                    check=True,
                )
        except BaseException:
            os.close(report)
            raise
        finally:
            os.close(report_writer)
        return report

    def _await_ready(self, report: int, deadline: float) -> Postmaster:
        try:
            while time.monotonic() < deadline:
                ended = select.select([report], [], [], _STEP)[0]
                found = self._ready()
                if found:
                    return found
                if ended:
                    raise StartError(f"PostgreSQL ended while starting in {self.home.path}.{self._last_words()}")
        finally:
            os.close(report)
        raise StartError(f"PostgreSQL in {self.home.path} is not ready after {self._patience:g} s.{self._last_words()}")

    def _ready(self) -> Postmaster | None:
        """The server's entry, if it is ready and still the child of the guardian that holds the lock."""
        found = postmaster.read(self.home.data)
        guardian_pid = self.home.server_lock.read_text().strip()
        if found is None or not found.ready or not guardian_pid:
            return None
        return found if postmaster.parent_of(found.pid) == int(guardian_pid) else None

    def _last_words(self) -> str:
        """The end of what the server said, to stand below an error."""
        logs = sorted(self.home.log.glob("server-*.log"), key=lambda path: path.stat().st_mtime)[-1:]
        lines = [
            line
            for path in (*logs, self.home.launch_log)
            if path.is_file()
            for line in path.read_text(errors="replace").splitlines()[-_LOG_LINES:]
        ]
        return "".join(f"\n  {line}" for line in lines[-_LOG_LINES:])


class Running:
    """A program's hold on a running server; the server lives as long as somebody holds on."""

    def __init__(
        self, cluster: Cluster, presence: FileLock, found: Postmaster, *, joined: bool, patience: float
    ) -> None:
        """Made by Cluster.start only."""
        self.cluster = cluster
        self.joined = joined
        self.socket_folder = found.socket_folder
        self.port = found.port
        self._presence = presence
        self._patience = patience

    def dsn(self, role: str, database: str, password: str, *, host: str | None = None) -> str:
        """A libpq URI over the socket, or over `host` when the cluster listens on its loopback port."""
        where = quote(host or str(self.socket_folder), safe="")
        return (
            f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@/{quote(database, safe='')}"
            f"?host={where}&port={self.port}"
        )

    def superuser_dsn(self, database: str = "postgres") -> str:
        """A URI of the superuser, for making roles and databases."""
        return self.dsn(SUPERUSER, database, self.cluster.home.password.read_text().strip())

    def stop(self) -> None:
        """Let go. If nobody else holds on, wait until the server has shut down; a second call does nothing.

        Raises ClusterError when the server is still shutting down after the cluster's patience.
        """
        if self._presence.fd is None:
            return
        self._presence.close()
        deadline = time.monotonic() + self._patience
        seen_others = 0
        with FileLock(self.cluster.home.server_lock) as server, FileLock(self.cluster.home.owners_lock) as owners:
            while not server.take(shared=False):
                # An exclusive lock that is refused and a shared one that is given: there are other owners. Asked
                # three times, because two programs that stop together see each other's questions.
                alone = owners.take(shared=False)
                others = not alone and owners.take(shared=True)
                owners.drop()
                seen_others = seen_others + 1 if others else 0
                if seen_others == 3:  # noqa: PLR2004
                    return
                if time.monotonic() > deadline:
                    raise ClusterError(f"PostgreSQL in {self.cluster.home.path} is still shutting down.")
                time.sleep(_STEP)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
