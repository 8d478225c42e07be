"""What one Windows event says, whatever it was shipped in."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, field

_JUNK: Final = re.compile(r"[\W_]+")
_EMPTY: Final = frozenset(("", "-", "--", "n/a", "null", "(null)", "%%2304"))
_FEWEST: Final = 2
_WINDOWS_OWN: Final = (
    *(
        "microsoft",
        "windows",
        "security",
        "system",
        "application",
        "setup",
        "forwarded",
        "powershell",
        "service control",
    ),
    *(
        "eventlog",
        "event log",
        "schannel",
        "lsasrv",
        "netlogon",
        "ntds",
        "ntfs",
        "disk",
        "user32",
        "kernel",
        "wmi",
        "sysmon",
    ),
)
"""How the names of what comes with Windows begin."""
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
    own: dict[str, str] = field(default_factory=dict)
    """What stands in the event's own part, under the names that whoever wrote it gave."""

    def add(self, name: str, value: str) -> None:
        """Keeps a value under its name, unless it says nothing or the name is taken."""
        text = value.strip()
        if text.lower() not in _EMPTY:
            self.data.setdefault(plain(name), text)

    def first(self, *names: str) -> str:
        """The value of the first of the names that has one."""
        return next((found for name in names if (found := self.data.get(name))), "")


def is_of_another(record: WindowsRecord) -> bool:
    """Whether a product wrote it that is not Windows' own, with names for what it says."""
    writer = (record.provider or record.channel).lower()
    return len(record.own) >= _FEWEST and bool(writer) and not writer.startswith(_WINDOWS_OWN)


def plain(name: str) -> str:
    """A name as it is looked up: `Target User Name` and `TargetUserName` are one."""
    return _JUNK.sub("", name[:128]).lower()


def number(text: object) -> int:
    """An event's id, or 0."""
    word = str(text).strip()[:8]
    # Old providers put a facility above the lower sixteen bits, which alone are the id.
    return int(word) if word.isascii() and word.isdigit() and int(word) <= _MOST_ID else 0
