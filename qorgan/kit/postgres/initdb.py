"""Making a new cluster: passwords for everybody, a locale that knows Kazakh letters, checksums on every page."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from qorgan.kit.postgres import account
from qorgan.kit.postgres.binaries import MAJOR
from qorgan.kit.postgres.errors import ClusterError, StartError

if TYPE_CHECKING:
    from pathlib import Path

    from qorgan.kit.postgres.account import Account
    from qorgan.kit.postgres.home import Home

SUPERUSER: Final = "qorgan_super"

ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""The whole environment of the server's programs: nothing of the caller's can change what they do."""


def ensure_data(home: Home, programs: Path, server: Account) -> None:
    """Make the data folder unless it is there. It appears whole or not at all, so a start may be cut anywhere."""
    if home.data.exists():
        _check_version(home.data)
        if not home.password.is_file():
            raise ClusterError(f"{home.password} is missing. Put the file back; the data cannot be opened without it.")
        return
    for left in home.path.glob("data.new*"):
        shutil.rmtree(left, ignore_errors=True)
    # A name of its own: the initdb of an owner that was killed may still be about, and clears away what it wrote.
    staging = home.path / f"data.new.{secrets.token_hex(4)}"
    maker = account.for_initdb()
    staging.mkdir(mode=0o700)
    maker.give(staging)
    _run_initdb(programs, staging, _password(home), maker)
    server.give_tree(staging)
    staging.rename(home.data)
    _sync(home.path)


def _run_initdb(programs: Path, target: Path, password: str, maker: Account) -> None:
    read_end, write_end = os.pipe()
    try:
        if maker.switch:
            os.fchown(read_end, maker.uid, maker.gid)  # else another account may not open it by its name
        os.write(write_end, f"{password}\n".encode())
        os.close(write_end)
        write_end = -1
        made = subprocess.run(  # noqa: S603  our own program with our own arguments
            [
                str(programs / "initdb"),
                f"--pgdata={target}",
                f"--username={SUPERUSER}",
                f"--pwfile=/dev/fd/{read_end}",
                "--auth=scram-sha-256",
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--lc-ctype=C.UTF-8",  # full-text search asks libc what a letter is
                "--data-checksums",
                "--no-instructions",
            ],
            pass_fds=[read_end],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            umask=0o077,
            user=maker.uid if maker.switch else None,
            group=maker.gid if maker.switch else None,
            extra_groups=[] if maker.switch else None,
        )
    finally:
        os.close(read_end)
        if write_end >= 0:
            os.close(write_end)
    if made.returncode:
        said = (made.stderr or made.stdout).strip()
        raise StartError(
            f"A new cluster could not be made in {target.parent} (initdb ended with {made.returncode}):\n{said}"
        )


def _password(home: Home) -> str:
    """The superuser's password, made at the first start and kept from then on."""
    if not home.password.is_file():
        partial = home.password.with_suffix(".new")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
            out.flush()
            os.fsync(out.fileno())
        partial.rename(home.password)
        _sync(home.path)
    return home.password.read_text().strip()


def _check_version(data: Path) -> None:
    version = data / "PG_VERSION"
    found = version.read_text().strip() if version.is_file() else "no"
    if found != MAJOR:
        raise ClusterError(
            f"{data} was made by {found} version of PostgreSQL, this one is {MAJOR}. "
            "Dump it with the version that made it and restore it into a new folder."
        )


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
