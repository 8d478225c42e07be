"""How values are written for a reader: the language, and how times are spelt in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Manner:
    """How whoever asks is spoken to at this moment."""

    language: str
    moment: Callable[[datetime], str]
    """A time as it is written in that language."""
