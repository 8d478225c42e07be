"""Cuts what is too long, and says how long it was and what its digest is: no value keeps an entry from being written.

A sign-in must not be lost to the journal because somebody sent a name of a megabyte, nor fill it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

LONGEST: Final = 512
"""Characters of one text, what stands in for the rest included."""
LARGEST: Final = 8192
"""Characters of a mapping as JSON, of which more is cut as one text."""
DEEPEST: Final = 8
"""Mappings and lists within each other."""
_LARGEST_INTEGER: Final = 1 << 63


def cut(text: str, longest: int = LONGEST) -> str:
    """`text`, or its beginning with the length and SHA-256 of the whole. What was cut once is not cut again.

    NUL, and halves of surrogate pairs, which PostgreSQL does not take, become U+FFFD, and count as a cut.
    """
    clean = "".join("\ufffd" if one == "\0" or "\ud800" <= one <= "\udfff" else one for one in text)
    if clean == text and len(text) <= longest:
        return text
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    rest = f"… [{len(text)} characters, sha256 {digest}]"
    return clean[: longest - len(rest)] + rest


def cut_mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping that JSON and PostgreSQL take, each text cut, and the whole cut to one text when it is too large."""
    plain = {cut(str(name)): _plain(value, DEEPEST) for name, value in mapping.items()}
    whole = json.dumps(plain, ensure_ascii=False)
    return plain if len(whole) <= LARGEST else {"cut": cut(whole, LARGEST // 2)}


def _plain(value: object, depth: int) -> Any:
    if depth and isinstance(value, Mapping):
        return {cut(str(name)): _plain(inner, depth - 1) for name, inner in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner, depth - 1) for inner in value]
    if value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < _LARGEST_INTEGER):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return cut(value.hex() if isinstance(value, bytes) else str(value))
