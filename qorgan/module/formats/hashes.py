"""Digests of files out of what products write in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from qorgan.wire.signal import HASH_DIGITS, FileHash, HashAlgorithm

MOST: Final = 16

_BY_LENGTH: Final = {digits: algorithm for algorithm, digits in HASH_DIGITS.items()}
_HEX: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,128}(?![0-9A-Za-z])")
_NOTHING: Final = frozenset({"0", "f"})
"""A digest of one repeated digit stands for "not known"."""


def hashes_in(texts: Iterable[str]) -> tuple[FileHash, ...]:
    """The digests that texts contain, told apart by their length, without repeats."""
    found: dict[str, FileHash] = {}
    for text in texts:
        for match in _HEX.findall(text):
            value = match.lower()
            algorithm = _BY_LENGTH.get(len(value))
            if algorithm and not (len(set(value)) == 1 and value[0] in _NOTHING):
                found[value] = FileHash(algorithm=HashAlgorithm(algorithm), value=value)
    return tuple(found.values())[:MOST]
