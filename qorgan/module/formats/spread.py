"""Where a record that is written over several lines begins and ends: an XML element, an object of JSON.

Such a record begins with its opening line and ends with the line that closes what that line opened. What looks like
one and is none stays lines: a line behind it that begins another record, or an end that does not come.
"""

from __future__ import annotations

import re
from enum import Enum
from operator import itemgetter
from typing import Final

MAX_SPREAD: Final = 256 * 1024
"""Bytes of a record over several lines."""
_MOST_NAMES: Final = 64
"""Elements of different names whose ends are looked for in one buffer."""

_START: Final = re.compile(
    rb"^[ \t]{0,16}+(?:<\?xml\b[^>\n]{0,200}\?>[ \t\r]{0,8}+\n?[ \t]{0,16}+)?<(?P<name>[A-Za-z_][\w.:-]{0,63}+)"
    rb"(?=[\s>])|^(?P<declared>[ \t]{0,16}+<\?xml\b[^>\n]{0,200}\?>)[ \t\r]{0,8}+(?=\n)"
    rb"|^(?P<indent>[ \t]{0,16}+)\{[ \t]{0,8}+\r?(?=\n)",
    re.MULTILINE,
)
_LIST: Final = re.compile(rb"(?:\w{1,64}[^\Wsu]s|root|feed)\Z", re.IGNORECASE)
"""Elements that hold many records: each of these is one by itself."""
_GOES_ON: Final = re.compile(rb"\n[ \t\r]{0,64}+(?:</?[A-Za-z_]|<!|[\w.:-]{1,64}+[ \t]?=[ \t]?[\"'])")
_GOES_ON_IN_OBJECT: Final = re.compile(rb"\n[ \t\r]{0,64}+[\"}]")
_OTHER: Final = re.compile(rb'\n(?:<\d{1,3}>|\{"|CEF:|LEEF:|\d{4}-\d{2}-\d{2}[T ]|[A-Z][a-z]{2} [ \d]\d \d{2}:)')
"""A line with which another record begins."""
_OBJECT: Final = b"{"
_LONGEST_BRACE: Final = 16
"""Bytes of a line that holds nothing but that brace, with blanks behind it."""
_TAG: Final = b"<"
_FIRST: Final = itemgetter(0)
_BEHIND: Final = rb"[ \t\r]{0,8}+(?=\n|\Z)"


class Outcome(Enum):
    """What came of looking for a record over several lines."""

    NONE = "none"
    """It is not one; its first line is a line like others."""
    WAIT = "wait"
    """It may be one, whose end is not here yet."""


def may_spread(lines: list[bytes]) -> bool:
    """Whether a record over several lines may begin in whole lines, quickly: most have none.

    No line of them is empty or begins with a blank.
    """
    if min(map(len, lines)) <= _LONGEST_BRACE and any(line.rstrip() == _OBJECT for line in lines):
        return True
    if _TAG not in bytes(map(_FIRST, lines)):
        return False
    # `<134>` of syslog is no element.
    return any(line[:1] == _TAG and not line[1:2].isdigit() and _is_open(line) for line in lines)


def _is_open(line: bytes) -> bool:
    """Whether a line that begins with `<` opens an element and does not close it."""
    line = line.rstrip()
    if line.startswith(b"<?xml"):
        _, _, line = line.partition(b"?>")
        line = line.lstrip()
        if not line:
            return True
    found = _START.match(line + b"\n")
    return found is not None and bool(found["name"]) and not _closes(line, found["name"])


def _closes(line: bytes, name: bytes) -> bool:
    return line.endswith(b"/>") or b"</" + name + b">" in line


class Spread:
    """Looks for such records in one buffer, whose end may still be to come."""

    def __init__(self, buffer: bytes, *, ends: bool) -> None:
        """`ends` says that what is not here will not come."""
        self._buffer = buffer
        self._ends = ends
        self._closings: dict[bytes, int] = {}
        self._other = -1

    def next(self, at: int, limit: int) -> tuple[int, int | Outcome] | None:
        """The next record from `at` on that begins before `limit`: where it begins, and where it ends behind its line.

        `WAIT` instead of the end where that is to come. Nothing when there is none.
        """
        while found := _START.search(self._buffer, at, limit):
            start = found.start()
            end = self._end(found)
            if end is not Outcome.NONE:
                return start, end
            at = self._line_end(found.end()) + 1
        return None

    def _end(self, found: re.Match[bytes]) -> int | Outcome:
        name, size = found["name"], len(self._buffer)
        first = self._line_end(found.end())
        head = self._buffer[found.end() : first].rstrip()
        if name and (_closes(head, name) or (_LIST.match(name) and head.endswith(b">"))):
            return Outcome.NONE
        if not self._ends and self._line_end(first + 1) == size:
            return Outcome.WAIT if size - found.start() <= MAX_SPREAD else Outcome.NONE
        if found["declared"] or not (_GOES_ON if name else _GOES_ON_IN_OBJECT).match(self._buffer, first):
            return Outcome.NONE
        # An opening tag that is itself spread over lines may be all there is.
        end = self._closing(_end_of(name, found["indent"], is_open=b">" not in head), first)
        other = self._other_from(first)
        if other < end or min(end, size) - found.start() > MAX_SPREAD:
            return Outcome.NONE
        if end <= size:
            return end
        return Outcome.NONE if self._ends else Outcome.WAIT

    def _line_end(self, at: int) -> int:
        found = self._buffer.find(b"\n", at)
        return len(self._buffer) if found < 0 else found

    def _closing(self, pattern: bytes, at: int) -> int:
        """Behind the first line from `at` on that closes; beyond the buffer when there is none."""
        known, size = self._closings.get(pattern, -1), len(self._buffer)
        if known >= at:
            # Between there and here no other closes, or it had been found then.
            return known
        if known < 0 and len(self._closings) >= _MOST_NAMES:
            return size + 1
        found = re.compile(pattern).search(self._buffer, at)
        # Of a line that has no end yet more may come.
        whole = found and (found.end() < size or self._ends)
        end = self._closings[pattern] = found.end() if found and whole else size + 1
        return end

    def _other_from(self, at: int) -> int:
        """Where the next line from `at` on stands with which another record begins."""
        if self._other < at:
            found = _OTHER.search(self._buffer, at)
            self._other = found.start() if found else len(self._buffer) + 1
        return self._other


def _end_of(name: bytes | None, indent: bytes | None, *, is_open: bool) -> bytes:
    """What a record's last line ends with, as a pattern."""
    if name is None:
        return rb"\n" + re.escape(indent or b"") + rb"\}[ \t]{0,8}+,?" + _BEHIND
    alone = rb"(?<=\n)[^<>\n]{0,4096}+(?<=/)>|" if is_open else b""
    return rb"(?:" + alone + rb"</" + re.escape(name) + rb">)" + _BEHIND
