"""A record as a reader would decode it, with the way back to where each decoded character stands.

A card number written as `%34111…`, `\u0034111…`, `&#52;111…` or in full-width digits is still a card number. Secrets
are looked for in every decoded view and cut out of the original, so that text without secrets stays as it was, byte for
byte.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

MAX_DECODINGS = 4
"""How many encodings are taken off one after another: more than any client is known to put on."""

_escape = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_short_escapes = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0"}

_BASIC: Final = 0x10000
_UNSEEN: Final = "\u2400\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u20e3\u3164\ufeff\uffa0"


def _fold() -> dict[str, str]:
    """What a character of another script or width stands for; nothing, for one that nobody sees."""
    folded = dict.fromkeys((*_UNSEEN, *map(chr, range(9)), *map(chr, range(14, 32)), "\x7f"), "")
    for code in (*range(0x80, _BASIC), *range(0x1D7CE, 0x1D800), *range(0x1FBF0, 0x1FBFA), *range(0xE0000, 0xE0080)):
        character = chr(code)
        digit = unicodedata.digit(character, None)
        category = unicodedata.category(character)
        if digit is not None:
            folded[character] = str(digit)
        elif category == "Cf" or 0xFE00 <= code <= 0xFE0F:  # noqa: PLR2004 (variation selectors)
            folded[character] = ""
        elif category == "Zs":
            folded[character] = " "
        elif category == "Pd" or code == 0x2212:  # noqa: PLR2004 (the minus sign)
            folded[character] = "-"
        elif 0xFF01 <= code <= 0xFF5E:  # noqa: PLR2004 (the full-width forms of ASCII)
            folded[character] = chr(code - 0xFEE0)
    # What the searches know by themselves, and what stands in the ordinary text of the two languages.
    for known in "\u00a0\u2013\u2014":
        del folded[known]
    return folded


_FOLDED: Final = _fold()


def _ranges(characters: Iterable[str]) -> str:
    """The inside of a set of an expression. Ranges: beyond the basic plane each single character would be tried."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_odd: Final = _ranges(_FOLDED)
# One set of first characters, by which an expression finds its places quickly, and then what follows each.
_encoded = re.compile(
    rf"[%\\&{_odd}](?:"
    r"(?<=%)(?:(?P<percent>[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*)|u(?P<wide>[0-9A-Fa-f]{4}))"
    r"|(?<=\\)\\*(?:u(?P<escape>[0-9A-Fa-f]{4})|x(?P<short>[0-9A-Fa-f]{2}))"
    r"|(?<=&)(?P<entity>(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}(?=;));?)"
    r"|(?<![%\\&])(?P<odd>))"
)
_odd_one = re.compile(f"[{_odd}]")
_named_entity = re.compile("&(?:#[0-9xX]|[A-Za-z]{2,8};)")


class View(Struct, frozen=True, gc=False):
    """Decoded text, and where each part of it stands in the text before."""

    text: str
    before: View | None = None
    """What it was decoded from; None for the record itself."""
    parts: tuple[int, ...] = ()
    """Where a part begins that stands in `before` as it is, or a character that stands there encoded."""
    places: tuple[tuple[int, int], ...] = ()
    """Where each part begins in `before`; and, of a decoded character, where its encoding ends, else 0."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the part `start:end` of this view stands in the original."""
        view, last = self, end - 1
        # The last character is followed to its end, by itself: its encoding may be longer than one of the next text.
        while view.before is not None:
            start = _place(view, start)[0]
            last = _place(view, last)[1] - 1
            view = view.before
        return start, last + 1


def _place(view: View, at: int) -> tuple[int, int]:
    """Where the character at a place of a view stands in what it was decoded from."""
    part = bisect_right(view.parts, at) - 1
    start, end = view.places[part]
    if end:
        return start, end
    start += at - view.parts[part]
    return start, start + 1


def views(record: str) -> Iterator[View]:
    """The record itself, and what is left when its escapes and encodings are taken off one after another."""
    view = View(record)
    yield view
    if "\\" in record:
        view = _decode(view, _escape)
        yield view
    for _ in range(MAX_DECODINGS):
        if not may_be_encoded(view.text):
            return
        decoded = _decode(view, _encoded)
        if decoded.text == view.text:
            return
        view = decoded
        yield view


def may_be_encoded(text: str) -> bool:
    """A cheap look for anything that `_encoded` could take off."""
    if "%" in text or "\\" in text or ("&" in text and _named_entity.search(text)):
        return True
    return (not text.isascii() or not text.isprintable()) and _odd_one.search(text) is not None


def _decode(view: View, encoded: re.Pattern[str]) -> View:
    text = view.text
    pieces: list[str] = []
    parts: list[int] = []
    places: list[tuple[int, int]] = []
    length = done = 0
    for match in encoded.finditer(text):
        start = match.start()
        if done < start:
            pieces.append(text[done:start])
            parts.append(length)
            places.append((done, 0))
            length += start - done
        done = match.end()
        for character, at, until in _characters(match):
            pieces.append(character)
            parts.append(length)
            places.append((at, until))
            length += len(character)
    if done < len(text):
        pieces.append(text[done:])
        parts.append(length)
        places.append((done, 0))
    return View("".join(pieces), view, tuple(parts), tuple(places))


def _characters(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The decoded characters of one encoded run, each with where its encoding begins and ends in the run's text."""
    at, end = match.span()
    run = match.group()
    if match.lastgroup == "percent":
        for character in bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape"):
            width = 3 * len(character.encode("utf-8", "surrogateescape"))
            yield character, at, at + width
            at += width
        return
    for character in _decoded(match, run):
        yield character, at, end


def _decoded(match: re.Match[str], run: str) -> str:
    if match.re is _escape:
        digits = match[1] or match[2]
        return chr(int(digits, 16)) if digits else _short_escapes.get(match[3], match[3])
    kind = str(match.lastgroup)
    if kind == "odd":
        return _FOLDED[run]
    if kind == "entity":
        return html.unescape(run)
    return chr(int(match[kind], 16))
