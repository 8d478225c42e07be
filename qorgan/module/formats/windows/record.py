"""What one Windows event says, whatever it was shipped in."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, field

_JUNK: Final = re.compile(r"[\W_]+")
_EMPTY: Final = frozenset(("", "-", "--", "n/a", "null", "(null)", "%%2304"))
_MOST_ID: Final = 999_999


class WindowsRecord(Struct):
    """An event's head and its data under names without case and punctuation."""

    event_id: int = 0
    provider: str = ""
    channel: str = ""
    computer: str = ""
    time: str = ""
    message: str = ""
    level: str = ""
    data: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    """Values without names, in their order, where the shipper left the names out."""

    def add(self, name: str, value: str) -> None:
        """Keeps a value under its name, unless it says nothing or the name is taken."""
        text = value.strip()
        if text.lower() not in _EMPTY:
            self.data.setdefault(plain(name), text)

    def first(self, *names: str) -> str:
        """The value of the first of the names that has one."""
        return next((found for name in names if (found := self.data.get(name))), "")


def plain(name: str) -> str:
    """A name as it is looked up: `Target User Name` and `TargetUserName` are one."""
    return _JUNK.sub("", name[:128]).lower()


def number(text: object) -> int:
    """An event's id, or 0."""
    word = str(text).strip()[:8]
    # Old providers put a facility above the lower sixteen bits, which alone are the id.
    return int(word) if word.isascii() and word.isdigit() and int(word) <= _MOST_ID else 0
