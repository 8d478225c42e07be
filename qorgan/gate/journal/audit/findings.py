"""What an audit found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST: Final = 200
"""Findings that are told; the others are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is not as it was written."""

    order: int
    """The entry's id where there is one, so that the first is told first; what is of no entry comes before."""
    where: str
    what: str


@dataclass(slots=True)
class Report:
    """Everything that was looked at and everything that was found."""

    entries: int = 0
    archives: int = 0
    epochs: int = 0
    found: int = 0
    _told: list[Finding] = field(default_factory=list)

    def add(self, where: str, what: str, *, entry: int = 0) -> None:
        """Something is not as it was written."""
        self.found += 1
        if len(self._told) < MOST:
            self._told.append(Finding(entry, where, what))

    @property
    def findings(self) -> list[Finding]:
        """The first of them, in the order of entries."""
        return sorted(self._told)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.found
