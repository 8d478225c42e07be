"""Statements signed by those who make them: compact JWS (RFC 7515), with a key that was pinned beforehand.

The key decides the algorithm, never the statement: Ed25519 gives EdDSA, RSA of 2048 bits or more RS256, P-256 ES256.
There is one way to write a statement down, and any other is refused, so that no bit of it can change unnoticed.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from qorgan.gate.providers.fields import Undecodable, decoded

PublicKey: TypeAlias = Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PrivateKey: TypeAlias = Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Algorithm: TypeAlias = Literal["EdDSA", "RS256", "ES256"]

LONGEST: Final = 64 << 10
"""Characters of a statement."""
_LEAST_RSA: Final = 2048
_HALF: Final = 32
"""Bytes of one half of a signature by P-256."""


class Unsigned(Exception):
    """It was not signed, as it stands, by a key that was pinned for it. Repeats nothing of what it said."""


class KeyUnusable(Exception):
    """A key that no statement may be signed with."""


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What precedes a statement. `crit`, `jku`, `jwk` and `x5u` are unknown fields here, and so refused."""

    alg: Algorithm
    kid: str
    typ: str


def public_key(pem: bytes) -> PublicKey:
    """A key from its PEM; raises KeyUnusable for one that is weak, of another kind, or no key."""
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        raise KeyUnusable("not a public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise KeyUnusable("neither Ed25519, RSA nor P-256")
    algorithm_of(key)
    return key


def algorithm_of(key: PublicKey) -> Algorithm:
    """The only algorithm that a key may be used with; raises KeyUnusable."""
    if isinstance(key, Ed25519PublicKey):
        return "EdDSA"
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < _LEAST_RSA:
            raise KeyUnusable(f"RSA of fewer than {_LEAST_RSA} bits")
        return "RS256"
    if not isinstance(key.curve, ec.SECP256R1):
        raise KeyUnusable("an elliptic curve other than P-256")
    return "ES256"


def sign(statement: bytes, key: PrivateKey, *, kid: str, typ: str) -> str:
    """A statement with its signature."""
    header = msgspec.json.encode(_Header(alg=algorithm_of(key.public_key()), kid=kid, typ=typ))
    signing = f"{_written(header)}.{_written(statement)}"
    return f"{signing}.{_written(_signature(key, signing.encode()))}"


def opened(text: str, keys: Mapping[str, PublicKey], *, typ: str) -> tuple[bytes, str]:
    """The statement, and the name of the key that signed it. Raises Unsigned."""
    if len(text) > LONGEST or not text.isascii() or text.count(".") != 2:  # noqa: PLR2004 - header.statement.signature
        raise Unsigned("not a signed statement")
    signing, _, last = text.rpartition(".")
    head, _, body = signing.partition(".")
    try:
        header = decoded(_read(head), _Header)
    except Undecodable:
        raise Unsigned("its header is not one") from None
    key = keys.get(header.kid)
    if key is None:
        raise Unsigned("signed by a key that is not pinned")
    if header.alg != algorithm_of(key) or header.typ != typ:
        raise Unsigned("signed in another way, or as something else")
    _verify(key, _read(last), signing.encode())
    return _read(body), header.kid


def _signature(key: PrivateKey, signing: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(signing)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signing, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(signing, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def _verify(key: PublicKey, signature: bytes, signing: bytes) -> None:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, signing)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signing, padding.PKCS1v15(), hashes.SHA256())
        else:
            if len(signature) != 2 * _HALF:
                raise Unsigned("the signature does not fit")
            r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
            key.verify(encode_dss_signature(r, s), signing, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Unsigned("the signature does not fit") from None


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    """Base64url without padding, in the one way to write it: spare bits and spare characters are refused."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unsigned("not base64url") from None
    if _written(raw) != text:
        raise Unsigned("not base64url as it is to be written")
    return raw
