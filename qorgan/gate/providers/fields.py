"""Forms of the fields that several services share, and how what they say is decoded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

_T = TypeVar("_T")

Iin = Annotated[str, Meta(pattern=r"^[0-9]{12}$")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, in hexadecimal."""
Nonce = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22,88}$")]
Reference = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Instant = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(max_length=200)]


class Undecodable(Exception):
    """It is not of the form that was expected. Repeats nothing of it."""


def decoded(raw: bytes | str, wanted: type[_T]) -> _T:
    """JSON as a type. Raises Undecodable for anything else, whatever a stranger thought of."""
    try:
        return msgspec.json.decode(raw, type=wanted)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Undecodable(wanted.__name__) from None
