"""Where a cluster lives and what lies in its folder."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from qorgan.kit.postgres import account
from qorgan.kit.postgres.account import Account
from qorgan.kit.postgres.errors import ClusterError

SHELVES: Final = (Path("/var/lib/qorgan"), Path("/var/tmp/qorgan"))  # noqa: S108  checked to be ours before use
"""Where root's clusters go when the asked folder cannot be reached by an unprivileged server."""

POINTER: Final = "moved-to"
"""The file in the asked folder that names the place of a cluster that had to go elsewhere."""

LONGEST_SOCKET_FOLDER: Final = 107 - len("/.s.PGSQL.65535.lock")
"""Bytes: the kernel's limit of a socket's path less the names PostgreSQL puts into the folder."""


class Home(Struct, frozen=True):
    """The folder of one cluster. Everything in it is ours; nothing above it is touched."""

    path: Path
    moved_from: Path | None = None
    """The folder that was asked for, when the server's account could not have reached it."""

    @property
    def data(self) -> Path:
        """PostgreSQL's own files."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """The server's log: one file a day of the week, each overwritten a week later."""
        return self.path / "log"

    @property
    def launch_log(self) -> Path:
        """What the server said before its log was open."""
        return self.path / "launch.log"

    @property
    def password(self) -> Path:
        """The superuser's password, for our eyes only."""
        return self.path / "superuser.password"

    @property
    def owners_lock(self) -> Path:
        """Held shared by each program that uses the server."""
        return self.path / "owners.lock"

    @property
    def server_lock(self) -> Path:
        """Held by whoever starts the server, then by the guardian and every process of the server."""
        return self.path / "server.lock"

    def prepare(self, server: Account) -> None:
        """Make the folder if needed; refuse one that holds something else or is another user's."""
        _make(self.path, server)
        if not account.ours().owns(self.path):
            raise ClusterError(
                f"{self.path} belongs to user number {self.path.stat().st_uid}. "
                "Start the server as that user, or choose another folder."
            )
        found = sorted(entry.name for entry in self.path.iterdir())
        if found and self.server_lock.name not in found:
            raise ClusterError(
                f"{self.path} holds something else (found {found[0]!r}). Choose an empty or a new folder."
            )
        self.path.chmod(0o711 if server.switch else 0o700)
        for lock in (self.server_lock, self.owners_lock):
            lock.touch(mode=0o600)
        self.log.mkdir(mode=0o700, exist_ok=True)
        server.give(self.log)

    def socket_folder(self, server: Account) -> tuple[Path, bool]:
        """An empty folder for the server's socket, and whether it is a passing one to remove afterwards."""
        inside = self.path / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            inside.mkdir(mode=0o700, exist_ok=True)
            server.give(inside)
            for left in inside.glob(".s.PGSQL.*"):  # by a killed server, with a number that may live again
                left.unlink()
            return inside, False
        short = Path(tempfile.mkdtemp(prefix="qorgan-", dir=_short_temporary()))
        server.give(short)
        return short, True


def home_of(folder: Path) -> Home:
    """Where the cluster of `folder` lives: there, unless root asked for a place its server could not enter.

    Only looks, but for a cluster that must go elsewhere: its place is noted in `folder` at once.
    """
    folder = folder.resolve()
    pointer = folder / POINTER
    if pointer.is_file():
        return Home(Path(pointer.read_text().strip()), moved_from=folder)
    if os.geteuid() != 0:
        return Home(folder)
    server = account.for_server(folder / "data")
    if server.can_reach(folder):
        return Home(folder)
    if (folder / "data").exists():
        raise ClusterError(
            f"The server's user number {server.uid} cannot reach {folder}. Move the whole folder to a place it can."
        )
    return Home(_claim(folder), moved_from=folder)


def _claim(folder: Path) -> Path:
    """A place of its own on the shelf. Whoever notes one first decides for everybody.

    A folder that was deleted and made again gets a new place: data that nobody points to must not come back to life.
    """
    _make(folder, account.ours())
    place = shelf() / f"{folder.name[:32]}-{secrets.token_hex(6)}"
    note = folder / f"{POINTER}.{secrets.token_hex(6)}"
    note.write_text(f"{place}\n")
    with suppress(FileExistsError):
        os.link(note, folder / POINTER)
    note.unlink()
    return Path((folder / POINTER).read_text().strip())


def shelf() -> Path:
    """Root's own place for what unprivileged accounts must reach."""
    for place in SHELVES:
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        found = place.lstat()
        if place.is_dir() and not place.is_symlink() and found.st_uid == 0 and not found.st_mode & 0o022:
            place.chmod(0o755)
            return place
    raise ClusterError(
        f"None of {', '.join(map(str, SHELVES))} can be made or is safe to use. Make the first for root."
    )


def remove(home: Home) -> None:
    """Delete the cluster and the note that led to it."""
    shutil.rmtree(home.path)
    if home.moved_from is not None:
        (home.moved_from / POINTER).unlink(missing_ok=True)


def _make(folder: Path, server: Account) -> None:
    """Make the folder and what is missing above it; what we make, the server may pass, whatever our umask."""
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(exist_ok=True)
        if server.switch:
            missing.chmod(0o755)


def _short_temporary() -> str:
    place = tempfile.gettempdir()
    return place if len(os.fsencode(place)) + len("/qorgan-12345678") <= LONGEST_SOCKET_FOLDER else "/tmp"  # noqa: S108
