"""The spool as files: opened by one process, changed in durable transactions, mended when damaged."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from qorgan.module.durable import private_folder, sync_folder
from qorgan.module.spool import database, keeping, key_file, salvage, view
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.errors import SpoolBusy, SpoolDamaged, SpoolFull, SpoolLocked
from qorgan.module.spool.limits import Limits
from qorgan.module.spool.numbers import Ceiling
from qorgan.module.spool.reserve import Reserve
from qorgan.module.spool.sealing import KeyRing
from qorgan.module.spool.state import State, insert, load

log = logging.getLogger(__name__)

LOCK = "spool.lock"


class Change:
    """A transaction under way: its connection, and the state that it will leave."""

    def __init__(self, connection: SpoolConnection, state: State) -> None:
        self.connection = connection
        self.state = state

    def move(self, **fields: int) -> None:
        """Give columns of the state new values."""
        self.state = msgspec.structs.replace(self.state, **fields)


class SpoolFiles:
    """What holds the files of a spool, and nobody else may while it does."""

    _lock_file: int
    _ceiling: Ceiling
    _state: State
    _keys: KeyRing
    _write: SpoolConnection | None = None
    _read: SpoolConnection | None = None

    def __init__(
        self, folder: Path, limits: Limits, clock: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._folder = folder
        self._path = folder / database.FILE
        self._reserve = Reserve(folder)
        self.limits = limits
        self._clock = clock
        self._monotonic = monotonic
        self._since = monotonic()
        self._writer_lock = threading.RLock()
        self._reader_lock = threading.RLock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        first: int = 1,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        keys_at: Path | None = None,
    ) -> Self:
        """The spool of a state folder, made if need be; its numbers begin at `first`, what the hub expects.

        `clock` only dates what people read. `keys_at` is the file of its keys; without one it is the file beside the
        folder. Raises SpoolBusy, SpoolForeign, SpoolLocked, which have touched nothing; SpoolFull.
        """
        spool = cls(folder, limits or Limits(), clock, monotonic)
        private_folder(folder)
        spool._lock_file = _lock(folder / LOCK)
        try:
            spool._keys = spool._find_keys(keys_at or key_file.beside(folder))
            spool._ceiling = Ceiling(folder)
            spool._begin(first)
        except BaseException:
            os.close(spool._lock_file)
            raise
        return spool

    def renew_keys(self, keys_at: Path | None = None) -> None:
        """Seal under the first key of the file as it is by now. Raises SpoolLocked; the old keys then stay in force."""
        with self._writer_lock, self._reader_lock:
            found = self._find_keys(keys_at or key_file.beside(self._folder))
            database.note_keys(self._writer(), self._path, [found.current])
            self._keys.take_over(found)

    def keys_in_use(self) -> set[str]:
        """The ids of the keys under which something is sealed; it takes long, for it looks at everything."""
        with self._reading() as connection:
            return salvage.keys_of_content(connection)

    def forget_keys(self, unused: Iterable[str]) -> None:
        """Need these keys no more."""
        with self._writer_lock, database.transaction(self._writer(), self._path) as connection:
            connection.executemany("DELETE FROM seal WHERE name = ?", [(database.KEY + name,) for name in unused])

    def _find_keys(self, keys_at: Path) -> KeyRing:
        """The keys, before anything of the spool is opened for writing."""
        try:
            used = database.keys_used(self._path)
        except SpoolDamaged:
            # Which keys it needs is then seen chunk by chunk, while it is mended.
            used = set()
            if not keys_at.exists() and salvage.holds_seals(self._path):
                raise SpoolLocked(f"{keys_at}: there is no such file, and the spool is sealed and damaged") from None
        return key_file.ring_or_new(keys_at, used)

    def _begin(self, first: int) -> None:
        """Open the files, mended if they are damaged, with the reserve if the disk is full."""
        try:
            self._open_or_mend(first)
        except SpoolFull:
            if not self._reserve.release():
                raise
            self._open_or_mend(first)

    def _open_or_mend(self, first: int) -> None:
        salvage.finish(self._folder)
        try:
            self._connect(first)
        except SpoolDamaged as damage:
            self.mend(str(damage))

    def close(self) -> None:
        """Let go of the files. Nothing is lost by not calling it."""
        with self._writer_lock, self._reader_lock:
            self._disconnect()
            os.close(self._lock_file)

    def mend(self, damage: str) -> None:
        """Set a damaged file aside and go on with what can be read of it."""
        log.error("the spool is damaged (%s); mending it", damage)
        with self._writer_lock, self._reader_lock:
            self._disconnect()
            found = salvage.salvage(self._folder, self._ceiling, self._clock, getattr(self, "_state", None), self._keys)
            self._connect(1)
        log.warning("the spool is mended: %s", found)

    def _connect(self, first: int) -> None:
        try:
            self._write = database.connect(self._path, self._keys)
            is_new = database.prepare(self._write, self._path, first=max(first, self._ceiling.value))
            self._read = database.connect(self._path, self._keys)
            with database.translated(self._path):
                self._read.execute("PRAGMA query_only = 1")
                self._state = load(self._write)
                view.check_account(self._read)
                database.note_keys(self._write, self._path, [self._keys.current])
            sync_folder(self._folder)
            if is_new and self._ceiling.value > first:
                # The database of a module that has already sent is gone, so who has what is for the hub to say.
                with self._change() as change:
                    change.move(acknowledged=first - 1, unsure=1)
            self._ceiling.reserve(self._state.next)
        except BaseException:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        for connection in (self._write, self._read):
            if connection is not None:
                connection.close()
        self._write = self._read = None

    def _writer(self) -> SpoolConnection:
        """The connection that writes. Call it with the writer's lock held."""
        if self._write is None:  # mending did not succeed: a full disk, for one
            self._connect(1)
        if self._write is None:
            raise SpoolFull(f"{self._path} is not open")
        return self._write

    @contextmanager
    def _change(self) -> Iterator[Change]:
        with self._writer_lock:
            connection = self._writer()
            now = self._monotonic()
            change = Change(connection, self._aged(now))
            with database.transaction(connection, self._path):
                yield change
                insert(connection, change.state)
            self._state, self._since = change.state, now

    def _aged(self, now: float) -> State:
        """The state, as old as the spool is at a moment of its own clock."""
        return msgspec.structs.replace(self._state, age=self._state.age + now - self._since)

    @contextmanager
    def _reading(self) -> Iterator[SpoolConnection]:
        if self._read is None:
            with self._writer_lock:
                self._writer()
        with self._reader_lock:
            if self._read is None:
                raise SpoolFull(f"{self._path} is not open")
            with database.translated(self._path):
                yield self._read

    def _free_reserve(self) -> bool:
        """Give what was held back to the log, so that it can be moved into the file and begin anew."""
        if not self._reserve.release():
            return False
        with self._writer_lock, suppress(SpoolFull):
            database.checkpoint(self._writer(), self._path)
        return True

    def _make_room(self) -> None:
        """Raise SpoolFull before a disk is filled to the last; what was sent and is kept goes first."""
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < self.limits.free_bytes:
            raise SpoolFull(f"under {self.limits.free_bytes >> 20} MiB are free on the disk of {self._folder}")
        try:
            self._reserve.take()
        except SpoolFull:
            database.shrink(self._writer(), self._path)
            self._reserve.take()
        while database.used_bytes(self._writer(), self._path) >= self.limits.spool_bytes:
            with self._change() as change:
                freed = keeping.drop_oldest(change.connection, change.state)
                if not freed:
                    raise SpoolFull(f"{self._path} is at its limit of {self.limits.spool_bytes >> 20} MiB")
                change.move(kept_bytes=change.state.kept_bytes - freed)


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise SpoolBusy(f"{path}: another process of the module holds this spool") from None
    return descriptor
