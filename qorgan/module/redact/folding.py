"""Texts in small letters: as they stand, and, for a quick look, as expressions see them that ignore case."""

from __future__ import annotations


def folded(text: str) -> str:
    """The text in lower case: where an expression that ignores case takes a character for a letter of ASCII, that one.

    Four letters are taken for `i`, `s` and `k` besides their own forms; `lower` alone leaves two of them as they are,
    and makes two characters of a third. Places are not those of the text.
    """
    lowered = (text if text.isascii() else text.replace("İ", "i")).lower()
    return lowered if text.isascii() else lowered.replace("ı", "i").replace("ſ", "s")


def lowered_in_place(text: str) -> str:
    """The text in lower case, every character at its place: a few have no small form of one character and stay."""
    lowered = text.lower()
    return (
        lowered if len(lowered) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    )


def has_any(marks: tuple[str, ...], text: str) -> bool:
    """Whether one of the marks stands in the text."""
    for mark in marks:  # noqa: SIM110 (a generator costs more than what it looks at)
        if mark in text:
            return True
    return False
