"""Follows files through rotation by renaming and by truncation, and goes on exactly where the last commit stood."""

from __future__ import annotations

import asyncio
import glob
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.formats.framing import Cut
from qorgan.module.sources.base import REFUSED_KEPT, Chunk, Refused
from qorgan.module.sources.marks import Mark
from qorgan.module.sources.rotation import is_rotated_name
from qorgan.module.sources.settings import FileSource
from qorgan.module.sources.trail import Trail

POLL: Final = 0.05
"""Seconds between looks at files that have nothing new."""

RESCAN: Final = 1.0
"""Seconds between looks for new files that a pattern names."""

MAX_FILES: Final = 4_096
"""Files that one pattern may follow; beyond it the source says so and follows the first."""


class _Place(Struct, frozen=True, omit_defaults=True):
    """Where reading of one path stands: the files being read, the oldest first, and some that are done with."""

    open: tuple[Mark, ...] = ()
    done: tuple[Mark, ...] = ()


class _Position(Struct, frozen=True):
    files: dict[str, _Place]
    version: int = 1


_log: Final = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(_Position).decode


class FileTail:
    """The source of kind `file`."""

    def __init__(self, settings: FileSource, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = settings.name
        self.dropped = 0
        self.trouble = ""
        self._settings = settings
        self._clock = clock
        self._blocks = settings.format in {"auto", "modsecurity"}
        self._trails: dict[str, Trail] = {}
        self._scanned = float("-inf")
        self._closed = asyncio.Event()

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:
        """Chunks from `position`. Raises `msgspec.MsgspecError` for a position that is none of this source's."""
        try:
            if position:
                self.resume(position)
            elif self._settings.start == "end":
                # Committed at once: else lines written before the first record would be passed over at a restart.
                yield self._begin_at_ends()
            while not self._closed.is_set():
                idle = True
                for chunk in self.look_once():
                    idle = False
                    yield chunk
                    if self._closed.is_set():
                        return
                if idle:
                    await self._rest()
        finally:
            for trail in self._trails.values():
                trail.close()

    async def close(self) -> None:
        """Ends the iterator at its next step; it closes the files itself."""
        self._closed.set()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._closed.wait(), POLL)
        except TimeoutError:
            return

    def resume(self, position: str) -> None:
        """Stands where an earlier run committed. Raises `msgspec.MsgspecError` for a position that is none."""
        for path, place in _decode(position).files.items():
            self._trails[path] = Trail(Path(path), self._blocks, self._clock, done=list(place.done))
            if not self._trails[path].take_up(place.open):
                _log.warning("%s was replaced while nobody read it, and what it held is not found beside it", path)

    def _begin_at_ends(self) -> Chunk:
        self._find_files()
        for trail in self._trails.values():
            trail.begin_at_end()
        return self._chunk(Cut(), 0, "")

    def look_once(self) -> Iterator[Chunk]:
        """One chunk of each file that has something new. What `chunks` does again and again."""
        if self._clock() - self._scanned >= RESCAN:
            self._find_files()
        self.trouble = ""
        for path, trail in list(self._trails.items()):
            self._say(trail.look())
            if (found := trail.read()) and (found[0].records or found[0].refused):
                yield self._chunk(*found, path)
            if trail.gone and not trail.places()[0]:
                del self._trails[path]

    def _find_files(self) -> None:
        self._scanned = self._clock()
        pattern = self._settings.path
        # The pattern is a whole path of the configuration, which pathlib's globbing below a folder does not take.
        names = sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]  # noqa: PTH207 - as said above
        known = set(names) | set(self._trails)
        for name in names:
            if name in self._trails or _is_rotation_of_another(name, known):
                continue
            if len(self._trails) >= MAX_FILES:
                self._say(f"more than {MAX_FILES} files match; the rest are not followed")
                return
            self._trails[name] = Trail(Path(name), self._blocks, self._clock)

    def _say(self, trouble: str) -> None:
        self.trouble = trouble or self.trouble

    def _chunk(self, cut: Cut, begin: int, path: str) -> Chunk:
        return Chunk(
            source=self.name,
            records=cut.records,
            position=self._position(),
            refused=tuple(
                Refused(f"{path}:offset {begin + start}", reason, head[:REFUSED_KEPT])
                for start, reason, head in cut.refused
            ),
            place=lambda index: f"{path}:offset {begin + cut.start_of(index)}",
        )

    def _position(self) -> str:
        places = {path: _Place(*trail.places()) for path, trail in self._trails.items()}
        return _encode(_Position({path: place for path, place in places.items() if place.open or place.done})).decode()


def _is_rotation_of_another(name: str, known: set[str]) -> bool:
    """Whether a pattern also matches what rotation makes of a file that it matches: that one is followed already."""
    folder, base = os.path.split(name)
    return any(is_rotated_name(base, other) for path in known for at, other in [os.path.split(path)] if at == folder)
