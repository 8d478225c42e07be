"""Sealing of one value: AES-256-GCM, bound to the name of its field, with the key's id in front.

A sealed text reads `<key id>.<base64url of nonce and ciphertext>`; sealed bytes are the key's id in four bytes, nonce,
ciphertext. A value sealed as one field does not open as another.
"""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from qorgan.gate.sealing.ring import FILE, Ring, read_ring

_NONCE: Final = 12
_ID: Final = 4
_DOT: Final = "."


class SealBroken(Exception):
    """What is said to be sealed was changed, belongs to another field, or its key is not on the ring."""


def seal(text: str, *, field: str) -> str:
    """Encrypt and authenticate a text as the value of a field."""
    return to_text(seal_bytes(text.encode(), field=field))


def unseal(sealed: str, *, field: str) -> str:
    """Open what `seal` made of this field. Raises SealBroken."""
    try:
        return unseal_bytes(from_text(sealed, field=field), field=field).decode()
    except UnicodeDecodeError:
        raise SealBroken(f"{field}: not a sealed text") from None


def seal_bytes(content: bytes, *, field: str) -> bytes:
    """Encrypt and authenticate bytes as the value of a field."""
    ring = _ring()
    return seal_with(ring, ring.newest, content, field=field)


def unseal_bytes(sealed: bytes, *, field: str) -> bytes:
    """Open what `seal_bytes` made of this field. Raises SealBroken."""
    return unseal_with(_ring(), bytes(sealed), field=field)


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


def seal_with(ring: Ring, key: str, content: bytes, *, field: str) -> bytes:
    """Seal by one key of a ring."""
    nonce = os.urandom(_NONCE)
    return bytes.fromhex(key) + nonce + AESGCM(ring.keys[key]).encrypt(nonce, content, _bound(field, key))


def unseal_with(ring: Ring, sealed: bytes, *, field: str) -> bytes:
    """Open by whichever key of a ring sealed it. Raises SealBroken."""
    key = sealed[:_ID].hex()
    if key not in ring.keys:
        raise SealBroken(f"{field}: sealed with the key {key!r}, which is not on the ring")
    nonce, rest = sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
    try:
        return AESGCM(ring.keys[key]).decrypt(nonce, rest, _bound(field, key))
    except (InvalidTag, ValueError):
        raise SealBroken(f"{field}: changed since it was sealed, or sealed as another field") from None


def _bound(field: str, key: str) -> bytes:
    return b"qorgan-gate\0" + field.encode() + b"\0" + key.encode()


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
