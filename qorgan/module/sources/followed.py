"""One file that is being read: from a place, to where it ends now, noticing when it was truncated."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from qorgan.module.formats.framing import Cut, Cutter
from qorgan.module.sources.base import MAX_CHUNK_BYTES, MAX_CHUNK_RECORDS
from qorgan.module.sources.marks import HEAD, TAIL, Mark, digest, open_file

_WINDOW: Final = 512 * 1024
"""Bytes read at once: as many as stay in the processor's cache while they are cut into lines."""

_COMPARED: Final = 256 * 1024
"""Bytes at most by which a copy is told from a file that only begins like another."""


class Truncated(Exception):
    """The file has not the bytes any more that were read from it."""


class Followed:
    """An open file and the place in it."""

    def __init__(self, path: Path, *, blocks: bool, mark: Mark | None = None) -> None:
        """Opens the file at a mark, which must fit it, or at its start. Raises `OSError`."""
        self.path = path
        self._blocks = blocks
        self._descriptor = open_file(path)
        state = os.fstat(self._descriptor)
        self.device, self.inode = state.st_dev, state.st_ino
        self.offset = 0
        self._head = self._tail = b""
        self._seen: tuple[int, int] | None = None
        self._rest = False
        self._cutter = Cutter(blocks=blocks, skipping=mark.skipping if mark else "")
        self._written = mark.written if mark else state.st_mtime_ns
        if mark:
            self._stand_at(mark.offset)

    @property
    def identity(self) -> tuple[int, int]:
        """What tells this file from every other that exists now."""
        return self.device, self.inode

    @property
    def written(self) -> int:
        """When it was last written to (nanoseconds since 1970)."""
        return os.fstat(self._descriptor).st_mtime_ns

    @property
    def deleted(self) -> bool:
        """Whether no name leads to it any more."""
        return os.fstat(self._descriptor).st_nlink == 0

    def mark(self) -> Mark:
        """The place reached."""
        return Mark(
            device=self.device,
            inode=self.inode,
            offset=self.offset,
            head=digest(self._head),
            tail=digest(self._tail),
            written=self._written,
            skipping=self._cutter.skipping,
        )

    def to_end(self) -> None:
        """Passes over what stands there now; of a line that is being written, the rest too."""
        size = os.fstat(self._descriptor).st_size
        self._stand_at(size)
        if self._tail and not self._tail.endswith(b"\n"):
            self._cutter = Cutter(blocks=self._blocks, skipping="\n")

    def read(self, *, stale: bool = False, final: bool = False) -> tuple[Cut, int] | None:
        """The next whole records and the place where their buffer began; None when there is nothing new.

        `final` takes a last line without its end too; `stale` gives up a block that is followed by others.
        Raises `Truncated`, and then stands where it stood.
        """
        begin = self.offset
        cut = self._step(_WINDOW, stale=stale, final=final)
        if cut is None:
            return None
        if not cut.taken and self._seen is None:
            # A record longer than the window, perhaps; one longer than this is too long.
            cut = self._step(MAX_CHUNK_BYTES, stale=stale, final=final) or cut
        elif self._seen is None and len(cut.records) < MAX_CHUNK_RECORDS:
            # Whatever hinders this will be found by the next reading.
            with contextlib.suppress(Truncated):
                if following := self._step(_WINDOW, most=MAX_CHUNK_RECORDS - len(cut.records)):
                    cut.extend(following)
        return (cut, begin) if cut.taken else None

    def _step(
        self, size: int, *, most: int = MAX_CHUNK_RECORDS, stale: bool = False, final: bool = False
    ) -> Cut | None:
        """What one buffer of a size gives; None when the file is as it was."""
        state = os.fstat(self._descriptor)
        look = (state.st_size, state.st_mtime_ns)
        if look == self._seen and not final and not (stale and self._rest):
            return None
        if self._shrank(state.st_size):
            raise Truncated
        # What was read before is read again in the same call, so that nothing comes between the check and the read.
        data = os.pread(self._descriptor, len(self._tail) + size, self.offset - len(self._tail))
        if not data.startswith(self._tail):
            raise Truncated
        buffer = data[len(self._tail) :]
        final = final and len(buffer) < size
        cut = self._cutter.cut(buffer, stale=stale, final=final)
        whole = self._keep_bounds(cut, most)
        self._advance(buffer, cut.taken)
        self._written = state.st_mtime_ns
        # Given up once is enough: what is left behind then is a single block, which may still be in the writing.
        self._rest = len(buffer) > cut.taken and not stale
        self._seen = look if whole and len(buffer) < size else None
        return cut

    def truncated(self) -> bool:
        """Whether what was read from it is not in it any more."""
        if self._shrank(os.fstat(self._descriptor).st_size):
            return True
        tail = os.pread(self._descriptor, len(self._tail), self.offset - len(self._tail))
        return tail != self._tail

    def is_copied_in(self, path: Path) -> bool:
        """Whether another file is a copy of this one, which may have grown since. One that begins alike is none."""
        if not self.offset:
            return False
        try:
            other = open_file(path)
        except OSError:
            return False
        try:
            if not self.offset <= os.fstat(other).st_size <= os.fstat(self._descriptor).st_size:
                return False
            return os.pread(self._descriptor, _COMPARED, 0).startswith(os.pread(other, _COMPARED, 0))
        finally:
            os.close(other)

    def restart(self) -> None:
        """Begins again at the start of a truncated file."""
        self._cutter = Cutter(blocks=self._blocks)
        self._seen = None
        self._stand_at(self._first_data())

    def close(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)

    def _shrank(self, size: int) -> bool:
        return size < max(self.offset, self._seen[0] if self._seen else 0)

    def _first_data(self) -> int:
        # A writer that goes on at its old place after truncation leaves a hole, which need not be read through.
        try:
            return os.lseek(self._descriptor, 0, os.SEEK_DATA)
        except OSError:
            return 0

    def _stand_at(self, offset: int) -> None:
        self.offset = offset
        self._head = os.pread(self._descriptor, min(HEAD, offset), 0)
        self._tail = os.pread(self._descriptor, min(TAIL, offset), max(0, offset - TAIL))

    def _keep_bounds(self, cut: Cut, most: int) -> bool:
        """Gives the records that are too many for one chunk back; False when there were some."""
        if len(cut.records) <= most:
            return True
        cut.taken = cut.start_of(most)
        del cut.records[most:], cut.starts[most:]
        cut.refused = [each for each in cut.refused if each[0] < cut.taken]
        # An overlong record can only stand behind the last whole one, and that is given back with it.
        self._cutter.skipping = ""
        return False

    def _advance(self, buffer: bytes, taken: int) -> None:
        self.offset += taken
        if len(self._head) < HEAD:
            self._head += buffer[: min(taken, HEAD - len(self._head))]
        last = buffer[max(0, taken - TAIL) : taken]
        self._tail = (self._tail + last)[-TAIL:]
