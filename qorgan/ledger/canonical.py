"""The one spelling of a value as bytes: canonical JSON to be hashed, and base64 that cannot be respelt."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from qorgan.ledger.errors import EntryError, NoteError

LARGEST_INTEGER = (1 << 53) - 1
"""The largest integer that every JSON reader holds exactly, those that read numbers as doubles included."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_NOT_JSON = (bytes, bytearray, memoryview, datetime, date, time, timedelta, Decimal, UUID)


def canonical(value: object) -> bytes:
    """The canonical JSON of a struct, object, list, string, integer, boolean or null.

    A hash needs one spelling of a value, today and in another language years from now. This is RFC 8785
    (JCS) narrowed to where it takes no care to get right: UTF-8, no spaces, the shortest escapes, keys
    sorted. No floats, because their shortest form is the hard part of that RFC; integers only as far as
    doubles go; keys in ASCII, where order by byte and by UTF-16 unit agree; nothing that would need a
    convention to become text (a time or an identifier is given as the string it is to be).
    Raises EntryError for a value outside this.
    """
    plain = msgspec.to_builtins(value, builtin_types=_NOT_JSON)
    _check(plain)
    try:
        return _ENCODER.encode(plain)
    except UnicodeEncodeError as broken:
        raise EntryError("A string holds half of a surrogate pair, which has no bytes in UTF-8") from broken


def to_base64(data: bytes) -> str:
    """Base64 of RFC 4648 section 4, with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read base64, refusing every spelling but the one `to_base64` writes. Raises NoteError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise NoteError(f"{text[:60]!r} is not base64") from wrong
    if to_base64(data) != text:
        raise NoteError(f"{text[:60]!r} is base64 with stray bits at its end")
    return data


def _check(value: object) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise EntryError(f"The integer {value} is larger than JSON readers hold exactly")
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise EntryError(f"The key {key!r} is not an ASCII string")
            _check(item)
    else:
        raise EntryError(f"A {type(value).__name__} has no canonical form here")
