"""Private keys that sign for the sandbox: of GOST 34.10-2015, of GOST 34.310-2004, and RSA."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Protocol

import msgspec
from asn1crypto import core
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from qorgan.eds import asn1, der
from qorgan.eds.algorithms import DIGESTS, GOST2004, RSA, RSA_SHA256, SIGNATURES, curve_of
from qorgan.eds.gost.signature import PrivateKey
from qorgan.eds.refusal import Reason, RefusedError, within

_RSA_BITS: Final = 2048
_EXPONENT: Final = 65537


class PrivateKeyInfo(core.Sequence):
    """PKCS #8."""

    _fields: ClassVar = [
        ("version", core.Integer),
        ("algorithm", asn1.Algorithm),
        ("private_key", core.OctetString),
    ]


class SigningKey(Protocol):
    """A private key bound to one signature algorithm."""

    @property
    def algorithm(self) -> str:
        """The identifier of the signature algorithm."""

    def key_info(self) -> asn1.KeyInfo:
        """The public half, as certificates hold it."""

    def sign(self, data: bytes) -> bytes:
        """The signature over data."""

    def to_bytes(self) -> bytes:
        """PKCS #8, not encrypted: these keys guard nothing."""


class RsaSigningKey(msgspec.Struct, frozen=True):
    """RSA with SHA-256."""

    key: rsa.RSAPrivateKey
    algorithm: str = RSA_SHA256

    def key_info(self) -> asn1.KeyInfo:
        """See SigningKey."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        info: asn1.KeyInfo = asn1.KeyInfo.load(self.key.public_key().public_bytes(serialization.Encoding.DER, form))
        return info

    def sign(self, data: bytes) -> bytes:
        """See SigningKey."""
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def to_bytes(self) -> bytes:
        """See SigningKey."""
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.DER, form, plain)


class GostSigningKey(msgspec.Struct, frozen=True):
    """Either GOST generation."""

    key: PrivateKey
    algorithm: str

    def key_info(self) -> asn1.KeyInfo:
        """See SigningKey."""
        return asn1.KeyInfo(
            {
                "algorithm": _gost_algorithm(self.algorithm),
                "public_key": core.OctetString(self.key.public.to_bytes()).dump(),
            }
        )

    def sign(self, data: bytes) -> bytes:
        """See SigningKey."""
        return self.key.sign(DIGESTS[SIGNATURES[self.algorithm]](data))

    def to_bytes(self) -> bytes:
        """See SigningKey. Keys of 2004 are a number, later ones its bytes with the lowest first."""
        number = core.Integer(self.key.number) if self.algorithm == GOST2004 else core.OctetString(self.key.to_bytes())
        fields = {"version": 0, "algorithm": _gost_algorithm(self.algorithm), "private_key": number.dump()}
        made: bytes = PrivateKeyInfo(fields).dump()
        return made


def generate(algorithm: str) -> SigningKey:
    """A new key for a signature algorithm. Raises RefusedError for one that is not known."""
    if algorithm == RSA_SHA256:
        return RsaSigningKey(rsa.generate_private_key(_EXPONENT, _RSA_BITS))
    return GostSigningKey(PrivateKey.generate(curve_of(algorithm)[2]), algorithm)


def read_key(raw: bytes) -> SigningKey:
    """A key out of PKCS #8. Raises RefusedError."""
    with within("private key"):
        parsed = PrivateKeyInfo.load(der.strict(raw), strict=True)
        kind = parsed["algorithm"]["algorithm"].dotted
        if kind == RSA:
            key = serialization.load_der_private_key(raw, None)
            if isinstance(key, rsa.RSAPrivateKey):
                return RsaSigningKey(key)
        for algorithm in SIGNATURES:
            if not algorithm.startswith("1.2.398") or curve_of(algorithm)[0] != kind:
                continue
            curve, inner = curve_of(algorithm)[2], parsed["private_key"].native
            if algorithm == GOST2004:
                number = core.Integer.load(inner, strict=True).native
                return GostSigningKey(PrivateKey.from_bytes(curve, number.to_bytes(curve.size, "little")), algorithm)
            little = core.OctetString.load(inner, strict=True).native
            return GostSigningKey(PrivateKey.from_bytes(curve, little), algorithm)
        raise RefusedError(Reason.ALGORITHM_UNKNOWN, f"Keys of {kind} are not known")


def algorithm_field(algorithm: str) -> dict[str, Any]:
    """An algorithm with null parameters, as KZ certificates have it."""
    return {"algorithm": algorithm, "parameters": core.Null()}


def _gost_algorithm(algorithm: str) -> dict[str, Any]:
    """The key's identifier with its curve and digest."""
    kind, curve_id, _, digest = curve_of(algorithm)
    named = _Identifiers([curve_id, digest])
    return {"algorithm": kind, "parameters": named}


class _Identifiers(core.SequenceOf):
    """Parameters of a GOST key."""

    _child_spec = core.ObjectIdentifier
