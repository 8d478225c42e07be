"""A certificate: what it says, read once, with nothing about it believed yet."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Final

from asn1crypto import core

from qorgan.eds import asn1, der
from qorgan.eds.algorithms import Key, read_key, signature_algorithm
from qorgan.eds.refusal import Reason, RefusedError, demand, within
from qorgan.eds.roles import Role, roles_of
from qorgan.eds.subject import Subject, read_subject

LARGEST: Final = 64 << 10
"""Bytes of one certificate."""

EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
OCSP_NOCHECK: Final = "1.3.6.1.5.5.7.48.1.5"

SUBJECT_KEY: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
BASIC: Final = "2.5.29.19"
CRL_POINTS: Final = "2.5.29.31"
POLICIES: Final = "2.5.29.32"
AUTHORITY_KEY: Final = "2.5.29.35"
KEY_PURPOSES: Final = "2.5.29.37"
FRESHEST: Final = "2.5.29.46"
AUTHORITY_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
_UNDERSTOOD: Final = frozenset({SUBJECT_KEY, KEY_USAGE, BASIC, POLICIES, AUTHORITY_KEY, KEY_PURPOSES})
"""Extensions that may be critical, since they are acted upon."""
_VERSION_3: Final = 2
_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class Usage(StrEnum):
    """Bits of the key usage, in their order."""

    DIGITAL_SIGNATURE = "digital_signature"
    NON_REPUDIATION = "non_repudiation"
    KEY_ENCIPHERMENT = "key_encipherment"
    DATA_ENCIPHERMENT = "data_encipherment"
    KEY_AGREEMENT = "key_agreement"
    CERTIFICATE_SIGN = "certificate_sign"
    CRL_SIGN = "crl_sign"
    ENCIPHER_ONLY = "encipher_only"
    DECIPHER_ONLY = "decipher_only"


class Certificate:
    """One certificate. Everything in it has been read when it exists, so that nothing in it can fail later."""

    def __init__(self, raw: bytes) -> None:
        demand(len(raw) <= LARGEST, Reason.TOO_LARGE, f"A certificate has at most {LARGEST} bytes")
        self.raw = der.strict(raw)
        """Its DER, to the byte."""
        parsed = asn1.Certificate.load(self.raw, strict=True)
        tbs = parsed["tbs_certificate"]
        self.signed = tbs.dump()
        """What its issuer signed."""
        self.signature: bytes = asn1.whole_octets(parsed["signature_value"])
        self.algorithm = signature_algorithm(parsed["signature_algorithm"])
        """By what its issuer signed it."""
        demand(parsed["signature_algorithm"].dump() == tbs["signature"].dump(), Reason.ALGORITHM_MISMATCH,
               "A certificate names two signature algorithms")  # fmt: skip
        self.serial: int = tbs["serial_number"].native
        self.issuer: bytes = tbs["issuer"].dump()
        """The issuer's name, as DER."""
        self.name: bytes = tbs["subject"].dump()
        """The holder's name, as DER."""
        self.not_before: datetime = moment(tbs["validity"]["not_before"].native)
        self.not_after: datetime = moment(tbs["validity"]["not_after"].native)
        self.subject: Subject = read_subject(tbs["subject"])
        self.key: Key = read_key(tbs["subject_public_key_info"])
        self.key_bits: bytes = asn1.whole_octets(tbs["subject_public_key_info"]["public_key"])
        """The content of the key's bit string, which OCSP and key identifiers hash."""
        self.extensions = read_extensions(tbs["extensions"])
        demand(not self.extensions or tbs["version"].native == _VERSION_3, Reason.CERTIFICATE_WRONG,
               "Only version 3 has extensions")  # fmt: skip
        for oid, (critical, _) in self.extensions.items():
            demand(not critical or oid in _UNDERSTOOD, Reason.EXTENSION_UNKNOWN, f"Critical extension {oid} is unknown")
        self._read_extensions()

    def __repr__(self) -> str:
        return f"Certificate({self.hexadecimal})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    @property
    def hexadecimal(self) -> str:
        """Its number, as people and authorities write it."""
        return f"{self.serial:040x}"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def roles(self) -> tuple[Role, ...]:
        """The holder's roles."""
        return roles_of(self.purposes)

    def issued_by(self, issuer: Certificate) -> bool:
        """Whether the other's key made this one's signature. Names and rules of the path are looked at elsewhere.

        Of authorities and of their responders the answer is remembered: they come along with every signature.
        """
        if self.authority or OCSP_SIGNING in self.purposes:
            return _issued(self, issuer)
        return issuer.key.verifies(self.algorithm, self.signed, self.signature)

    def _read_extensions(self) -> None:
        """The extensions that are acted upon."""
        said = {oid: value for oid, (_, value) in self.extensions.items()}
        basic = _load(asn1.BasicConstraints, said.get(BASIC))
        self.authority: bool = bool(basic and basic["ca"].native)
        """Whether it may issue certificates."""
        self.path_length: int | None = basic["path_len_constraint"].native if basic else None
        """How many authorities may stand below it; None when it does not say."""
        self.usage: frozenset[Usage] | None = _usage(said.get(KEY_USAGE))
        """What its key may do; None when it does not say."""
        self.purposes: tuple[str, ...] = _oids(asn1.KeyPurposes, said.get(KEY_PURPOSES))
        """Extended key usage; empty when it does not say."""
        policies = _load(asn1.Policies, said.get(POLICIES)) or ()
        self.policies: tuple[str, ...] = tuple(policy["policy_identifier"].dotted for policy in policies)
        own = _load(core.OctetString, said.get(SUBJECT_KEY))
        self.key_id: bytes | None = own.native if own else None
        above = _load(asn1.AuthorityKey, said.get(AUTHORITY_KEY))
        self.issuer_key_id: bytes | None = above["key_identifier"].native if above else None


@lru_cache(maxsize=256)
def _issued(child: Certificate, issuer: Certificate) -> bool:
    """See `Certificate.issued_by`."""
    return issuer.key.verifies(child.algorithm, child.signed, child.signature)


def read(raw: bytes) -> Certificate:
    """A certificate from DER, PEM or bare base64. Raises RefusedError."""
    with within("certificate"):
        if raw[:1] != b"\x30":
            raw = _unwrap(raw)
        return Certificate(raw)


def several(raw: bytes) -> list[bytes]:
    """The certificates of a file: each block of PEM, or the one that is there in DER or bare base64. None is read."""
    return _BLOCK.findall(raw) or [raw]


def _unwrap(raw: bytes) -> bytes:
    """What PEM or base64 holds."""
    demand(len(raw) <= 2 * LARGEST, Reason.TOO_LARGE, f"A certificate has at most {LARGEST} bytes")
    lines = [line.strip() for line in raw.splitlines()]
    text = b"".join(line for line in lines if not line.startswith(b"-----"))
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as wrong:
        raise RefusedError(Reason.MALFORMED, "This is neither DER nor base64") from wrong


def read_extensions(extensions: Any) -> dict[str, tuple[bool, bytes]]:
    """Extensions by identifier: whether critical, and the DER inside. Raises RefusedError when one is repeated."""
    found: dict[str, tuple[bool, bytes]] = {}
    if not isinstance(extensions, asn1.Extensions):
        return found
    for one in extensions:
        oid = one["extn_id"].dotted
        demand(oid not in found, Reason.CERTIFICATE_WRONG, f"Extension {oid} is repeated")
        found[oid] = (one["critical"].native, one["extn_value"].native)
    return found


def moment(said: datetime) -> datetime:
    """A time in UTC. Raises ValueError when the encoding leaves the zone open."""
    if said.tzinfo is None:
        raise ValueError("a time has no zone")
    return said.astimezone(UTC)


def _load(kind: Any, raw: bytes | None) -> Any:
    """A structure inside an extension, or None when there is none."""
    if raw is None:
        return None
    return kind.load(der.strict(raw), strict=True)


def _usage(raw: bytes | None) -> frozenset[Usage] | None:
    """The bits that are set."""
    bits = _load(core.BitString, raw)
    if bits is None:
        return None
    return frozenset(usage for usage, bit in zip(Usage, bits.native, strict=False) if bit)


def _oids(kind: Any, raw: bytes | None) -> tuple[str, ...]:
    """The identifiers of a list of them."""
    return tuple(one.dotted for one in _load(kind, raw) or ())
