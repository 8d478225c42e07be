"""Syslog messages out of a byte stream (RFC 6587): octet-counted or ended by a line feed, found per connection."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from qorgan.module.formats.framing import CUT_OFF, MAX_LINE, TOO_LONG, Cutter

NO_LENGTH: Final = "frame without its length"

_COUNTED: Final = re.compile(rb"[1-9]\d{0,8} [<{]")
_MAYBE_COUNTED: Final = re.compile(rb"[1-9]\d{0,8}(?: |$)")
_LENGTH: Final = re.compile(rb"([1-9]\d{0,8}) ")
_LENGTH_BEGUN: Final = re.compile(rb"[1-9]\d{0,8}$")


class Frame(Struct, frozen=True):
    """A message, or with a reason a piece that is none."""

    data: bytes
    refused: str = ""


class StreamFrames:
    """Cuts one connection's bytes into messages."""

    def __init__(self) -> None:
        self._buffer = b""
        self._counts: bool | None = None
        self._cutter = Cutter(blocks=False)
        self._pass_over = 0
        self.lost = False
        """Whether a counted stream lost its place: nothing after it can be read, so the connection is to be closed."""

    def feed(self, data: bytes) -> list[Frame]:
        """The messages that are whole now."""
        self._buffer += data
        if self._counts is None:
            self._counts = self._find_framing()
        if self._counts is None:
            return []
        return self._counted() if self._counts else self._lines(final=False)

    def end(self) -> list[Frame]:
        """What is left when the connection ends: senders of lines often leave the last feed out."""
        if not self._counts:
            return self._lines(final=True)
        rest, self._buffer = self._buffer, b""
        return [Frame(rest, CUT_OFF)] if rest.strip() or self._pass_over else []

    def _find_framing(self) -> bool | None:
        if _COUNTED.match(self._buffer):
            return True
        maybe = _MAYBE_COUNTED.match(self._buffer)
        # Too little is here to tell, until something stands behind the number's space.
        if not self._buffer or (maybe and maybe.end() == len(self._buffer)):
            return None
        return False

    def _lines(self, *, final: bool) -> list[Frame]:
        # Some senders end their messages with a zero octet (RFC 6587 3.4.2).
        self._buffer = self._buffer.replace(b"\0", b"\n")
        cut = self._cutter.cut(self._buffer, final=final)
        self._buffer = self._buffer[cut.taken :]
        refused = [Frame(start, reason) for _, reason, start in cut.refused]
        return [*map(Frame, cut.records), *refused]

    def _counted(self) -> list[Frame]:
        frames: list[Frame] = []
        while not self.lost:
            if self._pass_over:
                passed = min(self._pass_over, len(self._buffer))
                self._buffer, self._pass_over = self._buffer[passed:], self._pass_over - passed
            # A line feed after a counted message is one too many, but usual.
            self._buffer = self._buffer.lstrip(b"\r\n") if not self._pass_over else self._buffer
            if not self._buffer or _LENGTH_BEGUN.match(self._buffer):
                break
            length = _LENGTH.match(self._buffer)
            if length is None:
                frames.append(Frame(self._buffer, NO_LENGTH))
                self.lost, self._buffer = True, b""
                break
            size = int(length[1])
            if size > MAX_LINE:
                frames.append(Frame(self._buffer[length.end() :], TOO_LONG))
                self._buffer, self._pass_over = self._buffer[length.end() :], size
                continue
            if len(self._buffer) - length.end() < size:
                break
            frames.append(Frame(self._buffer[length.end() : length.end() + size]))
            self._buffer = self._buffer[length.end() + size :]
        return [frame for frame in frames if frame.refused or frame.data.strip()]
