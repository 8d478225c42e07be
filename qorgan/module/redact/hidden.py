"""Text that stands in a record as base64 or hexadecimal digits: bodies, tokens, commands, `data=` of a form."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from qorgan.module.redact.tokens import TOKEN

SHORTEST: Final = 14
"""Characters of the shortest run that is looked into: ten digits in base64, without what fills it up."""
_SHORTEST_HEX: Final = 20
_PRINTABLE_SHARE: Final = 0.85

_base64 = re.compile(rf"[A-Za-z0-9+/_-](?<![A-Za-z0-9+/_-].)[A-Za-z0-9+/_-]{{{SHORTEST - 1},}}+={{0,2}}")
_part = re.compile(rf"[A-Za-z0-9]{{{SHORTEST},}}={{0,2}}")
_hex = re.compile(
    rf"(?<![0-9A-Za-z])(?:0[xX])?(?P<digits>(?:[2-7][0-9A-Fa-f]){{{_SHORTEST_HEX // 2},}})(?![0-9A-Za-z])"
)
_between_tokens = re.compile(rf"{TOKEN.pattern}|[^‹]+|‹")
_of_urls: Final = str.maketrans("-_", "+/")
_to_urls: Final = str.maketrans("+/", "-_")


class Hidden(Struct, frozen=True, gc=False):
    """Text that stands encoded at `start:end`."""

    start: int
    end: int
    text: str
    codec: str
    """`hex`, or `base64` and the encoding of the text in it."""
    is_for_urls: bool = False
    is_padded: bool = True

    def written(self, text: str) -> str:
        """Another text in the same encoding.

        In hexadecimal a token stays as it is: its digits would be taken for a number.
        """
        if self.codec == "hex":
            return _between_tokens.sub(lambda part: part[0] if part[0][0] == "‹" else part[0].encode().hex(), text)
        made = base64.b64encode(text.encode(self.codec)).decode()
        made = made.translate(_to_urls) if self.is_for_urls else made
        return made if self.is_padded else made.rstrip("=")


def hidden(text: str) -> Iterator[Hidden]:
    """All runs that decode to text, in the order they stand. None of them overlap."""
    done = 0
    for match in _base64.finditer(text):
        for found in _within(match, text):
            if found.start >= done:
                done = found.end
                yield found


def _within(match: re.Match[str], text: str) -> Iterator[Hidden]:
    """What a run hides: hexadecimal text, base64, or base64 in one of its parts, as in the folders of a URL."""
    long_enough = match.end() - match.start() >= _SHORTEST_HEX
    hexadecimal = _hex.search(text, match.start(), match.end()) if long_enough else None
    if hexadecimal:
        yield Hidden(*hexadecimal.span("digits"), bytes.fromhex(hexadecimal["digits"]).decode(), "hex")
        return
    whole = _from_base64(match.group(), match.start())
    if whole:
        yield whole
        return
    if not match.group().isalnum():
        for part in _part.finditer(text, match.start(), match.end()):
            found = _from_base64(part.group(), part.start())
            if found:
                yield found


def _from_base64(run: str, start: int) -> Hidden | None:
    digits = run.rstrip("=")
    if len(digits) % 4 == 1:
        return None
    is_for_urls = "-" in digits or "_" in digits
    try:
        raw = base64.b64decode((digits.translate(_of_urls) if is_for_urls else digits) + "=" * (-len(digits) % 4))
    except binascii.Error:
        return None
    codec = "utf-16-le" if raw[1::2].count(0) * 3 > len(raw) else "utf-8"
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        return None
    if not text.isprintable():
        printable = sum(character.isprintable() or character.isspace() for character in text)
        if printable < _PRINTABLE_SHARE * len(text):
            return None
    is_padded = len(run) > len(digits) or len(digits) % 4 == 0
    return Hidden(start, start + len(run), text, codec, is_for_urls, is_padded)
