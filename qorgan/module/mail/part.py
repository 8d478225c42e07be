"""A message taken apart into its parts, by offsets into one buffer and within bounds, whatever the bytes are.

Only the headers go through the standard library's parser: it follows parts by recursion, and its time grows with
their depth at every line. The parts are found here by their boundaries alone, each at most once a level.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Final

from msgspec import Struct, field

from qorgan.module.mail import bounds

_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n|\r\r")
_PLAIN: Final = frozenset(("", "7bit", "8bit", "binary"))
_parser: Final = BytesHeaderParser(policy=compat32)
_ODD: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the library raises for headers that nobody would write."""


class Budget(Struct):
    """What may still be looked at of one message, and what had to be left."""

    parts: int = bounds.MOST_PARTS
    files: int = bounds.MOST_FILES
    unpacked: int = bounds.MOST_UNPACKED
    texts: int = bounds.MOST_TEXTS
    notes: dict[str, None] = field(default_factory=dict)
    """Sentences of ours for people, in their order; never of the message's words."""

    def note(self, said: str) -> None:
        """Say something about the message, once."""
        if len(self.notes) < bounds.MOST_NOTES:
            self.notes.setdefault(said)


class Part(Struct, eq=False):
    """A message, or a part of one: headers, and a body that is not decoded yet."""

    head: Message
    buffer: bytes
    start: int
    end: int
    depth: int = 0
    _inside: list[Part] | None = None
    """Its parts, once they were looked for."""

    @property
    def content_type(self) -> str:
        """As `text/html`, lower-case."""
        try:
            return self.head.get_content_type()
        except _ODD:
            return "text/plain"

    @property
    def is_multipart(self) -> bool:
        """Whether it is said to hold parts."""
        return self.content_type.startswith("multipart/")

    @property
    def charset(self) -> str:
        """The character set that its text is said to be of."""
        return self.parameter("charset")

    @property
    def file_name(self) -> str:
        """The name it is said to have as a file."""
        try:
            return self.head.get_filename() or ""
        except _ODD:
            return ""

    @property
    def disposition(self) -> str:
        """As `attachment`, lower-case."""
        return self.value("content-disposition").partition(";")[0].strip().lower()

    def parameter(self, name: str) -> str:
        """A parameter of its content type."""
        try:
            found = self.head.get_param(name, "")
        except _ODD:
            return ""
        said = found[2] if isinstance(found, tuple) else found
        return said if isinstance(said, str) else ""

    def value(self, name: str) -> str:
        """The first header of this name, on one line."""
        return next(iter(self.values(name)), "")

    def values(self, name: str) -> list[str]:
        """Every header of this name, each on one line."""
        return [_on_one_line(value) for value in self.head.get_all(name, [])]

    def content(self) -> bytes:
        """Its body, decoded as its transfer encoding says, or as it is when that cannot be."""
        body = self.buffer[self.start : self.end]
        coding = self.value("content-transfer-encoding").strip().lower()
        if coding == "quoted-printable":
            return binascii.a2b_qp(body)
        if coding == "base64":
            return _from_base64(body)
        return body

    def parts(self, budget: Budget) -> list[Part]:
        """The parts directly inside it: those of a multipart, or the message of a `message/rfc822`."""
        if self._inside is None:
            self._inside = self._found(budget)
        return self._inside

    def _found(self, budget: Budget) -> list[Part]:
        is_message = self.content_type == "message/rfc822"
        if not (is_message or self.is_multipart):
            return []
        if self.depth >= bounds.MOST_DEPTH:
            budget.note("parts are nested too deeply; the innermost were not looked at")
            return []
        if is_message:
            coding = self.value("content-transfer-encoding").strip().lower()
            if coding in _PLAIN:
                return _taken(budget, [part_of(self.buffer, self.start, self.end, self.depth + 1)])
            content = self.content()
            return _taken(budget, [part_of(content, 0, len(content), self.depth + 1)])
        return _taken(budget, self._between_boundaries(budget))

    def walk(self, budget: Budget, *, into_messages: bool = False) -> Iterator[Part]:
        """Itself and every part inside; of messages that are attached what is in them only when that is asked for."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            if part.is_multipart or into_messages:
                waiting.extend(reversed(part.parts(budget)))

    def _between_boundaries(self, budget: Budget) -> list[Part]:
        boundary = self.parameter("boundary").encode("utf-8", "replace").rstrip()
        if not boundary:
            budget.note("a multipart without a boundary was not taken apart")
            return []
        found: list[Part] = []
        begin = -1
        for at, after, closes in _delimiters(self.buffer, b"--" + boundary, self.start, self.end):
            if begin >= 0:
                found.append(part_of(self.buffer, begin, _without_break(self.buffer, begin, at), self.depth + 1))
            begin = -1 if closes else after
            if closes or len(found) > budget.parts:
                break
        if begin >= 0:
            found.append(part_of(self.buffer, begin, self.end, self.depth + 1))
        return found


def part_of(buffer: bytes, start: int, end: int, depth: int = 0) -> Part:
    """What stands between two places of a buffer, read as headers and a body."""
    match = _END_OF_HEAD.search(buffer, start, min(end, start + bounds.MOST_HEAD))
    if buffer[start : start + 1] in {b"\r", b"\n"}:
        # A part without headers begins with the empty line.
        after = start + (2 if buffer[start : start + 2] == b"\r\n" else 1)
        return Part(Message(policy=compat32), buffer, min(after, end), end, depth)
    stop, after = match.span() if match else (min(end, start + bounds.MOST_HEAD), end)
    return Part(_head(buffer[start:stop]), buffer, after, end, depth)


def message_of(content: bytes) -> Part:
    """A whole message."""
    # What mailboxes and servers write before the headers.
    start = content.find(b"\n") + 1 if content.startswith((b"From ", b">From ")) else 0
    return part_of(content, start, len(content))


def _head(text: bytes) -> Message:
    lines = text.replace(b"\0", b"").splitlines(keepends=True)
    try:
        parsed = _parser.parsebytes(b"".join(lines[: 4 * bounds.MOST_HEADERS]))
    except _ODD:
        return Message(policy=compat32)
    bounded = Message(policy=compat32)
    for name, value in parsed.raw_items():
        if len(bounded) >= bounds.MOST_HEADERS:
            break
        bounded[name] = _unfolded(str(value))[: bounds.MOST_VALUE]
    return bounded


def _unfolded(value: str) -> str:
    """A header's value on one line, its bytes beyond ASCII taken as the UTF-8 that they nearly always are."""
    plain = value.replace("\r", "").replace("\n", "")
    return plain if plain.isascii() else plain.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _on_one_line(value: object) -> str:
    return " ".join(str(value).split())


def _taken(budget: Budget, found: list[Part]) -> list[Part]:
    allowed = found[: max(budget.parts, 0)]
    budget.parts -= len(allowed)
    if len(allowed) < len(found):
        budget.note("it has too many parts; the last were not looked at")
    return allowed


def _delimiters(buffer: bytes, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Lines that are a boundary: where each begins, where the line after it begins, whether it is the closing one."""
    at = start
    while (at := buffer.find(mark, at, end)) >= 0:
        after = at + len(mark)
        if at == start or buffer[at - 1] in b"\r\n":
            stop = _line_end(buffer, after, end)
            rest = buffer[after : min(stop, after + 128)].strip()
            if stop - after <= 128 and rest in {b"", b"--"}:  # noqa: PLR2004 (spaces that transport may have added)
                yield at, stop, rest == b"--"
                at = stop
                continue
        at = after


def _line_end(buffer: bytes, at: int, end: int) -> int:
    """Where the line after the one at this place begins."""
    found = buffer.find(b"\n", at, min(end, at + 256))
    if found < 0:
        found = buffer.find(b"\r", at, min(end, at + 256))
    return found + 1 if found >= 0 else end


def _without_break(buffer: bytes, begin: int, at: int) -> int:
    """The end of a part: the line break before a boundary belongs to the boundary."""
    stop = at
    if stop > begin and buffer[stop - 1] == ord("\n"):
        stop -= 1
    if stop > begin and buffer[stop - 1] == ord("\r"):
        stop -= 1
    return stop


def _from_base64(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        # A last group that was cut off: what comes before it is whole.
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
