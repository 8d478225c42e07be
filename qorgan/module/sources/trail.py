"""The files that one path has named, one after another: the one it names now, and rotated ones not yet done with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from qorgan.module.formats.framing import Cut
from qorgan.module.sources.followed import Followed, Truncated
from qorgan.module.sources.marks import Mark
from qorgan.module.sources.rotation import Sibling, find_marked, missed_since, sibling, siblings_of, was_read

LINGER: Final = 60.0
"""Seconds for which a rotated file is still looked at after its last growth: its writer may not know yet."""

STALE: Final = 5.0
"""Seconds after which a block without its end is given up, when another block stands behind it."""

_REMEMBERED: Final = 16
"""Rotated files that are remembered as read, so that they are not taken for ones that were missed."""


class Trail:
    """Reads what one path names, through its rotations, each file to its end before the next."""

    def __init__(self, path: Path, blocks: bool, clock: Callable[[], float], *, done: list[Mark] | None = None) -> None:
        self._path = path
        self._blocks = blocks
        self._clock = clock
        self._files: list[Followed] = []
        self._grew: dict[tuple[int, int], float] = {}
        self._done: list[Mark] = done or []
        self.gone = False
        """Whether the path names nothing any more and all of it was read."""

    def places(self) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """Where the open files stand, and which are done with."""
        return tuple(file.mark() for file in self._files), tuple(self._done)

    def take_up(self, marks: Sequence[Mark]) -> bool:
        """Goes on at the marks of an earlier run. False when a file that was not read to its end is not found."""
        complete = True
        latest = 0
        for mark in marks:
            present = [*self._at_path(), *siblings_of(self._path)]
            unknown = [each for each in present if (each.device, each.inode) not in self._known()]
            found = find_marked(mark, unknown, self._done)
            latest = max(latest, mark.written, found.written if found and found.path != self._path else 0)
            if found:
                self._open(found.path, mark)
            elif mark.offset:
                complete = False
        last = self._files[-1] if self._files else None
        here = last if last and any((each.device, each.inode) == last.identity for each in self._at_path()) else None
        # Had nothing been read from the file at the path, it could have been copied away and truncated unseen.
        if marks and not (here and here.offset):
            self._take_missed(latest, before=here)
        return complete

    def begin_at_end(self) -> None:
        """Passes over what stands there when the path is followed for the very first time."""
        self.look()
        for file in self._files:
            file.to_end()

    def look(self) -> str:
        """Notices that the path names another file now. Answers with what hinders it, in words, or nothing."""
        present = self._at_path()
        if not present:
            self.gone = self._is_gone()
            return ""
        here = present[0]
        if (here.device, here.inode) in self._known():
            return ""
        try:
            if self._files:
                replaced = self._files[-1]
                if replaced.truncated():
                    self._follow_copy(replaced)
                self._take_missed(replaced.written, here=here)
                self._grew[replaced.identity] = self._clock()
            self._open(self._path)
        except OSError as hindrance:
            return f"cannot read {self._path}: {hindrance.strerror}"
        return ""

    def read(self) -> tuple[Cut, int] | None:
        """What is new in the oldest file that has something new."""
        for file in list(self._files):
            silent = self._clock() - self._grew[file.identity]
            try:
                found = file.read(stale=silent >= STALE)
            except Truncated:
                self._follow_copy(file)
                return self.read()
            if found:
                self._grew[file.identity] = self._clock()
                return found
            if silent >= LINGER and (self.gone or file is not self._files[-1]) and (last := self._finish(file)):
                return last
        return None

    def close(self) -> None:
        """Closes every file."""
        for file in self._files:
            file.close()
        self._files.clear()

    def _known(self) -> set[tuple[int, int]]:
        return {file.identity for file in self._files}

    def _at_path(self) -> list[Sibling]:
        try:
            state = self._path.stat()
        except OSError:
            return []
        return [sibling(self._path, state)]

    def _open(self, path: Path, mark: Mark | None = None, before: Followed | None = None) -> None:
        file = Followed(path, blocks=self._blocks, mark=mark)
        self._files.insert(self._files.index(before) if before else len(self._files), file)
        self._grew[file.identity] = self._clock()

    def _take_missed(self, written: int, *, here: Sibling | None = None, before: Followed | None = None) -> None:
        """Opens rotated files that came and went while nobody looked: all, or those older than one that is open."""
        known = self._known() | ({(here.device, here.inode)} if here else set())
        older = siblings_of(self._path)
        own = [index for index, each in enumerate(older) if before and (each.device, each.inode) == before.identity]
        for each in missed_since(written, older[: own[0]] if own else older, known):
            if not was_read(each, self._done) and not any(file.is_copied_in(each.path) for file in self._files):
                self._open(each.path, before=before)

    def _follow_copy(self, file: Followed) -> None:
        """After truncation: what was not read yet stands in the copy that rotation made; then begins anew."""
        mark = file.mark()
        known = self._known()
        copies = [each for each in siblings_of(self._path) if (each.device, each.inode) not in known]
        copy = find_marked(mark, copies, self._done)
        if copy:
            self._open(copy.path, mark, before=file)
        if copy or not mark.offset:
            self._take_missed(copy.written if copy else mark.written, before=file)
        file.restart()

    def _finish(self, file: Followed) -> tuple[Cut, int] | None:
        """Lets go of a file that will not grow any more; a last line without its end is taken now."""
        last = file.read(final=True)
        if file.offset:
            self._done = [*self._done, file.mark()][-_REMEMBERED:]
        self._files.remove(file)
        del self._grew[file.identity]
        file.close()
        return last

    def _is_gone(self) -> bool:
        """Whether every file was deleted, not renamed, and has been silent for long."""
        if not self._files:
            return self.gone
        silent = self._clock() - max(self._grew.values()) >= LINGER
        return silent and all(file.deleted for file in self._files)
