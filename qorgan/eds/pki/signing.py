"""Signatures made with keys of the sandbox, in the forms NCALayer makes them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from asn1crypto import core
from lxml import etree

from qorgan.eds import asn1_cms, der
from qorgan.eds.algorithms import DIGESTS, SHA256, SIGNATURES
from qorgan.eds.asn1 import Name, Time
from qorgan.eds.certificate import Certificate
from qorgan.eds.cms import (
    CONTENT_TYPE,
    DATA,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    TIMESTAMP,
)
from qorgan.eds.pki.keys import SigningKey, algorithm_field
from qorgan.eds.xml.names import (
    DIGEST_METHODS,
    DS,
    ENVELOPED,
    INCLUSIVE,
    SIGNATURE_METHODS,
    SIGNED_PROPERTIES,
    XADES,
    ds,
    uri_of,
    xades,
)
from qorgan.eds.xml.reading import canonical_by, read

Stamping = Callable[[bytes], bytes]
"""Gives a timestamp token over bytes."""
_PLAIN: Final = 1
_LATER: Final = 3


class Holder(msgspec.Struct, frozen=True):
    """A certificate and its key."""

    certificate: Certificate
    key: SigningKey


def sign_cms(
    document: bytes,
    holders: Sequence[Holder],
    at: datetime,
    *,
    attached: bool = True,
    stamping: Stamping | None = None,
    carried: Sequence[Certificate] = (),
    content_type: str = DATA,
) -> bytes:
    """A CMS by every holder, who names the certificate by its digest."""
    infos = [_signer(document, holder, at, stamping, content_type) for holder in holders]
    certificates = [holder.certificate for holder in holders] + list(carried)
    digests = sorted({SIGNATURES[holder.key.algorithm] for holder in holders})
    content: dict[str, Any] = {"type": content_type}
    if attached:
        content["content"] = document
    shell = asn1_cms.ContentInfo(
        {
            "type": SIGNED_DATA,
            "content": {
                "version": _PLAIN if content_type == DATA else _LATER,
                "digest_algorithms": [algorithm_field(one) for one in digests],
                "content": content,
                "certificates": [core.Any(core.Sequence.load(one.raw)) for one in dict.fromkeys(certificates)],
                "signers": infos,
            },
        }
    )
    return der.strict(shell.dump(force=True))


def _signer(
    document: bytes, holder: Holder, at: datetime, stamping: Stamping | None, content_type: str
) -> dict[str, Any]:
    """One signer's part."""
    digest = SIGNATURES[holder.key.algorithm]
    named = {"certs": [{"hash": DIGESTS[SHA256](holder.certificate.raw)}]}
    said = {
        CONTENT_TYPE: core.ObjectIdentifier(content_type),
        SIGNING_TIME: Time({"utc_time": at.replace(microsecond=0)}),
        MESSAGE_DIGEST: core.OctetString(DIGESTS[digest](document)),
        SIGNING_CERTIFICATE_V2: asn1_cms.SigningCertificateV2(named),
    }
    signed = der.set_of([_attribute(kind, value.dump()) for kind, value in said.items()])
    value = holder.key.sign(signed)
    found: dict[str, Any] = {
        "version": _PLAIN,
        "sid": {
            "issuer_and_serial": {
                "issuer": Name.load(holder.certificate.issuer),
                "serial_number": holder.certificate.serial,
            }
        },
        "digest_algorithm": algorithm_field(digest),
        "signed_attrs": asn1_cms.Attributes.load(signed),
        "signature_algorithm": algorithm_field(holder.key.algorithm),
        "signature": value,
    }
    if stamping is not None:
        stamp = der.set_of([_attribute(TIMESTAMP, stamping(value))])
        found["unsigned_attrs"] = asn1_cms.Attributes.load(stamp)
    return found


def _attribute(kind: str, value: bytes) -> bytes:
    """An attribute with one value."""
    return der.encode(0x30, core.ObjectIdentifier(kind).dump() + der.encode(0x31, value))


def sign_xml(
    document: bytes, holder: Holder, at: datetime, *, with_properties: bool = False, stamping: Stamping | None = None
) -> bytes:
    """The document with one more signature in its root, made over it as it stands. A stamp needs the properties."""
    root = read(document)
    number = len(root.findall(ds("Signature"))) + 1
    digest = SIGNATURES[holder.key.algorithm]
    method = uri_of(DIGEST_METHODS, digest)
    signature = etree.SubElement(root, ds("Signature"), nsmap={"ds": DS})
    body = canonical_by(_before(root, signature), INCLUSIVE)
    info = etree.SubElement(signature, ds("SignedInfo"))
    etree.SubElement(info, ds("CanonicalizationMethod"), Algorithm=INCLUSIVE)
    etree.SubElement(info, ds("SignatureMethod"), Algorithm=uri_of(SIGNATURE_METHODS, holder.key.algorithm))
    _reference(info, {"URI": ""}, (ENVELOPED, f"{INCLUSIVE}#WithComments"), method, DIGESTS[digest](body))
    value = etree.SubElement(signature, ds("SignatureValue"))
    data = etree.SubElement(etree.SubElement(signature, ds("KeyInfo")), ds("X509Data"))
    etree.SubElement(data, ds("X509Certificate")).text = _lines(holder.certificate.raw)
    if with_properties:
        signature.set("Id", f"signature-{number}")
        own = _properties(signature, holder.certificate, at, number)
        target = {"URI": f"#properties-{number}", "Type": SIGNED_PROPERTIES}
        _reference(info, target, (INCLUSIVE,), method, DIGESTS[digest](canonical_by(own, INCLUSIVE)))
    value.text = _lines(holder.key.sign(canonical_by(info, INCLUSIVE)))
    if stamping is not None:
        outer = signature.find(f".//{xades('QualifyingProperties')}")
        unsigned = etree.SubElement(outer, xades("UnsignedProperties"))
        about = etree.SubElement(unsigned, xades("UnsignedSignatureProperties"))
        held = etree.SubElement(etree.SubElement(about, xades("SignatureTimeStamp")), xades("EncapsulatedTimeStamp"))
        held.text = base64.b64encode(stamping(canonical_by(value, INCLUSIVE))).decode()
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=False)
    return made.replace(b"<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n",
                        b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>')  # fmt: skip


def _before(root: Any, signature: Any) -> Any:
    """The document as it was before this signature, earlier ones included."""
    root.remove(signature)
    text = read(etree.tostring(root, encoding="utf-8"))
    root.append(signature)
    return text


def _reference(info: Any, target: dict[str, str], transforms: tuple[str, ...], method: str, digest: bytes) -> None:
    """One reference of a signature."""
    reference = etree.SubElement(info, ds("Reference"), target)
    listed = etree.SubElement(reference, ds("Transforms"))
    for one in transforms:
        etree.SubElement(listed, ds("Transform"), Algorithm=one)
    etree.SubElement(reference, ds("DigestMethod"), Algorithm=method)
    etree.SubElement(reference, ds("DigestValue")).text = base64.b64encode(digest).decode()


def _properties(signature: Any, certificate: Certificate, at: datetime, number: int) -> Any:
    """The signed properties of XAdES."""
    held = etree.SubElement(signature, ds("Object"))
    outer = etree.SubElement(held, xades("QualifyingProperties"), nsmap={"xades": XADES}, Target=f"#signature-{number}")
    own = etree.SubElement(outer, xades("SignedProperties"), Id=f"properties-{number}")
    about = etree.SubElement(own, xades("SignedSignatureProperties"))
    said = at.astimezone(UTC).replace(microsecond=0).isoformat()
    etree.SubElement(about, xades("SigningTime")).text = said
    cert = etree.SubElement(etree.SubElement(about, xades("SigningCertificateV2")), xades("Cert"))
    digest = etree.SubElement(cert, xades("CertDigest"))
    etree.SubElement(digest, ds("DigestMethod"), Algorithm=uri_of(DIGEST_METHODS, SHA256))
    etree.SubElement(digest, ds("DigestValue")).text = base64.b64encode(DIGESTS[SHA256](certificate.raw)).decode()
    return own


def _lines(raw: bytes) -> str:
    """Base64 in lines that end as Kalkan's do, with a carriage return that XML spells `&#13;`."""
    return "\n" + base64.encodebytes(raw).decode().replace("\n", "\r\n").removesuffix("\r\n") + "\n"
