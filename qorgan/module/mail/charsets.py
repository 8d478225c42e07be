"""Bytes to text, by a closed list of character sets that are loaded beforehand: the judging room can open no file."""

from __future__ import annotations

import codecs
from typing import Final

_FALLBACK: Final = "latin-1"
_NAMES: Final = (
    *("utf-8", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "us-ascii", "idna", "punycode"),
    *("windows-1250", "windows-1251", "windows-1252", "windows-1254", "windows-1255", "windows-1256", "windows-1257"),
    *("iso-8859-1", "iso-8859-2", "iso-8859-4", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15"),
    *("koi8-r", "koi8-u", "kz1048", "ptcp154", "cp866", "mac-cyrillic", "gb2312", "gbk", "gb18030", "big5"),
    *("shift_jis", "iso-2022-jp", "euc-jp", "euc-kr", "iso-2022-kr", "cp874", "windows-1258"),
)
_NO_TEXT: Final = frozenset(("idna", "punycode", "utf-7"))
"""Loaded for other uses, or never believed: text of UTF-7 hides what it says."""


def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _NAMES:
        codec = codecs.lookup(name)
        # Some load the tables they need only when they are first used.
        codec.encode("a")
        if name not in _NO_TEXT:
            found[codec.name] = codec.name
            found[_plain(name)] = codec.name
    return {**found, "cp1251": "cp1251", "win1251": "cp1251", "utf8": "utf-8", "latin1": _FALLBACK, "ascii": "ascii"}


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").strip("'\"")


_KNOWN: Final = _known()


def text_of(content: bytes, charset: str) -> str:
    """The text of bytes, whatever their character set is said to be; what does not fit is replaced."""
    name = _KNOWN.get(_plain(charset)) or _KNOWN.get(_plain(charset).replace("-", ""))
    if name is None:
        name = "utf-8"
    if name in {"utf-8", "ascii"}:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            return content.decode("utf-8" if name == "utf-8" else _FALLBACK, "replace")
    try:
        return content.decode(name, "replace")
    except (UnicodeError, LookupError, ValueError):
        return content.decode(_FALLBACK)
