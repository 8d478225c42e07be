"""An authenticator in software, for trials, measurements and tests: it keeps its keys in memory and asks nobody.

It answers what `navigator.credentials` would, as a browser hands it on in JSON.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn.helpers import encode_cbor

from qorgan.gate.factors.answers import spelled, unspelled

_PRESENT, _VERIFIED, _MAY_BE_BACKED_UP, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
_COORDINATE: Final = 32
NO_MODEL: Final = UUID(int=0)
"""What most say of themselves."""

Key = ec.EllipticCurvePrivateKey | Ed25519PrivateKey


class Software:
    """One authenticator with the passkeys made on it. Its flags may be changed between calls."""

    def __init__(self, origin: str, *, model: UUID = NO_MODEL, counts: bool = True) -> None:
        self.origin = origin
        self.model = model
        self.counts = counts
        self.verifies = True
        self.may_be_backed_up = False
        self.is_backed_up = False
        self.counter = 0
        self.keys: dict[bytes, tuple[Key, bytes]] = {}
        """By credential: the key, and whom it is of."""

    def make(self, options: Mapping[str, Any], *, edwards: bool = False) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        key: Key = Ed25519PrivateKey.generate() if edwards else ec.generate_private_key(ec.SECP256R1())
        credential = secrets.token_bytes(_COORDINATE)
        self.keys[credential] = (key, unspelled(options["user"]["id"], "user"))
        attested = self.model.bytes + len(credential).to_bytes(2, "big") + credential + encode_cbor(_cose(key))
        data = self.data(options["rp"]["id"], attested)
        client = self.client_data("webauthn.create", options["challenge"])
        form, statement = self.attest(data + hashlib.sha256(client).digest())
        response = {
            "clientDataJSON": spelled(client),
            "attestationObject": spelled(encode_cbor({"fmt": form, "attStmt": statement, "authData": data})),
            "transports": ["internal"],
        }
        return _answer(credential, response)

    def use(self, options: Mapping[str, Any], credential: bytes | None = None) -> dict[str, Any]:
        """What `navigator.credentials.get` gives, by the newest passkey unless one is named."""
        chosen = credential or list(self.keys)[-1]
        key, handle = self.keys[chosen]
        data = self.data(options["rpId"])
        client = self.client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": spelled(client),
            "authenticatorData": spelled(data),
            "signature": spelled(sign(key, signed)),
            "userHandle": spelled(handle),
        }
        return _answer(chosen, response)

    def data(self, party: str, attested: bytes = b"") -> bytes:
        """The authenticator's own part of what is signed."""
        self.counter += self.counts
        flags = _PRESENT | (_ATTESTED if attested else 0) | (_VERIFIED if self.verifies else 0)
        flags |= (_MAY_BE_BACKED_UP if self.may_be_backed_up else 0) | (_BACKED_UP if self.is_backed_up else 0)
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big") + attested

    def client_data(self, kind: str, challenge: str) -> bytes:
        """The browser's part."""
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return msgspec.json.encode(said)

    def attest(self, signed: bytes) -> tuple[str, dict[str, Any]]:
        """Who vouches for the model: nobody."""
        del signed
        return "none", {}


def sign(key: Key, data: bytes) -> bytes:
    """A signature as WebAuthn has it."""
    return key.sign(data) if isinstance(key, Ed25519PrivateKey) else key.sign(data, ec.ECDSA(SHA256()))


def _cose(key: Key) -> dict[int, Any]:
    """The public key as COSE has it."""
    if isinstance(key, Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {1: 1, 3: -8, -1: 6, -2: raw}
    numbers = key.public_key().public_numbers()
    x, y = (one.to_bytes(_COORDINATE, "big") for one in (numbers.x, numbers.y))
    return {1: 2, 3: -7, -1: 1, -2: x, -3: y}


def _answer(credential: bytes, response: Mapping[str, Any]) -> dict[str, Any]:
    said = spelled(credential)
    return {"credential": {"id": said, "rawId": said, "type": "public-key", "response": dict(response)}}
