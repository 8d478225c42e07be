"""Sentences that are worded when they are shown, in whatever language is spoken then, without a framework.

Whoever shows them says how a sentence is translated: the hub once, by `speak_by`, the module for a while, by
`spoken_by`. Where nobody has said it, the English of the sources is spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar


class Worded:
    """A sentence of the sources, with what is put into its places."""

    __slots__ = ("_english", "_places")

    def __init__(self, english: str, places: Mapping[str, object] | None = None) -> None:
        self._english, self._places = english, places

    def __mod__(self, places: Mapping[str, object]) -> Worded:
        """The same sentence with its places filled."""
        return Worded(self._english, places)

    def __str__(self) -> str:
        """The sentence in the language of the moment."""
        said = (_voice.get() or _everywhere[0])(self._english)
        return said if self._places is None else said % self._places

    def __repr__(self) -> str:
        """Tells tests and logs which sentence it is."""
        return f"Worded({self._english!r})"

    def __eq__(self, other: object) -> bool:
        """Equal to what says the same at this moment."""
        return str(self) == str(other) if isinstance(other, Worded | str) else NotImplemented

    def __hash__(self) -> int:
        """By the sentence of the sources, which does not change with the language."""
        return hash(self._english)


def worded(english: str) -> Worded:
    """A sentence to be translated when it is shown. Imported as `_`, so that it gets into the catalogue."""
    return Worded(english)


def speak_by(translate: Callable[[str], str]) -> None:
    """Say how a sentence is translated in this process."""
    _everywhere[0] = translate


@contextmanager
def spoken_by(translate: Callable[[str], str]) -> Iterator[None]:
    """Say how a sentence is translated for as long as this lasts, in this thread or task alone."""
    token = _voice.set(translate)
    try:
        yield
    finally:
        _voice.reset(token)


_everywhere: list[Callable[[str], str]] = [lambda english: english]
_voice: ContextVar[Callable[[str], str] | None] = ContextVar("voice", default=None)
