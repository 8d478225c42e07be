"""HTML out of Python: whatever is no markup of ours is escaped, without exception."""

from __future__ import annotations

from html import escape
from typing import Final

_EMPTY: Final = frozenset({"br", "hr", "input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(element: str, /, *inside: object, **attributes: object) -> Markup:
    """An element. `for_` and `class_` are written without their underscore, others with a hyphen in its place.

    An attribute that is None or False is left out, one that is True stands alone.
    """
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value not in (None, False))
    if element in _EMPTY:
        return Markup(f"<{element}{said}>")
    return Markup(f"<{element}{said}>{join(*inside)}</{element}>")


def join(*parts: object) -> Markup:
    """Parts one after the other; None is nothing."""
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(str(part)) for part in parts if part is not None)
    )


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
