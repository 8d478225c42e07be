"""Enveloped XML signatures: each one checked over the whole document, and against the certificate beside it.

As everywhere in this room, what holds here is integrity; who signed is for `verify`.

A document that several have signed was signed one after another, so each signature covers the document with the
earlier signatures in it and the later ones not there yet. That is how Kalkan makes and reads them.
"""

from __future__ import annotations

import copy
from typing import Any, Final

import msgspec

from qorgan.eds.algorithms import DIGESTS
from qorgan.eds.certificate import Certificate
from qorgan.eds.refusal import Reason, demand, within
from qorgan.eds.xml import xades
from qorgan.eds.xml.names import (
    CANONICAL,
    DIGEST_METHODS,
    ENVELOPED,
    INCLUSIVE,
    SIGNATURE_METHODS,
    SIGNED_PROPERTIES,
    ds,
)
from qorgan.eds.xml.reading import binary, canonical, canonical_by, only, parts, read

_MOST: Final = 64
_IDS: Final = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_SIGNATURE: Final = frozenset(map(ds, ("SignedInfo", "SignatureValue", "KeyInfo", "Object")))
_SIGNED_INFO: Final = frozenset(map(ds, ("CanonicalizationMethod", "SignatureMethod", "Reference")))
_REFERENCE: Final = frozenset(map(ds, ("Transforms", "DigestMethod", "DigestValue")))


class XmlSigner(msgspec.Struct, frozen=True, kw_only=True):
    """One signature that fits the document and the certificate."""

    certificate: Certificate
    digest: str
    algorithm: str
    signature: bytes
    properties: xades.Properties | None
    """What XAdES adds; None for a plain signature."""
    value: bytes
    """Canonical XML of the signature's value, which a timestamp would be over."""


class OpenedXml(msgspec.Struct, frozen=True, kw_only=True):
    """A document of sound integrity."""

    content: bytes
    """Canonical XML of the document without its signatures."""
    signers: tuple[XmlSigner, ...]
    certificates: tuple[Certificate, ...]


def open_xml(raw: bytes) -> OpenedXml:
    """Open and check a signed document. Raises RefusedError.

    (1) The document is safe to read; its signatures are children of its root, and nowhere else.
    (2) No identifier is used twice.
    (3) Each signature, in the order of the document.
    """
    with within("xml"):
        # (1) Where the signatures are.
        root = read(raw)
        found = root.findall(ds("Signature"))
        demand(found, Reason.SIGNER_ABSENT, "Nobody has signed")
        demand(len(found) <= _MOST, Reason.TOO_LARGE, f"More than {_MOST} signatures")
        everywhere = sum(1 for _ in root.iter(ds("Signature"), ds("SignedInfo")))
        demand(everywhere == 2 * len(found), Reason.XML_WRAPPED, "A signature stands where none may")
        # (2) Identifiers.
        _check_identifiers(root)
        # (3) Each signature.
        signers, certificates = [], []
        for number, signature in enumerate(found, 1):
            with within(f"signer {number}"):
                signer, carried = _signer(root, signature, number)
                signers.append(signer)
                certificates += carried
        return OpenedXml(
            content=canonical_by(_without(root, 1), INCLUSIVE),
            signers=tuple(signers),
            certificates=tuple(certificates),
        )


def _check_identifiers(root: Any) -> None:
    """No two elements bear the same identifier, under whichever of its names."""
    seen: set[str] = set()
    for element in root.iter():
        for name in _IDS:
            if (said := element.get(name)) is not None:
                demand(said and said not in seen, Reason.XML_WRAPPED, f"The identifier {said} is used twice")
                seen.add(said)


def _signer(root: Any, signature: Any, number: int) -> tuple[XmlSigner, list[Certificate]]:
    """One signature, checked: references, then the signature over them."""
    parts(signature, _SIGNATURE)
    info = only(signature, ds("SignedInfo"))
    parts(info, _SIGNED_INFO)
    certificates = _certificates(only(signature, ds("KeyInfo")))
    objects = signature.findall(ds("Object"))
    properties = xades.find(signature, objects)
    digest = _check_references(root, info, number, properties)
    method = only(info, ds("SignatureMethod"))
    uri = method.get("Algorithm")
    demand(uri in SIGNATURE_METHODS and not len(method), Reason.ALGORITHM_UNKNOWN, f"Signatures by {uri} are unknown")
    algorithm = SIGNATURE_METHODS[uri]
    value_element = only(signature, ds("SignatureValue"))
    value = binary(value_element)
    signed = canonical(info, only(info, ds("CanonicalizationMethod")))
    demand(certificates[0].key.verifies(algorithm, signed, value), Reason.SIGNATURE_WRONG,
           "The signature is not the certificate's")  # fmt: skip
    signer = XmlSigner(
        certificate=certificates[0],
        digest=digest,
        algorithm=algorithm,
        signature=value,
        properties=None if properties is None else xades.read(properties, signature, certificates[0]),
        value=canonical_by(value_element, INCLUSIVE),
    )
    return signer, certificates


def _certificates(key_info: Any) -> list[Certificate]:
    """The signer's certificate, which comes first, and others that came along."""
    found: list[Certificate] = []
    for data in parts(key_info, frozenset({ds("X509Data")})):
        for one in parts(data, frozenset({ds("X509Certificate")})):
            with within(f"certificate {len(found) + 1}"):
                found.append(Certificate(binary(one)))
    demand(found, Reason.CERTIFICATE_ABSENT, "The signer's certificate did not come along")
    return found


def _check_references(root: Any, info: Any, number: int, properties: Any) -> str:
    """One reference to the document, and one to the signed properties if there are any; gives the digest's name."""
    references = info.findall(ds("Reference"))
    wanted = 1 if properties is None else 2
    demand(len(references) == wanted, Reason.XML_REFERENCE, f"The signature must have {wanted} references")
    own = [one for one in references if one.get("Type") == SIGNED_PROPERTIES]
    demand(len(own) == wanted - 1, Reason.XML_REFERENCE, "The signed properties are not referred to")
    for reference in own:
        identifier = properties.get("Id")
        demand(identifier and reference.get("URI") == f"#{identifier}", Reason.XML_REFERENCE,
               "The reference is not to the signed properties of this signature")  # fmt: skip
        _check_reference(reference, properties, enveloped=False)
    document = next(one for one in references if one not in own)
    uri, identifier = document.get("URI"), _identifier(root)
    demand(uri == "" or (identifier and uri == f"#{identifier}"), Reason.XML_WRAPPED,
           "The signature is not over the whole document")  # fmt: skip
    return _check_reference(document, _without(root, number), enveloped=True)


def _identifier(root: Any) -> str | None:
    """The root's own identifier."""
    return next((said for name in _IDS if (said := root.get(name))), None)


def _check_reference(reference: Any, target: Any, *, enveloped: bool) -> str:
    """The digest of the target is the one said; gives the digest's algorithm."""
    parts(reference, _REFERENCE)
    listed = reference.findall(ds("Transforms"))
    demand(len(listed) <= 1, Reason.XML_REFERENCE, "A reference has its transforms twice")
    transforms = parts(listed[0], frozenset({ds("Transform")})) if listed else []
    names = [one.get("Algorithm") for one in transforms]
    if enveloped:
        demand(names[:1] == [ENVELOPED] and not len(transforms[0]), Reason.XML_REFERENCE, "It is not enveloped")
        transforms = transforms[1:]
    demand(len(transforms) <= 1, Reason.XML_REFERENCE, f"Transforms {names} are not allowed")
    demand(all(one.get("Algorithm") in CANONICAL for one in transforms), Reason.ALGORITHM_UNKNOWN,
           f"Transforms {names} are not allowed")  # fmt: skip
    made = canonical(target, transforms[0]) if transforms else canonical_by(target, INCLUSIVE)
    method = only(reference, ds("DigestMethod"))
    uri = method.get("Algorithm")
    demand(uri in DIGEST_METHODS and not len(method), Reason.ALGORITHM_UNKNOWN, f"Digests by {uri} are unknown")
    digest = DIGEST_METHODS[uri]
    demand(DIGESTS[digest](made) == binary(only(reference, ds("DigestValue"))), Reason.DIGEST_WRONG,
           "The document is not the one signed")  # fmt: skip
    return digest


def _without(root: Any, number: int) -> Any:
    """A copy of the document without the signature of this number and the later ones."""
    made = copy.deepcopy(root)
    for signature in made.findall(ds("Signature"))[number - 1 :]:
        before = signature.getprevious()
        tail = signature.tail or ""
        if before is None:
            made.text = (made.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        made.remove(signature)
    return made
