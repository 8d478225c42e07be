"""What log rotation does to a file's name, and where a file that was being read has gone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from qorgan.module.sources.marks import Mark

_NUMBER: Final = re.compile(r"[._-](\d{1,4})(?:\.[A-Za-z]+)?$")


class Sibling(Struct, frozen=True, order=True):
    """A rotated file beside the one that is followed, ordered by when it was last written to."""

    written: int
    age: int
    """By its number, where rotation numbers files: the highest is the oldest, so it is negative here."""
    path: Path
    device: int
    inode: int
    size: int


def is_rotated_name(name: str, base: str) -> bool:
    """Whether a name is what rotation makes of `base`: `x.log.1`, `x.log-20260101`, `x-20260101.log`, `x.1.log`."""
    stem, dot, suffix = base.rpartition(".")
    shapes = [rf"{re.escape(base)}[._-]\d[\d._T-]*"]
    if stem:
        shapes.append(rf"{re.escape(stem)}[._-]\d[\d._T-]*{re.escape(dot + suffix)}")
    return any(re.fullmatch(shape, name) for shape in shapes)


def sibling(path: Path, state: os.stat_result) -> Sibling:
    """A file as it is now."""
    number = _NUMBER.search(path.name)
    age = -int(number[1]) if number else 0
    return Sibling(state.st_mtime_ns, age, path, state.st_dev, state.st_ino, state.st_size)


def siblings_of(path: Path) -> list[Sibling]:
    """The rotated files beside a followed one, the longest unwritten first."""
    found = []
    try:
        entries = list(os.scandir(path.parent))
    except OSError:
        return []
    for entry in entries:
        if not is_rotated_name(entry.name, path.name):
            continue
        try:
            if entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                found.append(sibling(path.parent / entry.name, state))
        except FileNotFoundError:
            continue
    return sorted(found)


def find_marked(mark: Mark, among: Iterable[Sibling], done: Iterable[Mark]) -> Sibling | None:
    """The file that a mark was made in, by its inode and content, or its copy, by content alone."""
    known = list(among)
    for each in known:
        if (each.device, each.inode) == (mark.device, mark.inode) and mark.fits_file(each.path):
            return each
    # A place at the very start fits any file, and files may begin alike: so neither proves that this is a copy.
    if not mark.offset:
        return None
    marks = list(done)
    later = (each for each in known if each.written >= mark.written and not _is_done(each, marks))
    return next((each for each in later if mark.fits_file(each.path)), None)


def missed_since(written: int, among: Iterable[Sibling], known: set[tuple[int, int]]) -> list[Sibling]:
    """Rotated files that were written after a time and are not among the known: they may have come and gone unseen."""
    return [each for each in among if each.size and each.written >= written and (each.device, each.inode) not in known]


def was_read(file: Sibling, done: Iterable[Mark]) -> bool:
    """Whether a file, or the one that it is a copy of, was read to its end.

    Files of one program may begin alike, with a line of headings at least: so a copy is one only if it is as long.
    """
    return any(
        ((mark.device, mark.inode) == (file.device, file.inode) or mark.offset == file.size)
        and mark.fits_file(file.path)
        for mark in done
    )


def _is_done(file: Sibling, done: list[Mark]) -> bool:
    return any(mark.offset == file.size and mark.fits_file(file.path) for mark in done)
