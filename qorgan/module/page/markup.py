"""HTML out of tags: whatever is put in as text is escaped, and nothing else can be put in."""

from __future__ import annotations

from html import escape
from typing import Final

_VOID: Final = frozenset({"meta", "link"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str) -> Html:
    """An element. Attributes are named as in HTML, `_` for `-` and with one behind for Python's own words."""
    said = "".join(f' {_name(key)}="{escape(value)}"' for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{joined(*inside)}</{name}>")


def joined(*parts: str) -> Html:
    """Parts one after the other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _name(key: str) -> str:
    return key.removesuffix("_").replace("_", "-")
