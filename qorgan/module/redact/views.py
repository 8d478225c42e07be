"""A record as a reader would decode it, with the way back to where each decoded character stands.

A card number written as `%34111…` or `\u0034111…` is still a card number. Secrets are looked for in every
decoded view and cut out of the original, so that text without secrets stays as it was, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

MAX_DECODINGS = 3
"""How often percent-encoding is taken off: once more than any client is known to put it on."""

_percent = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_escape = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_short_escapes = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0"}


class View(Struct, frozen=True, gc=False):
    """Decoded text. Character `i` stands at `starts[i]:ends[i]` of the original; empty lists: at `i:i+1`."""

    text: str
    starts: list[int]
    ends: list[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the part `start:end` of this view stands in the original."""
        if not self.starts:
            return start, end
        return self.starts[start], self.ends[end - 1]


def views(record: str) -> Iterator[View]:
    """The record itself, and what is left when its escapes and percent-encodings are taken off."""
    view = View(record, [], [])
    yield view
    if "\\" in record:
        view = _decode(view, _escape)
        yield view
    for _ in range(MAX_DECODINGS):
        if "%" not in view.text:
            return
        decoded = _decode(view, _percent)
        if len(decoded.text) == len(view.text):
            return
        view = decoded
        yield view


def _decode(view: View, encoded: re.Pattern[str]) -> View:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in encoded.finditer(view.text):
        _keep(view, done, match.start(), pieces, starts, ends)
        done = match.end()
        at = match.start()
        for character, width in _characters(match):
            start, end = view.original(at, at + width)
            pieces.append(character)
            starts.append(start)
            ends.append(end)
            at += width
    _keep(view, done, len(view.text), pieces, starts, ends)
    return View("".join(pieces), starts, ends)


def _keep(view: View, start: int, end: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    pieces.append(view.text[start:end])
    if view.starts:
        starts.extend(view.starts[start:end])
        ends.extend(view.ends[start:end])
    else:
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """The decoded characters of one encoded run, each with how many characters of the run it took."""
    run = match.group()
    if run[0] == "%":
        for character in bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape"):
            yield character, 3 * len(character.encode("utf-8", "surrogateescape"))
        return
    digits = match[1] or match[2]
    if digits:
        yield chr(int(digits, 16)), len(run)
    else:
        yield _short_escapes.get(match[3], match[3]), len(run)
