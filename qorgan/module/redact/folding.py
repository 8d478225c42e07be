"""A text in small letters, as expressions see it that do not tell the case: the quick look for their fixed words."""

from __future__ import annotations


def folded(text: str) -> str:
    """The text in lower case: where an expression that ignores case takes a character for a letter of ASCII, that one.

    Four letters are taken for `i`, `s` and `k` besides their own forms; `lower` alone leaves two of them as they are,
    and makes two characters of a third. Places are not those of the text.
    """
    lowered = (text if text.isascii() else text.replace("İ", "i")).lower()
    return lowered if text.isascii() else lowered.replace("ı", "i").replace("ſ", "s")


def has_any(marks: tuple[str, ...], text: str) -> bool:
    """Whether one of the marks stands in the text."""
    for mark in marks:  # noqa: SIM110 (a generator costs more than what it looks at)
        if mark in text:
            return True
    return False
