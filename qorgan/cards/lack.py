"""What a document lacks, or says that cannot be: where, in which words, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Sentence(Protocol):
    """Text for people, perhaps worded only when it is shown."""

    def __str__(self) -> str:
        """The text in the language of the moment."""
        ...


@dataclass(frozen=True, slots=True)
class Lack:
    """A field without which a draft is not complete."""

    field: str
    message: Sentence
    clause: str
