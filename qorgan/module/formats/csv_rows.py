"""Rows of values between commas, semicolons, bars, tabs, back quotes or `<;>`, quoted where they hold one."""

from __future__ import annotations

import csv
from typing import Final

from qorgan.module.formats.vocabulary import places_of

MOST_COLUMNS: Final = 512
LONGEST: Final = 65_536
_SEPARATORS: Final = ",\t;|`"
_ANGLED: Final = "<;>"
"""What parts the values in the logs of older antivirus servers, whose paths may hold all the others."""
_FEWEST: Final = 4
_LONGEST_NAME: Final = 64
_KNOWN: Final = 4
_MOSTLY: Final = 0.3


def separator_of(text: str) -> str:
    """What parts the text's values, or nothing when there are too few."""
    if text.count(_ANGLED) >= _FEWEST - 1:
        return _ANGLED
    counts = {each: text.count(each) for each in _SEPARATORS}
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] >= _FEWEST - 1 else ""


def row_of(text: str, separator: str) -> list[str]:
    """The values of a row. A quote that does not end is taken as it stands."""
    text = text[:LONGEST]
    if '"' not in text or len(separator) > 1:
        return text.split(separator, MOST_COLUMNS)
    try:
        return next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])[:MOST_COLUMNS]
    except csv.Error:
        return text.split(separator, MOST_COLUMNS)


def is_header(values: list[str]) -> bool:
    """Whether a row is of names: all are like names, none comes twice, and several are known ones."""
    names = [value.strip() for value in values]
    if len(names) < _FEWEST or len(set(names)) < len(names):
        return False
    if not all(name[:1].isalpha() and len(name) <= _LONGEST_NAME and name.isprintable() for name in names if name):
        return False
    if any("=" in name or ":" in name for name in names):
        return False
    known = sum(1 for name in names if places_of(name))
    return known >= _KNOWN and known >= len(names) * _MOSTLY
