"""Locks that the kernel lets go of by itself when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import weakref
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path


class FileLock:
    """A lock on a whole file (flock). One object is one holder, also within one process."""

    def __init__(self, path: Path) -> None:
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _open_locks.add(self)

    @property
    def fd(self) -> int | None:
        """The descriptor, to be inherited by a process that shall hold the lock on; None once closed."""
        return self._fd

    def take(self, *, shared: bool) -> bool:
        """Take the lock without waiting; whether it was to be had."""
        if self._fd is None:
            return False
        try:
            fcntl.flock(self._fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def drop(self) -> None:
        """Let go, also for those who inherited the descriptor."""
        if self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Forget the descriptor; the lock lives on with those who inherited it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_open_locks: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    """A forked child is no owner: else a stray worker would keep the server alive after its parent died."""
    for lock in list(_open_locks):
        lock.close()


os.register_at_fork(after_in_child=_forget_in_child)
