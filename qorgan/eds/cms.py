"""CMS SignedData (RFC 5652): opened, and every signer's signature checked against the content and the certificate.

What holds here is integrity alone: these bytes were signed by the keys of these certificates. Who the certificates
belong to and whether they may be believed is for `chain`, `revocation` and `verify`.

Nothing in the shell is left unlooked at: versions and the list of digests must be what the signers make them, unknown
unsigned attributes and lists are refused. Certificates that no signer needs are for the caller to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from asn1crypto import core

from qorgan.eds import asn1, asn1_cms, der
from qorgan.eds.algorithms import (
    DIGESTS,
    NAMING,
    RSA,
    RSA_SHA256,
    RSA_SHA384,
    RSA_SHA512,
    SHA1,
    SHA256,
    SHA384,
    SHA512,
    SIGNATURES,
    digest_algorithm,
    signature_algorithm,
)
from qorgan.eds.asn1 import present
from qorgan.eds.certificate import Certificate, moment
from qorgan.eds.refusal import Reason, RefusedError, demand, within

DATA: Final = "1.2.840.113549.1.7.1"
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP: Final = "1.2.840.113549.1.9.16.2.14"
_RSA_BY_DIGEST: Final = {SHA256: RSA_SHA256, SHA384: RSA_SHA384, SHA512: RSA_SHA512}
_MOST_SIGNERS: Final = 64
_MOST_CERTIFICATES: Final = 256
_PLAIN_VERSION: Final = 1
_LATER_VERSION: Final = 3


class CmsSigner(msgspec.Struct, frozen=True, kw_only=True):
    """One signer whose signature fits the content and the certificate."""

    certificate: Certificate
    digest: str
    algorithm: str
    signature: bytes
    claimed_at: datetime | None
    """The signer's own word about the time; nobody vouches for it."""
    names_certificate: bool
    """Whether the signed attributes hold the digest of the certificate."""
    timestamp: bytes | None
    """A token over the signature, not looked at yet."""


class OpenedCms(msgspec.Struct, frozen=True, kw_only=True):
    """A CMS of sound integrity."""

    content: bytes
    attached: bool
    signers: tuple[CmsSigner, ...]
    certificates: tuple[Certificate, ...]
    """All that came along."""


def open_cms(raw: bytes, document: bytes | None = None, content_type: str = DATA) -> OpenedCms:
    """Open and check a CMS. `document` is what was signed when it lies beside. Raises RefusedError.

    (1) The shell: signed data of the expected type, content given once.
    (2) Each signer: its certificate, its attributes, the digest of the content, its signature.
    (3) The shell again: versions and digests are what these signers make them.
    """
    with within("cms"):
        # (1) The shell.
        shell = asn1_cms.ContentInfo.load(der.definite(raw), strict=True)
        demand(shell["type"].dotted == SIGNED_DATA, Reason.MALFORMED, "This is no signed CMS")
        signed = shell["content"]
        inner = signed["content"]
        demand(inner["type"].dotted == content_type, Reason.MALFORMED, "The content is of another type")
        attached = present(inner["content"])
        content = _content(inner["content"].native, document)
        demand(not present(signed["crls"]), Reason.ATTRIBUTE_UNKNOWN, "Revocation lists inside a CMS are not read")
        certificates = _certificates(signed)
        # (2) Each signer.
        signers = []
        infos = list(signed["signers"])
        demand(infos, Reason.SIGNER_ABSENT, "Nobody has signed")
        demand(len(infos) <= _MOST_SIGNERS, Reason.TOO_LARGE, f"More than {_MOST_SIGNERS} signers")
        for number, info in enumerate(infos, 1):
            with within(f"signer {number}"):
                signers.append(_signer(info, content, content_type, certificates))
        # (3) The shell again.
        _check_shell(signed, content_type, signers)
    return OpenedCms(content=content, attached=attached, signers=tuple(signers), certificates=certificates)


def _content(inside: bytes | None, beside: bytes | None) -> bytes:
    """What was signed, lying inside or beside; if both, they must be the same."""
    if inside is None and beside is None:
        raise RefusedError(Reason.CONTENT_ABSENT, "The signed document lies beside and was not given")
    demand(inside is None or beside is None or inside == beside, Reason.CONTENT_TWICE,
           "The document inside is not the document given")  # fmt: skip
    return beside if inside is None else inside  # type: ignore[return-value]  # one of them is there


def _certificates(signed: Any) -> tuple[Certificate, ...]:
    """All certificates that came along."""
    if not present(signed["certificates"]):
        return ()
    raw = der.children(signed["certificates"].dump())
    demand(len(raw) <= _MOST_CERTIFICATES, Reason.TOO_LARGE, f"More than {_MOST_CERTIFICATES} certificates")
    found = []
    for number, one in enumerate(raw, 1):
        with within(f"certificate {number}"):
            demand(one[:1] == b"\x30", Reason.MALFORMED, "It is something else than a certificate")
            found.append(Certificate(one))
    return tuple(found)


def _signer(info: Any, content: bytes, content_type: str, certificates: Sequence[Certificate]) -> CmsSigner:
    """One signer, checked."""
    certificate = _find(info["sid"], certificates)
    plain = info["sid"].name == "issuer_and_serial"
    demand(info["version"].native == (_PLAIN_VERSION if plain else _LATER_VERSION), Reason.MALFORMED,
           "The signer's version is wrong")  # fmt: skip
    digest = digest_algorithm(info["digest_algorithm"])
    algorithm = _algorithm(info["signature_algorithm"], digest)
    demand(present(info["signed_attrs"]), Reason.ATTRIBUTE_MISSING, "There are no signed attributes")
    encoded = der.set_of(der.children(info["signed_attrs"].dump()))
    attributes = _attributes(info["signed_attrs"])
    said_type = core.ObjectIdentifier.load(_needed(attributes, CONTENT_TYPE), strict=True).dotted
    demand(said_type == content_type, Reason.ATTRIBUTE_WRONG, "The signed content type is another")
    said_digest = core.OctetString.load(_needed(attributes, MESSAGE_DIGEST), strict=True).native
    demand(said_digest == DIGESTS[digest](content), Reason.DIGEST_WRONG, "The document is not the one signed")
    demand(certificate.key.verifies(algorithm, encoded, info["signature"].native), Reason.SIGNATURE_WRONG,
           "The signature is not the certificate's")  # fmt: skip
    return CmsSigner(
        certificate=certificate,
        digest=digest,
        algorithm=algorithm,
        signature=info["signature"].native,
        claimed_at=_claimed(attributes.get(SIGNING_TIME)),
        names_certificate=_names(attributes, certificate),
        timestamp=_timestamp(info["unsigned_attrs"]),
    )


def _find(sid: Any, certificates: Sequence[Certificate]) -> Certificate:
    """The certificate a signer names."""
    if sid.name == "issuer_and_serial":
        issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
        found = {one for one in certificates if (one.issuer, one.serial) == (issuer, serial)}
    else:
        found = {one for one in certificates if one.key_id and one.key_id == sid.chosen.native}
    demand(len(found) == 1, Reason.CERTIFICATE_ABSENT, "The signer's certificate did not come along, or more than one")
    return found.pop()


def _algorithm(identifier: Any, digest: str) -> str:
    """The signature algorithm, which must go with the digest."""
    if identifier["algorithm"].dotted == RSA:
        demand(digest in _RSA_BY_DIGEST, Reason.ALGORITHM_MISMATCH, "RSA is not used with this digest")
        demand(identifier["parameters"].dump() in (b"", b"\5\0"), Reason.ALGORITHM_UNKNOWN, "RSA has no parameters")
        return _RSA_BY_DIGEST[digest]
    found = signature_algorithm(identifier)
    demand(SIGNATURES[found] == digest, Reason.ALGORITHM_MISMATCH, "The signature is made with another digest")
    return found


def _attributes(said: Any) -> dict[str, bytes]:
    """Attributes by type, each once and with one value."""
    found: dict[str, bytes] = {}
    for attribute in said:
        kind = attribute["type"].dotted
        values = der.children(attribute["values"].dump())
        demand(kind not in found and len(values) == 1, Reason.ATTRIBUTE_REPEATED, f"Attribute {kind} is repeated")
        found[kind] = values[0]
    return found


def _needed(attributes: dict[str, bytes], kind: str) -> bytes:
    """An attribute that must be there."""
    demand(kind in attributes, Reason.ATTRIBUTE_MISSING, f"Signed attribute {kind} is missing")
    return attributes[kind]


def _claimed(raw: bytes | None) -> datetime | None:
    """The signing time the signer claims."""
    return None if raw is None else moment(asn1.Time.load(raw, strict=True).native)


def _names(attributes: dict[str, bytes], certificate: Certificate) -> bool:
    """Whether the attributes name the certificate by its digest; naming another refuses."""
    digests: list[tuple[Callable[[bytes], bytes], bytes]] = []
    if (raw := attributes.get(SIGNING_CERTIFICATE)) is not None:
        first = asn1_cms.SigningCertificate.load(raw, strict=True)["certs"][0]
        digests.append((NAMING[SHA1], first["hash"].native))
    if (raw := attributes.get(SIGNING_CERTIFICATE_V2)) is not None:
        later = asn1_cms.SigningCertificateV2.load(raw, strict=True)["certs"][0]
        said = later["hash_algorithm"]
        digests.append((NAMING[SHA256 if not present(said) else digest_algorithm(said)], later["hash"].native))
    for digest, value in digests:
        demand(digest(certificate.raw) == value, Reason.ATTRIBUTE_WRONG, "The signer meant another certificate")
    return bool(digests)


def _timestamp(said: Any) -> bytes | None:
    """The timestamp among the unsigned attributes, which is all there may be."""
    if not present(said):
        return None
    attributes = _attributes(said)
    token = attributes.pop(TIMESTAMP, None)
    demand(not attributes, Reason.ATTRIBUTE_UNKNOWN, f"Unsigned attributes {sorted(attributes)} are not known")
    demand(token, Reason.ATTRIBUTE_MISSING, "The unsigned attributes are empty")
    return token


def _check_shell(signed: Any, content_type: str, signers: Sequence[CmsSigner]) -> None:
    """Versions and digests of the shell are what content and signers make them (RFC 5652, 5.1)."""
    later = content_type != DATA or any(info["version"].native == _LATER_VERSION for info in signed["signers"])
    demand(signed["version"].native == (_LATER_VERSION if later else _PLAIN_VERSION), Reason.MALFORMED,
           "The version of the signed data is wrong")  # fmt: skip
    listed = [digest_algorithm(one) for one in signed["digest_algorithms"]]
    demand(len(listed) == len(set(listed)) and set(listed) == {signer.digest for signer in signers},
           Reason.ALGORITHM_MISMATCH, "The digests listed are not those of the signers")  # fmt: skip
