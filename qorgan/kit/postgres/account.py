"""Which account of the operating system the server runs as: our own, or an unprivileged one when we are root."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from typing import Final

from msgspec import Struct

from qorgan.kit.postgres.errors import ClusterError

NAMED: Final = "qorgan"
"""An account an administrator may make for us; it is taken where it exists."""

NUMBERED: Final = 60917
"""Taken otherwise: nobody's number, from the range that both systemd and Debian leave unused. A number needs no
line in /etc/passwd, and unlike `nobody` no other service runs under it and could read the data."""

FALLBACK: Final = "nobody"


class Account(Struct, frozen=True):
    """A user and group of the operating system."""

    uid: int
    gid: int
    switch: bool
    """Whether processes must be switched to it (we are root), or already run as it."""

    def owns(self, path: Path) -> bool:
        """Whether the path itself, not what it points to, belongs to this account."""
        return path.lstat().st_uid == self.uid

    def give(self, path: Path) -> None:
        """Make the account the owner of one path that is ours to give."""
        if self.switch:
            os.lchown(path, self.uid, self.gid)

    def give_tree(self, top: Path) -> None:
        """Make the account the owner of everything below and including `top`."""
        if not self.switch:
            return
        for folder, _, files in os.walk(top):
            os.lchown(folder, self.uid, self.gid)
            for name in files:
                os.lchown(Path(folder, name), self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether every folder above `path`, as far as there is one, lets this account pass by owner, group, mode."""
        return all(self._may(folder, execute=True) for folder in path.resolve().parents if folder.exists())

    def can_run(self, program: Path) -> bool:
        """Whether the account can reach and execute a program."""
        return self.can_reach(program) and self._may(program, execute=True) and self._may(program, execute=False)

    def _may(self, path: Path, *, execute: bool) -> bool:
        found = path.stat()
        bit = 0o1 if execute else 0o4
        if found.st_uid == self.uid:
            bit <<= 6
        elif found.st_gid == self.gid:
            bit <<= 3
        return bool(found.st_mode & bit)


def ours() -> Account:
    """The account this program runs as."""
    return Account(os.geteuid(), os.getegid(), switch=False)


def for_server(data: Path) -> Account:
    """The account of the server: whoever owns an existing data folder, else the best that is to be had."""
    if os.geteuid() != 0:
        return ours()
    if data.exists():
        found = data.stat()
        if found.st_uid == 0:
            raise ClusterError(
                f"{data} belongs to root, and PostgreSQL refuses to run as root. Give it to an unprivileged user."
            )
        return Account(found.st_uid, found.st_gid, switch=True)
    return _named(NAMED) or _numbered() or for_initdb()


def for_initdb() -> Account:
    """The account that makes a cluster: initdb insists on one with a name in the system's list."""
    if os.geteuid() != 0:
        return ours()
    account = _named(NAMED) or _named(FALLBACK)
    if account is None:
        raise ClusterError(
            f"PostgreSQL refuses to run as root, and there is neither an account {NAMED!r} nor {FALLBACK!r}. "
            f"Make one: useradd --system {NAMED}"
        )
    return account


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, switch=True) if entry.pw_uid else None


def _numbered() -> Account | None:
    """The numbered account, if nobody has the number and this (perhaps contained) system can switch to it."""
    taken = any(entry.pw_uid == NUMBERED for entry in pwd.getpwall())
    taken = taken or any(entry.gr_gid == NUMBERED for entry in grp.getgrall())
    mapped = all(_mapped(Path(f"/proc/self/{kind}_map")) for kind in ("uid", "gid"))
    return Account(NUMBERED, NUMBERED, switch=True) if mapped and not taken else None


def _mapped(table: Path) -> bool:
    ranges = [tuple(map(int, line.split())) for line in table.read_text().splitlines()]
    return any(first <= NUMBERED < first + count for first, _, count in ranges)
