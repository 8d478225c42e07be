"""What is handed out: tables under a heading that says of what, of when, made when and by whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from qorgan.hub.statistics.tables import Table, Value

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings by which a spreadsheet takes a text for a formula."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Book:
    """Something to hand out."""

    name: str
    """Of the file, without its ending."""
    title: str
    said: Sequence[tuple[str, str]]
    """What it is about: period, filters, time of making, who made it."""
    tables: Sequence[Table]


def plain(value: Value) -> str | int | float | None:
    """A value for a file: moments with their zone, hours to the hundredth, texts that are no formula."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, float):
        return round(value, 2)
    return guarded(value) if isinstance(value, str) else value


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula, without characters that no file can hold."""
    said = _UNPRINTABLE.sub(" ", text)
    return f"'{said}" if said.startswith(_DANGEROUS) else said


def moment(at: datetime) -> str:
    """As official papers have it."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M} UTC+05:00"
