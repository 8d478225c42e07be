"""What the server says of itself in postmaster.pid, and whether that is still true."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from msgspec import Struct

from qorgan.kit.postgres.errors import ClusterError

PID_FILE: Final = "postmaster.pid"
_LINES: Final = 8


class Postmaster(Struct, frozen=True):
    """A server's entry about itself."""

    pid: int
    port: int
    socket_folder: Path
    ready: bool


def read(data: Path) -> Postmaster | None:
    """The entry, or None while there is none or it is not written to its end."""
    try:
        lines = (data / PID_FILE).read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(lines) < _LINES:
        return None
    pid, _, _, port, socket_folder, _, _, status = lines[:_LINES]
    return Postmaster(abs(int(pid)), int(port), Path(socket_folder), ready=status.strip() == "ready")


def parent_of(pid: int) -> int | None:
    """The parent of a live process, None if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent = stat[stat.rindex(b")") + 2 :].split()[:2]
    return None if state in (b"Z", b"X") else int(parent)


def clear_stale_entry(data: Path) -> None:
    """Remove the entry of a dead server whose number is taken. The caller holds the server lock.

    PostgreSQL itself takes over an entry whose number is free; it would refuse one whose number went to another
    process, or whose process is dead but was not waited for by its parent.
    Raises ClusterError when the number really is a server on this data that somebody started by hand.
    """
    try:
        pid = abs(int((data / PID_FILE).read_text().split("\n", 1)[0]))
    except FileNotFoundError:
        return
    except ValueError:  # cut while it was being written: no server came to life from it
        (data / PID_FILE).unlink()
        return
    process = Path(f"/proc/{pid}")
    if not process.exists():
        return
    try:
        works_here = (process / "cwd").samefile(data)
    except OSError:  # dead, or another user's
        works_here = False
    if works_here:
        raise ClusterError(f"A server that was not started by us runs on {data} (process {pid}). Stop it first.")
    (data / PID_FILE).unlink(missing_ok=True)
