"""Cuts a stream of bytes into records: lines, the many-line blocks of ModSecurity's native audit log, and XML and JSON
that are written over several lines.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

from msgspec import Struct, field

from qorgan.module.formats.spread import Outcome, Spread, may_spread

MAX_LINE: Final = 256 * 1024
"""Bytes of one line. A longer one is refused, and reading goes on at the next."""

MAX_BLOCK: Final = 1_000_000
"""Bytes of one block; it carries whole requests and answers."""

TOO_LONG: Final = "too long"
CUT_OFF: Final = "cut off before its end"

_BLOCK_START: Final = re.compile(rb"^(-{2,3}[0-9A-Za-z]{6,64}-{1,3})A--\r?$", re.MULTILINE)
_LONGEST_BOUNDARY: Final = 80
_LINE: Final = b"\n"
_PLAIN: Final = b"."
"""A line that sorts from here on is neither blank nor a block's first, for both begin with lesser bytes."""


class Cut(Struct):
    """What one buffer gave."""

    records: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Where each record began in the buffer; empty when they lie one line feed apart from its beginning on."""
    refused: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Where, why, and the first bytes of what is no record."""
    taken: int = 0
    """Bytes that need not come again."""

    def extend(self, following: Cut) -> None:
        """Adds what the buffer gave that follows what was taken of this one."""
        if self.starts or following.starts or not self.records:
            _list_starts(self)
            _list_starts(following)
            self.starts += [self.taken + start for start in following.starts]
        self.refused += [(self.taken + start, reason, head) for start, reason, head in following.refused]
        self.records += following.records
        self.taken += following.taken

    def start_of(self, index: int) -> int:
        """Where a record began in the buffer."""
        if self.starts:
            return self.starts[index]
        return sum(map(len, self.records[:index])) + index


class Cutter:
    """Cuts one stream. What it remembers between buffers is `skipping`, which may be kept and given back."""

    def __init__(self, *, blocks: bool, skipping: str = "") -> None:
        """`blocks` looks for records over several lines too, else every line is one."""
        self._blocks = blocks
        self.skipping = skipping
        """Empty, or what ends the overlong record in whose midst the stream stands: a line feed or a boundary."""

    def cut(self, buffer: bytes, *, stale: bool = False, final: bool = False) -> Cut:
        """The whole records at the head of the buffer.

        `final` says that nothing will follow; `stale`, that the end of a block that is followed by others will not.
        """
        cut = Cut()
        if self.skipping and not self._skip(buffer, cut, final=final):
            return cut
        if cut.taken or final or not self._cut_plainly(buffer, cut):
            if self._blocks:
                self._cut_blocks(buffer, cut, stale=stale or final, final=final)
            else:
                self._cut_lines(buffer, len(buffer), cut, final=final)
        return cut

    def _cut_plainly(self, buffer: bytes, cut: Cut) -> bool:
        """The usual case, quickly: whole lines one after another, none blank, overlong or of a block."""
        lines = buffer.split(_LINE)
        rest = lines.pop()
        if not lines or len(rest) > MAX_LINE or min(lines) < _PLAIN or max(map(len, lines)) > MAX_LINE:
            return False
        if self._blocks and may_spread(lines):
            return False
        cut.records, cut.taken = lines, len(buffer) - len(rest)
        return True

    def _skip(self, buffer: bytes, cut: Cut, *, final: bool) -> bool:
        """Goes on to the end of an overlong record; False when it is not in this buffer."""
        if self.skipping == _LINE.decode():
            found = buffer.find(_LINE)
            end = found + 1
        else:
            boundary = self.skipping.encode()
            own = _block_end(boundary).search(buffer)
            other = _BLOCK_START.search(buffer)
            found = end = own.end() if own else other.start() if other else -1
        if found < 0 and not final:
            # A boundary may be split between this buffer and the next; a line feed cannot be.
            keep = 0 if self.skipping == _LINE.decode() else _LONGEST_BOUNDARY
            cut.taken = max(0, len(buffer) - keep)
            return False
        cut.taken = len(buffer) if found < 0 else end
        self.skipping = ""
        return found >= 0

    def _cut_lines(self, buffer: bytes, end: int, cut: Cut, *, final: bool) -> None:
        """The lines between what is taken and `end`."""
        start = cut.taken
        last = end if final else buffer.rfind(_LINE, start, end) + 1
        if last > start:
            body = buffer[start : last - 1] if buffer[last - 1 : last] == _LINE else buffer[start:last]
            self._add_lines(body.split(_LINE), start, cut)
            cut.taken = last
        if end - cut.taken > MAX_LINE:
            cut.refused.append((cut.taken, TOO_LONG, buffer[cut.taken : cut.taken + MAX_LINE]))
            cut.taken = end
            self.skipping = _LINE.decode()

    def _add_lines(self, lines: list[bytes], start: int, cut: Cut) -> None:
        for line in lines:
            if len(line) > MAX_LINE:
                cut.refused.append((start, TOO_LONG, line))
            elif line.strip():
                cut.records.append(line)
                cut.starts.append(start)
            start += len(line) + 1

    def _cut_blocks(self, buffer: bytes, cut: Cut, *, stale: bool, final: bool) -> None:
        spread = Spread(buffer, ends=stale)
        while block := _BLOCK_START.search(buffer, cut.taken):
            if self._cut_spread(buffer, block.start(), cut, spread):
                return
            if cut.taken > block.start():
                continue
            self._cut_lines(buffer, block.start(), cut, final=True)
            end = _block_end(block[1]).search(buffer, block.end())
            # A body may hold a line like a block's first, so only a block that will not end is cut at the next one.
            following = _BLOCK_START.search(buffer, block.end()) if end is None and stale else None
            if following:
                cut.refused.append((block.start(), CUT_OFF, buffer[block.start() : following.start()]))
                cut.taken = following.start()
                continue
            if end is None:
                self._leave_block(buffer, block.start(), block[1], cut, final=final)
                return
            cut.records.append(buffer[block.start() : end.end()].rstrip(b"\r\n"))
            cut.starts.append(block.start())
            cut.taken = end.end()
        if not self._cut_spread(buffer, len(buffer), cut, spread):
            self._cut_lines(buffer, len(buffer), cut, final=final)

    def _cut_spread(self, buffer: bytes, limit: int, cut: Cut, spread: Spread) -> bool:
        """The records over several lines that begin before `limit`, with the lines before each.

        Whether the last of them waits for its end.
        """
        while found := spread.next(cut.taken, limit):
            start, end = found
            self._cut_lines(buffer, start, cut, final=True)
            if isinstance(end, Outcome):
                return True
            record = buffer[start:end].lstrip()
            cut.starts.append(end - len(record))
            cut.records.append(record.rstrip(b" \t\r\n,"))
            cut.taken = end + 1 if end < len(buffer) else end
        return False

    def _leave_block(self, buffer: bytes, start: int, boundary: bytes, cut: Cut, *, final: bool) -> None:
        """A block whose end is not here: waited for, unless nothing follows or it is too long already."""
        if not final and len(buffer) - start <= MAX_BLOCK:
            return
        cut.refused.append((start, CUT_OFF if final else TOO_LONG, buffer[start:]))
        # From behind the block's own first line, since that line would be taken for the next block's.
        cut.taken = len(buffer) if final else buffer.index(_LINE, start) + 1
        self.skipping = "" if final else boundary.decode()


def _block_end(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^" + re.escape(boundary) + rb"Z--\r?(?:\n|\Z)", re.MULTILINE)


def _list_starts(cut: Cut) -> None:
    """Begins to keep every record's start, once they no longer lie one line feed apart."""
    if not cut.starts:
        lengths = accumulate((len(record) + 1 for record in cut.records), initial=0)
        cut.starts = list(lengths)[:-1]
