"""Sealing of one value: AES-256-GCM, bound to its field and its row, with the key's id in front.

A sealed text reads `<key id>.<base64url of nonce and ciphertext>`; sealed bytes are the key's id in four bytes, nonce,
ciphertext. A value sealed as one field of one row opens as no other. The ring says of each key whether what it sealed
is bound so; what keys of before sealed is bound to its field alone, until a rotation seals it anew.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from qorgan.gate.sealing.ring import FILE, Ring, read_ring

_NONCE: Final = 12
_ID: Final = 4
_DOT: Final = "."
_ROW_IN_NAME: Final = frozenset({"biometrics.image"})
"""Fields whose name had the row in it before every value was bound to its row."""


class SealBroken(Exception):
    """What is said to be sealed was changed, belongs to another row or field, or its key is not on the ring."""


def seal(text: str, *, field: str, row: UUID | str) -> str:
    """Encrypt and authenticate a text as the value of a field in a row, named by what the row is known by."""
    return to_text(seal_bytes(text.encode(), field=field, row=row))


def unseal(sealed: str, *, field: str, row: UUID | str) -> str:
    """Open what `seal` made of this field for this row. Raises SealBroken."""
    try:
        return unseal_bytes(from_text(sealed, field=field), field=field, row=row).decode()
    except UnicodeDecodeError:
        raise SealBroken(f"{field}: not a sealed text") from None


def seal_bytes(content: bytes, *, field: str, row: UUID | str) -> bytes:
    """Encrypt and authenticate bytes as the value of a field in a row."""
    ring = _ring()
    return seal_with(ring, ring.newest, content, field=field, row=row)


def unseal_bytes(sealed: bytes, *, field: str, row: UUID | str) -> bytes:
    """Open what `seal_bytes` made of this field for this row. Raises SealBroken.

    Once a rotation has bound every value to its row, one that is bound to none is not believed.
    """
    ring, raw = _ring(), bytes(sealed)
    key = raw[:_ID].hex()
    if ring.all_bound and key in ring.keys and key not in ring.bound:
        raise SealBroken(
            f"{field}: sealed for any row, by a key of before values were bound to theirs; where it comes out of a "
            "backup, run `qorgan gate rotate-keys --resume`"
        )
    return unseal_with(ring, raw, field=field, row=row)


def index(text: str, *, field: str) -> bytes:
    """A keyed digest (HMAC-SHA-256) by which equal values of one field are found, and nothing of them is told."""
    return hmac.digest(_ring().index_key, field.encode() + b"\0" + text.encode(), sha256)


def to_text(sealed: bytes) -> str:
    """Sealed bytes as they stand in a column of text."""
    return sealed[:_ID].hex() + _DOT + urlsafe_b64encode(sealed[_ID:]).decode("ascii")


def from_text(sealed: str, *, field: str) -> bytes:
    """The bytes that `to_text` wrote. Raises SealBroken."""
    key, _, rest = sealed.partition(_DOT)
    try:
        return bytes.fromhex(key) + urlsafe_b64decode(rest.encode("ascii"))
    except ValueError:
        raise SealBroken(f"{field}: not a sealed text") from None


def seal_with(ring: Ring, key: str, content: bytes, *, field: str, row: UUID | str) -> bytes:
    """Seal by one key of a ring."""
    nonce = os.urandom(_NONCE)
    bound = _bound(ring, key, field, row)
    return bytes.fromhex(key) + nonce + AESGCM(ring.keys[key]).encrypt(nonce, content, bound)


def unseal_with(ring: Ring, sealed: bytes, *, field: str, row: UUID | str) -> bytes:
    """Open by whichever key of a ring sealed it. Raises SealBroken."""
    key = sealed[:_ID].hex()
    if key not in ring.keys:
        raise SealBroken(
            f"{field}: sealed with the key {key!r}, which is not on the ring; put back the sealing.json of its time"
        )
    nonce, rest = sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
    try:
        return AESGCM(ring.keys[key]).decrypt(nonce, rest, _bound(ring, key, field, row))
    except (InvalidTag, ValueError):
        raise SealBroken(f"{field}: changed since it was sealed, or sealed for another row or field") from None


def _bound(ring: Ring, key: str, field: str, row: UUID | str) -> bytes:
    """What a value is bound to: the format is the key's, which nobody who writes the database can choose."""
    if key in ring.bound:
        return b"\0".join((b"qorgan-gate 2", field.encode(), key.encode(), str(row).encode()))
    name = f"{field}:{row}" if field in _ROW_IN_NAME else field
    return b"\0".join((b"qorgan-gate", name.encode(), key.encode()))


def _ring() -> Ring:
    """The ring of this process, read again when its file has changed."""
    state: Path = settings.CONFIG.state
    try:
        at = (state / FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return read_ring(state)
    return _ring_of(state, at)


@lru_cache(maxsize=2)
def _ring_of(state: Path, _at: int) -> Ring:
    return read_ring(state)
