"""Whether a secret can still be read in what is about to leave: a brute search that knows what was planted.

It shares nothing with the redactor, has no expressions and no check digits: it takes every encoding off, in every
order, and looks for the planted characters.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

_ROUNDS: Final = 4
_SHORTEST: Final = 12
_BASE64: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_NUMBERS: Final = frozenset(("iin", "pan", "iban", "bin", "phone", "account"))


def readings(text: str) -> set[str]:
    """The text, and whatever it may be read as."""
    found = {text}
    fresh = [text]
    for _ in range(_ROUNDS):
        made: list[str] = []
        for each in fresh:
            made += _decoded(each)
        fresh = [each for each in dict.fromkeys(made) if each not in found]
        if not fresh:
            break
        found.update(fresh)
    return found


def _decoded(text: str) -> list[str]:
    made = []
    if not text.isascii():
        made.append(_folded(text))
    if "%" in text:
        made += [unquote(text), unquote(text.replace("%u00", "%"))]
    if "&" in text:
        made.append(html.unescape(text))
    if "\\" in text:
        made.append(_unescaped(text))
    for run in _runs(text, _base64):
        made += _from_base64(run)
    for run in _runs(text, _hexadecimal):
        made += _from_hex(run)
    return made


class _Seen(dict[int, str]):
    """A translation to what is seen: digits of every script as ours, and nothing for what has no shape."""

    def __missing__(self, code: int) -> str:
        each = chr(code)
        made = (
            str(unicodedata.decimal(each)) if each.isdecimal() else "" if unicodedata.category(each) == "Cf" else each
        )
        self[code] = made
        return made


_seen: Final = _Seen()


def _folded(text: str) -> str:
    """The text in plain letters and digits, without what cannot be seen."""
    return unicodedata.normalize("NFKC", text).translate(_seen)


def _unescaped(text: str) -> str:
    pieces = text.split("\\")
    made = [pieces[0]]
    for piece in pieces[1:]:
        width = {"u": 4, "x": 2}.get(piece[:1], 0)
        try:
            made.append(chr(int(piece[1 : 1 + width], 16)) + piece[1 + width :] if width else piece)
        except ValueError:
            made.append(piece)
    return "".join(made)


class _Other(dict[int, str]):
    """A translation that leaves an alphabet and makes all else spaces."""

    def __init__(self, alphabet: frozenset[str]) -> None:
        super().__init__({ord(each): each for each in alphabet})

    def __missing__(self, code: int) -> str:
        self[code] = " "
        return " "


def _runs(text: str, other: _Other) -> list[str]:
    return [run for run in text.translate(other).split() if len(run) >= _SHORTEST]


_base64: Final = _Other(_BASE64)
_hexadecimal: Final = _Other(_HEX)


def _from_base64(run: str) -> list[str]:
    made = []
    for skipped in range(4):
        part = run[skipped:].replace("-", "+").replace("_", "/")
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            raw = base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue
        shown = raw.decode("utf-8", "replace")
        if sum(each.isascii() and each.isprintable() for each in shown) > len(shown) // 2:
            made.append(shown)
    return made


def _from_hex(run: str) -> list[str]:
    made = []
    for skipped in range(2):
        part = run[skipped:]
        raw = bytes.fromhex(part[: len(part) // 2 * 2])
        if all(32 <= byte < 127 for byte in raw):
            made.append(raw.decode())
    return made


class Read:
    """A text in every reading, ready to be searched for what was planted."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = {reading for text in texts for reading in readings(text)}
        self._lowered = "\n".join(self.texts).lower()
        # However a number is grouped, it stands together when all but letters and digits is left out.
        self._compact = "\n".join("".join(filter(str.isalnum, each)) for each in self.texts).upper()

    def holds(self, kind: str, part: str) -> bool:
        """Whether a planted part can be found in any reading."""
        return part in self._compact if kind in _NUMBERS else part.lower() in self._lowered


def texts_of(line: bytes) -> str:
    """All strings of a signal, one after the other, unescaped once; its own identifiers and times left out."""
    signal = json.loads(line)
    for own in ("id", "sequence", "first_seen", "last_seen"):
        signal.pop(own, None)
    gathered: list[str] = []
    _gather(signal, gathered)
    return "\n".join(gathered)


def _gather(value: object, gathered: list[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            gathered.append(str(key))
            _gather(inner, gathered)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, gathered)
    else:
        gathered.append(str(value))
