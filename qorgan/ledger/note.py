"""Signed notes (C2SP signed-note) with Ed25519: a text, and signature lines of logs and witnesses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from qorgan.ledger.canonical import from_base64, to_base64
from qorgan.ledger.errors import NoteError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID_BYTES = 4
_TIME_BYTES = 8
_KEY_BYTES = 32
_MOST_SIGNATURES = 64
_LONGEST_NOTE = 1 << 18
_PRIVATE = "PRIVATE+KEY+"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"— (?P<name>[^ ]+) (?P<signature>[A-Za-z0-9+/=]+)")


class Algorithm(IntEnum):
    """The signature types of signed-note that are taken here; lines of any other stay unknown."""

    ED25519 = 0x01
    """Over the note's text: how a log signs."""
    COSIGNATURE = 0x04
    """Over the time and the text (`cosignature/v1` of tlog-cosignature): how a witness signs."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, verified or not."""

    name: str
    key_id: bytes
    value: bytes
    """What the algorithm made; a cosignature starts with its time."""

    def __str__(self) -> str:
        """The line as it stands in a note, without its newline."""
        return f"— {self.name} {to_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under: what is pinned."""

    name: str
    public: bytes
    algorithm: Algorithm = Algorithm.ED25519

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; they prove nothing."""
        return sha256(self.name.encode() + b"\n" + self._material).digest()[:_ID_BYTES]

    @property
    def _material(self) -> bytes:
        return bytes([self.algorithm]) + self.public

    def __str__(self) -> str:
        """The verifier key as text: name, hexadecimal key id and base64 key, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self._material)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read what `str` writes. Raises NoteError on anything else, an unknown algorithm included."""
        name, _, rest = text.partition("+")
        material = from_base64(rest.partition("+")[2])
        if not material or material[0] not in list(Algorithm) or len(material) != 1 + _KEY_BYTES:
            raise NoteError(f"{text[:80]!r} is not an Ed25519 verifier key of the form name+id+key")
        key = cls(name, material[1:], Algorithm(material[0]))
        check_name(name)
        if str(key) != text:
            raise NoteError(f"The id in the verifier key {text[:80]!r} is not that of its name and key")
        return key

    def owns(self, signature: Signature) -> bool:
        """Whether the line claims to be of this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def check(self, text: str, signature: Signature) -> None:
        """Accept that this key made the signature over the note's text. Raises NoteError."""
        message, value = text.encode(), signature.value
        if self.algorithm is Algorithm.COSIGNATURE:
            message = _cosigned(text, cosigned_at(signature))
            value = value[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError) as wrong:
            raise NoteError(f"The signature of {self.name} does not hold") from wrong


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the name it signs under. Its text form is a secret."""

    name: str
    _private: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A new key. Raises NoteError when the name cannot stand in a signature line."""
        check_name(name)
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read what `secret` gives. Raises NoteError, which does not repeat the text."""
        name, _, rest = text.removeprefix(_PRIVATE).partition("+")
        material = from_base64(rest.partition("+")[2]) if text.startswith(_PRIVATE) else b""
        if len(material) != 1 + _KEY_BYTES or material[0] != Algorithm.ED25519:
            raise NoteError("This is not a signing key of the form PRIVATE+KEY+name+id+key")
        check_name(name)
        key = cls(name, Ed25519PrivateKey.from_private_bytes(material[1:]))
        if key.secret() != text:
            raise NoteError("The id in the signing key is not that of its name and key")
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The public half, to be pinned by whoever verifies."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    def secret(self) -> str:
        """The key as text, as the Go tools for signed notes write it; for a file nobody else reads."""
        material = bytes([Algorithm.ED25519]) + self._private.private_bytes_raw()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{to_base64(material)}"

    def sign(self, text: str) -> Signature:
        """Sign the text of a note as a log does."""
        return Signature(self.name, self.verifier.key_id, self._private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends in a newline, and the signature lines below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """The note as it is published."""
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, note: str) -> SignedNote:
        """Read a note whose signatures are not verified yet. Raises NoteError when it is malformed."""
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n") or len(note) > _LONGEST_NOTE or _CONTROL.search(note):
            raise NoteError("This is not a text, a blank line and signature lines")
        signatures = tuple(_signature(line) for line in lines.removesuffix("\n").split("\n"))
        if len(signatures) > _MOST_SIGNATURES:
            raise NoteError(f"The note has more than {_MOST_SIGNATURES} signatures")
        return cls(text + "\n", signatures)

    def verified(self, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
        """The signatures made by these keys; lines of other keys are passed over, as signed-note asks.

        Raises NoteError when a line that claims one of the keys does not verify. An empty list is no proof.
        """
        found = [(key, signature) for signature in self.signatures for key in keys if key.owns(signature)]
        for key, signature in found:
            key.check(self.text, signature)
        return found


def cosigned_at(signature: Signature) -> int:
    """The time a witness put into its cosignature, in seconds since 1970 UTC. Raises NoteError."""
    seconds = int.from_bytes(signature.value[:_TIME_BYTES], "big", signed=True)
    if len(signature.value) <= _TIME_BYTES or seconds < 0:
        raise NoteError(f"The line of {signature.name} is not a timestamped cosignature")
    return seconds


def check_name(name: str) -> None:
    """Raise NoteError when a name cannot stand in a signature line or in a verifier key."""
    if not name or "+" in name or _CONTROL.search(name) or any(letter.isspace() for letter in name):
        raise NoteError(f"{name[:80]!r} cannot name a key: it must have no spaces and no plus sign")


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NoteError(f"{line[:80]!r} is not a signature line")
    check_name(found["name"])
    blob = from_base64(found["signature"])
    if len(blob) <= _ID_BYTES:
        raise NoteError(f"The signature of {found['name']} is empty")
    return Signature(found["name"], blob[:_ID_BYTES], blob[_ID_BYTES:])
