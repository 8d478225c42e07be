"""Keys, digests and signature algorithms by their identifiers, and which may go with which.

A signature algorithm fixes the kind of key and the digest; nothing is ever guessed from what would fit. Facts of the
KZ identifiers: `docs/design/eds.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

import msgspec
from asn1crypto import core
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from qorgan.eds.asn1 import Algorithm, KeyInfo
from qorgan.eds.gost.curves import CRYPTOPRO_A, TC26_256_A, TC26_512_A, Curve
from qorgan.eds.gost.gost34311 import gost34311
from qorgan.eds.gost.signature import PublicKey
from qorgan.eds.gost.streebog import streebog_256, streebog_512
from qorgan.eds.refusal import Reason, RefusedError, demand

Digest: TypeAlias = Callable[[bytes], bytes]

SHA1: Final = "1.3.14.3.2.26"
SHA256: Final = "2.16.840.1.101.3.4.2.1"
SHA384: Final = "2.16.840.1.101.3.4.2.2"
SHA512: Final = "2.16.840.1.101.3.4.2.3"
GOST34311: Final = "1.2.398.3.10.1.3.1"
STREEBOG256: Final = "1.2.398.3.10.1.3.2"
STREEBOG512: Final = "1.2.398.3.10.1.3.3"
_GOST34311_TEST: Final = "1.2.398.3.10.1.3.1.1.0"
"""GOST 34.311-95 with its parameter set said; what keys of 2004 name beside their curve."""

RSA: Final = "1.2.840.113549.1.1.1"
RSA_SHA256: Final = "1.2.840.113549.1.1.11"
RSA_SHA384: Final = "1.2.840.113549.1.1.12"
RSA_SHA512: Final = "1.2.840.113549.1.1.13"
GOST2004: Final = "1.2.398.3.10.1.1.1.2"
GOST2015_256: Final = "1.2.398.3.10.1.1.2.3.1"
GOST2015_512: Final = "1.2.398.3.10.1.1.2.3.2"

NAMES: Final = {
    SHA1: "SHA-1",
    SHA256: "SHA-256",
    SHA384: "SHA-384",
    SHA512: "SHA-512",
    GOST34311: "GOST 34.311-95",
    STREEBOG256: "GOST R 34.11-2012 (256)",
    STREEBOG512: "GOST R 34.11-2012 (512)",
    RSA: "RSA",
    RSA_SHA256: "RSA with SHA-256",
    RSA_SHA384: "RSA with SHA-384",
    RSA_SHA512: "RSA with SHA-512",
    GOST2004: "GOST 34.310-2004",
    GOST2015_256: "GOST 34.10-2015 (256)",
    GOST2015_512: "GOST 34.10-2015 (512)",
}
"""For people."""


def _sha1(data: bytes) -> bytes:
    """SHA-1, which names keys and certificates here and never stands for a document."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


DIGESTS: Final[dict[str, Digest]] = {
    SHA256: lambda data: hashlib.sha256(data).digest(),
    SHA384: lambda data: hashlib.sha384(data).digest(),
    SHA512: lambda data: hashlib.sha512(data).digest(),
    GOST34311: gost34311,
    STREEBOG256: streebog_256,
    STREEBOG512: streebog_512,
}
"""Digests a document may be signed by."""
NAMING: Final[dict[str, Digest]] = DIGESTS | {SHA1: _sha1}
"""Digests that may name a certificate or a key."""

SIGNATURES: Final = {
    RSA_SHA256: SHA256,
    RSA_SHA384: SHA384,
    RSA_SHA512: SHA512,
    GOST2004: GOST34311,
    GOST2015_256: STREEBOG256,
    GOST2015_512: STREEBOG512,
}
"""The digest each signature algorithm is made with."""

_CURVES: Final = {
    "1.2.398.3.10.1.1.1.1": ("1.2.398.3.10.1.1.1.1.1", CRYPTOPRO_A, GOST2004, {GOST34311, _GOST34311_TEST}),
    "1.2.398.3.10.1.1.2.1": ("1.2.398.3.10.1.1.2.1.1", TC26_256_A, GOST2015_256, {STREEBOG256}),
    "1.2.398.3.10.1.1.2.2": ("1.2.398.3.10.1.1.2.2.1", TC26_512_A, GOST2015_512, {STREEBOG512}),
}
"""Of each kind of key: its curve's identifier, the curve, its signature algorithm, the digests it may name."""
_RSA_HASHES: Final = {RSA_SHA256: hashes.SHA256(), RSA_SHA384: hashes.SHA384(), RSA_SHA512: hashes.SHA512()}
_SMALLEST_RSA: Final = 2048
_LARGEST_RSA: Final = 8192


class Key(Protocol):
    """A public key that knows the algorithms it may be used with."""

    def verifies(self, algorithm: str, data: bytes, signature: bytes) -> bool:
        """Whether the signature over data is this key's, by an algorithm it may be used with. Raises RefusedError."""

    @property
    def kind(self) -> str:
        """The identifier of the signature algorithm it stands for in CMS, or of RSA."""


class GostKey(msgspec.Struct, frozen=True):
    """A key of either GOST generation."""

    point: PublicKey
    kind: str

    def verifies(self, algorithm: str, data: bytes, signature: bytes) -> bool:
        """See Key."""
        demand(algorithm == self.kind, Reason.ALGORITHM_MISMATCH, f"A key for {self.kind} cannot sign by {algorithm}")
        return self.point.verifies(DIGESTS[SIGNATURES[algorithm]](data), signature)


class RsaKey(msgspec.Struct, frozen=True):
    """An RSA key, used with PKCS #1 v1.5 as everywhere in KZ."""

    key: rsa.RSAPublicKey
    kind: str = RSA

    def verifies(self, algorithm: str, data: bytes, signature: bytes) -> bool:
        """See Key."""
        chosen = _RSA_HASHES.get(algorithm)
        demand(chosen, Reason.ALGORITHM_MISMATCH, f"An RSA key cannot sign by {algorithm}")
        try:
            self.key.verify(signature, data, padding.PKCS1v15(), _RSA_HASHES[algorithm])
        except InvalidSignature:
            return False
        return True


def read_key(info: KeyInfo) -> Key:
    """The key of a SubjectPublicKeyInfo. Raises RefusedError when its algorithm or curve is not one of ours."""
    algorithm = info["algorithm"]
    kind = algorithm["algorithm"].dotted
    if kind == RSA:
        _check_parameters(algorithm)
        key = load_der_public_key(info.dump())
        fits = isinstance(key, rsa.RSAPublicKey) and _SMALLEST_RSA <= key.key_size <= _LARGEST_RSA
        if not fits or not isinstance(key, rsa.RSAPublicKey):
            raise RefusedError(Reason.ALGORITHM_UNKNOWN, "The RSA key is of a size that is not used")
        return RsaKey(key)
    if kind not in _CURVES:
        raise RefusedError(Reason.ALGORITHM_UNKNOWN, f"Keys of {kind} are not known")
    curve_id, curve, signature, digests = _CURVES[kind]
    named = [one.dotted for one in core.SequenceOf.load(algorithm["parameters"].dump(), spec=core.ObjectIdentifier)]
    demand(named[:1] == [curve_id] and set(named[1:]) <= digests and len(named) <= 2,  # noqa: PLR2004 - curve, digest
           Reason.ALGORITHM_UNKNOWN, f"Parameters {named} of a key are not known")  # fmt: skip
    raw = core.OctetString.load(info["public_key"].native, strict=True).native
    return GostKey(PublicKey.from_bytes(curve, raw), signature)


def curve_of(signature: str) -> tuple[str, str, Curve, str]:
    """Of a GOST signature algorithm: the key's identifier, its curve's, the curve, and the digest."""
    for kind, (curve_id, curve, algorithm, _) in _CURVES.items():
        if algorithm == signature:
            return kind, curve_id, curve, _GOST34311_TEST if signature == GOST2004 else SIGNATURES[signature]
    raise RefusedError(Reason.ALGORITHM_UNKNOWN, f"{signature} is not an algorithm of a GOST key")


def signature_algorithm(identifier: Algorithm) -> str:
    """The identifier of a signature algorithm that is known. Raises RefusedError."""
    found: str = identifier["algorithm"].dotted
    demand(found in SIGNATURES, Reason.ALGORITHM_UNKNOWN, f"Signatures by {found} are not believed")
    _check_parameters(identifier)
    return found


def digest_algorithm(identifier: Algorithm, known: dict[str, Digest] = DIGESTS) -> str:
    """The identifier of a digest algorithm that is known. Raises RefusedError."""
    found: str = identifier["algorithm"].dotted
    demand(found in known, Reason.ALGORITHM_UNKNOWN, f"Digests by {found} are not believed")
    _check_parameters(identifier)
    return found


def _check_parameters(identifier: Algorithm) -> None:
    """No algorithm here has parameters: they are absent or null."""
    said = identifier["parameters"].dump()
    demand(said in (b"", b"\5\0"), Reason.ALGORITHM_UNKNOWN, "An algorithm has parameters that it does not take")
