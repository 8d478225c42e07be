"""The basics of XAdES (ETSI EN 319 132-1, level B): signed properties that name the signer's certificate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from qorgan.eds import asn1_cms
from qorgan.eds.algorithms import DIGESTS, NAMING, SHA1
from qorgan.eds.certificate import Certificate
from qorgan.eds.refusal import Reason, demand
from qorgan.eds.xml.names import DIGEST_METHODS, DS, ds
from qorgan.eds.xml.names import xades as xn
from qorgan.eds.xml.reading import binary, only, parts

_PROPERTIES: Final = frozenset({xn("SignedProperties"), xn("UnsignedProperties")})
_UNSIGNED: Final = frozenset({xn("UnsignedSignatureProperties")})
_STAMP: Final = frozenset({xn("SignatureTimeStamp")})


class Properties(msgspec.Struct, frozen=True, kw_only=True):
    """What the signer added about the signature."""

    claimed_at: datetime | None
    """The signer's own word about the time."""
    names_certificate: bool
    timestamp: bytes | None
    """A token over the signature's value, not looked at yet."""


def find(signature: Any, objects: list[Any]) -> Any:
    """The signed properties of a signature; None when it is a plain one. Objects may hold nothing else."""
    if not objects:
        return None
    demand(len(objects) == 1, Reason.ATTRIBUTE_REPEATED, "A signature has more than one object")
    held = parts(objects[0], frozenset({xn("QualifyingProperties")}))
    demand(len(held) == 1, Reason.ATTRIBUTE_REPEATED, "The object does not hold the properties of one signature")
    parts(held[0], _PROPERTIES)
    identifier = signature.get("Id")
    demand(identifier and held[0].get("Target") == f"#{identifier}", Reason.XML_REFERENCE,
           "The properties are of another signature")  # fmt: skip
    return only(held[0], xn("SignedProperties"))


def read(properties: Any, signature: Any, certificate: Certificate) -> Properties:
    """The properties of a signature whose references have been found to hold."""
    about = only(properties, xn("SignedSignatureProperties"))
    said = about.find(xn("SigningTime"))
    return Properties(
        claimed_at=None if said is None else _time(said.text or ""),
        names_certificate=_names(about, certificate),
        timestamp=_timestamp(properties.getparent(), signature),
    )


def _names(about: Any, certificate: Certificate) -> bool:
    """Whether the properties name the certificate; naming another refuses."""
    named = [one for name in ("SigningCertificateV2", "SigningCertificate") for one in about.findall(xn(name))]
    for one in named:
        first = only(one, xn("Cert")) if len(one) == 1 else one[0]
        digest = only(first, xn("CertDigest"))
        uri = only(digest, ds("DigestMethod")).get("Algorithm")
        demand(uri in DIGEST_METHODS or uri == f"{DS}sha1", Reason.ALGORITHM_UNKNOWN, f"Digests by {uri} are unknown")
        make = DIGESTS[DIGEST_METHODS[uri]] if uri in DIGEST_METHODS else NAMING[SHA1]
        demand(make(certificate.raw) == binary(only(digest, ds("DigestValue"))), Reason.ATTRIBUTE_WRONG,
               "The signer meant another certificate")  # fmt: skip
        for numbered in first.findall(xn("IssuerSerialV2")):
            _check_number(binary(numbered), certificate)
    demand(named, Reason.ATTRIBUTE_MISSING, "The signed properties do not name the certificate")
    return True


def _check_number(raw: bytes, certificate: Certificate) -> None:
    """The issuer and the number said beside the digest."""
    said = asn1_cms.IssuerSerial.load(raw, strict=True)
    same = said["serial_number"].native == certificate.serial
    demand(same, Reason.ATTRIBUTE_WRONG, "The certificate's number differs")


def _timestamp(qualifying: Any, signature: Any) -> bytes | None:
    """The one timestamp over the signature, which is all that may stand unsigned."""
    unsigned = qualifying.find(xn("UnsignedProperties"))
    if unsigned is None:
        return None
    held = [stamp for one in parts(unsigned, _UNSIGNED) for stamp in parts(one, _STAMP)]
    demand(len(held) == 1, Reason.ATTRIBUTE_REPEATED, f"{signature.tag} has not one timestamp")
    return binary(only(held[0], xn("EncapsulatedTimeStamp")))


def _time(text: str) -> datetime:
    """A time with its zone. Raises ValueError."""
    found = datetime.fromisoformat(text.strip())
    if found.tzinfo is None:
        raise ValueError("a time has no zone")
    return found.astimezone(UTC)
