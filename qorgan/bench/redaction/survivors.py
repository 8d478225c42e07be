"""Whether a secret can still be read in what is about to leave: a brute search that knows what was planted.

It shares nothing with the redactor, has no expressions and no check digits: it takes every encoding off, in every
order, and looks for the planted characters.
"""

from __future__ import annotations

import base64
import binascii
import html
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import msgspec

_ROUNDS: Final = 4
_SHORTEST: Final = 12
_LETTERS_AND_DIGITS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64: Final = _LETTERS_AND_DIGITS + b"+/-_"
_HEX: Final = b"0123456789abcdefABCDEF"
_ASCII: Final = bytes(range(128))
_MARKS: Final = bytes(set(_ASCII) - set(_LETTERS_AND_DIGITS) - set(b"\n"))
_PRINTABLE: Final = bytes(range(32, 127))
_MOST_REMEMBERED: Final = 100_000
"""Runs that come again and again: the words of the carriers."""
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
        made.append(unquote(text))
        if "%u00" in text:
            made.append(unquote(text.replace("%u00", "%")))
    if "&" in text:
        made.append(html.unescape(text))
    if "\\" in text:
        made.append(_unescaped(text))
    # One byte a character; what is not of the alphabets' letters is none, whatever it is.
    single = text.encode("latin-1", "replace")
    for run in _runs(single, _base64):
        made += _from_base64(run)
    for run in _runs(single, _hexadecimal):
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


def _alone(alphabet: bytes) -> bytes:
    """A translation that leaves an alphabet and makes all else spaces."""
    return bytes(byte if byte in alphabet else ord(" ") for byte in range(256))


def _runs(single: bytes, alphabet: bytes) -> list[bytes]:
    return [run for run in single.translate(alphabet).split() if len(run) >= _SHORTEST]


_base64: Final = _alone(_BASE64)
_hexadecimal: Final = _alone(_HEX)
_of_urls: Final = bytes.maketrans(b"-_", b"+/")


@lru_cache(_MOST_REMEMBERED)
def _from_base64(run: bytes) -> tuple[str, ...]:
    made = []
    for skipped in range(4):
        part = run[skipped:].translate(_of_urls)
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            raw = base64.b64decode(part + b"=" * (-len(part) % 4))
        except binascii.Error:
            continue
        shown = raw.decode("utf-8", "replace")
        if len(raw) - len(raw.translate(None, _PRINTABLE)) > len(shown) // 2:
            made.append(shown)
    return tuple(made)


@lru_cache(_MOST_REMEMBERED)
def _from_hex(run: bytes) -> tuple[str, ...]:
    made = []
    for skipped in range(2):
        part = run[skipped:]
        raw = bytes.fromhex(part[: len(part) // 2 * 2].decode())
        if not raw.translate(None, _PRINTABLE):
            made.append(raw.decode())
    return tuple(made)


class Read:
    """A text in every reading, ready to be searched for what was planted."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = {reading for text in texts for reading in readings(text)}
        self._lowered = "\n".join([each.lower() for each in self.texts])
        # However a number is grouped, it stands together when all but letters and digits is left out.
        self._compact = _compact("\n".join([each.upper().replace("\n", " ") for each in self.texts]))

    def holds(self, kind: str, part: str) -> bool:
        """Whether a planted part can be found in any reading."""
        return part.encode() in self._compact if kind in _NUMBERS else part.lower() in self._lowered


def _compact(text: str) -> bytes:
    """A text's letters and digits alone; of its marks the ends of lines stay."""
    whole = text.encode("utf-8", "surrogatepass")
    made = whole.translate(None, _MARKS)
    for other in set(whole.translate(None, _ASCII).decode("utf-8", "surrogatepass")):
        if not other.isalnum():
            made = made.replace(other.encode("utf-8", "surrogatepass"), b"")
    return made


def texts_of(line: bytes) -> str:
    """All strings of a signal, one after the other, unescaped once; its own identifiers and times left out."""
    signal = msgspec.json.decode(line)
    for own in ("id", "sequence", "first_seen", "last_seen"):
        signal.pop(own, None)
    gathered: list[str] = []
    _gather(signal, gathered)
    return "\n".join(gathered)


def _gather(value: object, gathered: list[str]) -> None:
    if isinstance(value, str):
        gathered.append(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            gathered.append(str(key))
            _gather(inner, gathered)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, gathered)
    else:
        gathered.append(str(value))
