"""An official letter: head, addressee, number and date, what it says, a table of fields, and who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qorgan.paper.sheet import Section


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that is on the paper, in one language."""

    language: str
    head: tuple[str, ...]
    """The institution: its name first, then address lines."""
    number: str
    """Number and date in one line."""
    addressee: tuple[str, ...]
    drill: str
    """That it is a drill, in words; empty when it is none."""
    title: str
    opening: tuple[str, ...]
    """Paragraphs before the fields."""
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    position: str
    """Of who signs."""
    signatory: str
    executor: str
    """Who prepared it."""
    made_at: datetime
    """So that the same letter makes the same bytes."""
