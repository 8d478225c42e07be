"""A sheet: a document as sections of lines, in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A label, and what is said under it in one or several paragraphs."""

    label: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed of a version."""

    title: str
    drill: str
    """That it is a drill, in words; empty when it is none."""
    head: tuple[Line, ...]
    sections: tuple[Section, ...]
    proof: Section
    language: str
    sent_at: datetime
    digest: str = field(default="")
