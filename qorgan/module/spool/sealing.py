"""What the spool holds of content is sealed: AES-256-GCM under a key that lies outside the spool.

A sealed body is MARK, the id of its key, a salt, a nonce, and the ciphertext with its tag. What is said *about* it
(numbers, source, position; or place) is authenticated with it, so that no body can stand in another's place.

Why no nonce meets itself: content is never sealed under the key of the ring itself, but under one derived from it
(HKDF-SHA256) with a salt of 128 random bits, which is drawn anew at each opening of the spool and after 2^20 bodies.
Under one derived key at most 2^20 nonces of 96 random bits are used, which meet with a chance under 2^-56. Nothing is
counted or remembered, so that neither a crash, nor a copy put back, nor a machine run twice from one image, can
repeat anything: salt and nonces come from the kernel each time.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from qorgan.module.spool.errors import SpoolLocked

KEY_BYTES: Final = 32
MARK: Final = b"QS1\x00"
"""No compressed body begins so: zstd's own mark is another."""
ID_BYTES: Final = 8
_SALT: Final = 16
_NONCE: Final = 12
_HEAD: Final = len(MARK) + ID_BYTES + _SALT + _NONCE
_MOST_BODIES: Final = 1 << 20
_REMEMBERED: Final = 64
"""Derived keys that are held ready: each opening of the spool since the oldest waiting signal has one."""


class SealBroken(Exception):
    """The bytes are not those that were sealed, or stand where others were."""


class KeyRing:
    """The keys of a spool. The first seals; the others open what was sealed before."""

    def __init__(self, keys: Sequence[bytes], place: str) -> None:
        """`place` is where the keys are kept, for what a person is told. Without keys it can seal nothing."""
        self.place = place
        self._keys = {id_of(key): key for key in keys}
        self._current = next(iter(self._keys), "")
        self._opened: dict[bytes, AESGCM] = {}
        self._salt, self._sealing, self._left = b"", AESGCM(bytes(KEY_BYTES)), 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, that of the sealing one first."""
        return tuple(self._keys)

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def take_over(self, other: KeyRing) -> None:
        """Go on with the keys of another ring, after the file has changed."""
        self.place, self._keys, self._current = other.place, other._keys, other._current
        self._opened, self._left = {}, 0

    def seal(self, content: bytes, about: bytes) -> bytes:
        """Seal a body. One thread at a time seals. Raises SpoolLocked when there is no key."""
        if not self._left:
            self._begin()
        self._left -= 1
        nonce = os.urandom(_NONCE)
        head = MARK + bytes.fromhex(self._current) + self._salt
        return head + nonce + self._sealing.encrypt(nonce, content, head + about)

    def unseal(self, body: bytes, about: bytes) -> bytes:
        """The content of a sealed body; of one that was never sealed, itself. Raises SealBroken, SpoolLocked."""
        if not is_sealed(body):
            return body
        head, nonce = body[: _HEAD - _NONCE], body[_HEAD - _NONCE : _HEAD]
        try:
            return self._cipher(head).decrypt(nonce, body[_HEAD:], head + about)
        except (InvalidTag, ValueError):
            raise SealBroken("it does not open under its key") from None

    def seal_text(self, content: str, about: str) -> str:
        """Seal a text to be kept where texts are. Raises SpoolLocked."""
        return base64.b64encode(self.seal(content.encode("utf-8", "replace"), about.encode())).decode()

    def unseal_text(self, text: str, about: str) -> str:
        """A sealed text; one that was never sealed, itself; '' for one that is broken. Raises SpoolLocked."""
        if not is_sealed(head_of(text)):
            return text
        try:
            return self.unseal(base64.b64decode(text), about.encode()).decode("utf-8", "replace")
        except (SealBroken, ValueError):
            return ""

    def _begin(self) -> None:
        if not self._current:
            raise SpoolLocked(f"{self.place}: holds no key to seal with")
        self._salt, self._left = os.urandom(_SALT), _MOST_BODIES
        self._sealing = AESGCM(_derived(self._keys[self._current], self._salt))

    def _cipher(self, head: bytes) -> AESGCM:
        known = self._opened.get(head)
        if known is not None:
            return known
        name = key_of(head)
        if name not in self._keys:
            raise SpoolLocked(f"{self.place}: the key {name}, under which content of the spool is sealed, is not there")
        if len(self._opened) >= _REMEMBERED:
            self._opened.clear()
        made = self._opened[head] = AESGCM(_derived(self._keys[name], head[len(MARK) + ID_BYTES :]))
        return made


def about_quarantined(at: str, source: str, place: str, reason: str) -> bytes:
    """What is authenticated with the sealed text of a record in quarantine."""
    return f"quarantine\0{at}\0{source}\0{place}\0{reason}".encode("utf-8", "replace")


def is_sealed(body: bytes) -> bool:
    """Whether a body is sealed, rather than one from before spools were."""
    return body[: len(MARK)] == MARK


def head_of(text: str) -> bytes:
    """The mark and the key's id of a sealed text; b'' of any other."""
    try:
        return base64.b64decode(text[:16], validate=True)
    except ValueError:
        return b""


def key_of(body: bytes) -> str:
    """The id of the key under which a body is sealed; '' when it is not."""
    return body[len(MARK) : len(MARK) + ID_BYTES].hex() if is_sealed(body) else ""


def id_of(key: bytes) -> str:
    """The name of a key, which tells nothing of it."""
    return hashlib.sha256(b"qorgan spool key\n" + key).digest()[:ID_BYTES].hex()


def _derived(key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"qorgan spool body 1").derive(key)
