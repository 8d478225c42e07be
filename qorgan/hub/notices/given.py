"""Numbers as they stand in an address or a form."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 18
"""Digits that always fit PostgreSQL's bigint."""


def number_in(text: str) -> int | None:
    """The number that a text is; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
