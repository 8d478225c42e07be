"""A folder of reported messages. A file is taken when it stands still, and is gone once its signal is on the disk.

What crashed between the two is known by the position, which is committed with the signal: such a file is only put
away, and not read twice.
"""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.mail.bounds import MOST_MESSAGE
from qorgan.module.mail.handed import MESSAGE, Handed, hand, refusal_of
from qorgan.module.sources.antivirus import asked
from qorgan.module.sources.base import Chunk, Refused
from qorgan.module.sources.settings import MailSource

LOOK: Final = 0.25
"""Seconds between looks into the folder."""
MOST_WAITING: Final = 1_024
"""Files that are taken and not put away yet."""
DONE: Final = "done"
REFUSED: Final = "refused"
"""Folders below, for files that were read and for files that could not be."""
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")
_MOST_SEEN: Final = 10_000


class _Mark(Struct, frozen=True):
    """A file that is the same as long as these are."""

    inode: int
    size: int
    changed: int
    """Nanoseconds since the epoch."""


class _Position(Struct, frozen=True):
    taken: dict[str, _Mark]
    version: int = 1


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Position).decode


class MailFolder:
    """The source of kind `mail`."""

    def __init__(self, settings: MailSource, clock: Callable[[], float] = time.time) -> None:
        self.name = settings.name
        self.dropped = 0
        self.trouble = ""
        self._settings = settings
        self._folder = Path(settings.path)
        self._clock = clock
        self._taken: dict[str, _Mark] = {}
        """Files that were given out or committed, and still stand in the folder."""
        self._closed = asyncio.Event()

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:
        """A chunk a file. Raises `msgspec.MsgspecError` for a position that is none of this source's."""
        if position:
            for name, mark in _decode(position).taken.items():
                self._put_away_again(name, mark)
        while not self._closed.is_set():
            idle = True
            for name, mark in self._standing():
                chunk = await self._read(name, mark)
                if self._closed.is_set():
                    return
                if chunk is not None:
                    idle = False
                    yield chunk
            if idle:
                await self._rest()

    async def close(self) -> None:
        """Ends the iterator at its next step."""
        self._closed.set()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._closed.wait(), LOOK)
        except TimeoutError:
            return

    def _standing(self) -> list[tuple[str, _Mark]]:
        """The files that nobody writes any more, the oldest first."""
        found: list[tuple[str, _Mark]] = []
        present: set[str] = set()
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    mark = _mark_of(entry)
                    if mark is None:
                        continue
                    present.add(entry.name)
                    still = self._clock() - mark.changed / 1e9
                    if self._taken.get(entry.name) != mark and not 0 <= still < self._settings.settle_seconds:
                        found.append((entry.name, mark))
                    if len(found) >= _MOST_SEEN:
                        break
        except OSError as error:
            self.trouble = f"{self._folder}: {error.strerror or error}"
            return []
        if self.trouble.startswith(f"{self._folder}: "):
            self.trouble = ""
        for name in self._taken.keys() - present:
            del self._taken[name]
        room = MOST_WAITING - len(self._taken)
        return sorted(found, key=lambda one: (one[1].changed, one[0]))[: max(room, 0)]

    async def _read(self, name: str, mark: _Mark) -> Chunk | None:
        path = self._folder / name
        refused = ""
        content = b""
        if mark.size > MOST_MESSAGE:
            refused = "a message that is too long"
        else:
            try:
                content = await asyncio.to_thread(_content_of, path)
            except OSError as error:
                self.trouble = f"{path}: {error.strerror or error}"
                return None
            refused = refusal_of(content)
        self._taken[name] = mark
        done = partial(self._done, name, mark, REFUSED if refused else DONE)
        place = str(path)
        if refused:
            # Its first bytes may tell who reported it: the file stands in its folder, for whoever may read it.
            return self._chunk([], (Refused(place, refused, b""),), place, done)
        scan, found = await asked(content, self._settings.clamd)
        at = datetime.fromtimestamp(mark.changed / 1e9, UTC)
        handed = Handed(reported=self._settings.reported, scan=scan, found=found, at=at)
        return self._chunk([hand(content, handed)], (), place, done)

    def _chunk(
        self, records: list[bytes], refused: tuple[Refused, ...], place: str, done: Callable[[bool], None]
    ) -> Chunk:
        return Chunk(
            source=self.name,
            records=records,
            position=_encode(_Position(self._taken)).decode(),
            refused=refused,
            format=MESSAGE,
            place=lambda _index: place,
            done=done,
        )

    def _done(self, name: str, mark: _Mark, where: str, durable: bool) -> None:
        """Put a file away, or take it again when its signal did not become durable."""
        if not durable:
            self._taken.pop(name, None)
        else:
            self._put_away(name, mark, where)

    def _put_away_again(self, name: str, mark: _Mark) -> None:
        """Put away what an earlier run had committed, wherever it still stands."""
        self._taken[name] = mark
        self._put_away(name, mark, DONE)

    def _put_away(self, name: str, mark: _Mark, where: str) -> None:
        path = self._folder / name
        try:
            if _mark_of_status(path.lstat()) != mark:
                return
            if where == DONE and self._settings.after == "delete":
                path.unlink()
            else:
                (self._folder / where).mkdir(mode=0o700, exist_ok=True)
                path.rename(_free(self._folder / where / name))
        except FileNotFoundError:
            self._taken.pop(name, None)
        except OSError as error:
            # It was read and is not read again; but it should not stand there.
            self.trouble = f"{path} cannot be put away: {error.strerror or error}"
        else:
            self._taken.pop(name, None)


def _mark_of(entry: os.DirEntry[str]) -> _Mark | None:
    """What a file is known by; None for what is no finished message of its own."""
    if entry.name.startswith(".") or entry.name.endswith(_UNFINISHED):
        return None
    try:
        return _mark_of_status(entry.stat(follow_symlinks=False))
    except OSError:
        return None


def _mark_of_status(status: os.stat_result) -> _Mark | None:
    if not stat.S_ISREG(status.st_mode):
        return None
    return _Mark(status.st_ino, status.st_size, status.st_mtime_ns)


def _content_of(path: Path) -> bytes:
    """A file's content. A link that somebody put in its place meanwhile is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MOST_MESSAGE + 1)


def _free(path: Path) -> Path:
    """A name that no file has yet."""
    number = 0
    found = path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
