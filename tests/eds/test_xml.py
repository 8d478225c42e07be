"""An XML signature is over the whole document and nothing else passes for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from qorgan.eds.algorithms import GOST2004, GOST2015_256, GOST2015_512, RSA_SHA256
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.pki.signing import Holder, sign_xml
from qorgan.eds.refusal import Reason, RefusedError
from qorgan.eds.xml.names import EXCLUSIVE_NAMESPACE, INCLUSIVE
from qorgan.eds.xml.signature import open_xml

DOCUMENT = '<акт xmlns:q="urn:q"><q:нөмір k="1">7 &lt; 8</q:нөмір></акт>'.encode()


@pytest.fixture
def holder(world: Sandbox) -> Holder:
    return world.person()


def _refused(raw: bytes) -> Reason:
    with pytest.raises(RefusedError) as refused:
        open_xml(raw)
    assert refused.value.where[0] == "xml"
    return refused.value.reason


@pytest.mark.parametrize("algorithm", [GOST2015_512, GOST2015_256, GOST2004, RSA_SHA256])
@pytest.mark.parametrize("with_properties", [True, False])
def test_every_algorithm_signs_plainly_and_with_properties(
    sandboxes: Callable[[str], Sandbox], at: datetime, algorithm: str, with_properties: bool
) -> None:
    one = sandboxes(algorithm).person()
    raw = sign_xml(DOCUMENT, one, at, with_properties=with_properties)
    assert b"&#13;" in raw
    opened = open_xml(raw)
    assert opened.content == DOCUMENT
    signer = opened.signers[0]
    assert (signer.algorithm, signer.certificate) == (algorithm, one.certificate)
    assert (signer.properties is not None) == with_properties
    if signer.properties:
        assert (signer.properties.claimed_at, signer.properties.names_certificate) == (at, True)


def test_two_sign_one_after_another_and_the_second_covers_the_first(world: Sandbox, at: datetime) -> None:
    holders = [world.person(), world.person()]
    first = sign_xml(DOCUMENT, holders[0], at)
    second = sign_xml(first, holders[1], at)
    opened = open_xml(second)
    assert [signer.certificate for signer in opened.signers] == [holder.certificate for holder in holders]
    assert opened.content == DOCUMENT
    signatures = re.findall(rb"<ds:Signature .*?</ds:Signature>", second, re.DOTALL)
    without_first = second.replace(signatures[0], b"")
    assert _refused(without_first) is Reason.DIGEST_WRONG
    assert open_xml(second.replace(signatures[1], b""))
    swapped = second.replace(b"".join(signatures), signatures[1] + signatures[0])
    assert swapped != second
    assert _refused(swapped) is Reason.DIGEST_WRONG


def _signature(raw: bytes) -> bytes:
    found = re.search(rb"<ds:Signature .*</ds:Signature>", raw, re.DOTALL)
    assert found
    return found[0]


def test_a_signature_wrapped_into_another_document_is_refused(holder: Holder, at: datetime) -> None:
    raw = sign_xml(DOCUMENT, holder, at)
    signature = _signature(raw)
    original = raw[raw.index(b"?>") + 2 :]
    cases = {
        "the signed document as a child of a false root": b"<false>" + original + b"</false>",
        "a false root with the signature, the signed one inside": b"<false>" + original + signature + b"</false>",
        "the signature one level deeper": original.replace(signature, b"<box>" + signature + b"</box>"),
        "the signature inside its own object": original.replace(
            b"</ds:Signature>", b"<ds:Object>" + signature + b"</ds:Object></ds:Signature>"
        ),
        "a second signed info": original.replace(b"</ds:Signature>", b"<ds:SignedInfo/></ds:Signature>"),
    }
    for case, wrapped in cases.items():
        assert _refused(wrapped) in {Reason.XML_WRAPPED, Reason.SIGNER_ABSENT, Reason.DIGEST_WRONG}, case


def test_a_reference_to_a_part_is_not_over_the_document(holder: Holder, at: datetime) -> None:
    raw = sign_xml(b'<a Id="top"><b Id="part">1</b></a>', holder, at)
    assert open_xml(raw)
    assert _refused(raw.replace(b'URI=""', b'URI="#part"')) is Reason.XML_WRAPPED
    assert _refused(raw.replace(b'URI=""', b'URI="file:///etc/passwd"')) is Reason.XML_WRAPPED
    # The root by its own identifier is the document, but the signature was made over another reference.
    assert _refused(raw.replace(b'URI=""', b'URI="#top"')) is Reason.SIGNATURE_WRONG


def test_an_identifier_used_twice_is_refused(holder: Holder, at: datetime) -> None:
    for twice in (b'<a Id="x"><b Id="x"/></a>', b'<a id="x"><b Id="x"/></a>', b'<a ID="x"><b xml:id="x"/></a>'):
        assert _refused(sign_xml(twice, holder, at)) is Reason.XML_WRAPPED


def test_transforms_and_methods_outside_the_list_are_refused(holder: Holder, at: datetime) -> None:
    raw = sign_xml(DOCUMENT, holder, at)
    with_comments = f"{INCLUSIVE}#WithComments".encode()
    for other in (b"http://www.w3.org/TR/1999/REC-xslt-19991116", b"http://www.w3.org/TR/1999/REC-xpath-19991116"):
        assert _refused(raw.replace(with_comments, other)) is Reason.ALGORITHM_UNKNOWN
    assert _refused(raw.replace(b"xmldsig-more#gost34310-gost34311", b"xmldsig#rsa-sha1")) is Reason.ALGORITHM_UNKNOWN
    assert _refused(raw.replace(b"xmldsig-more#gost34311", b"xmlenc#sha1")) is Reason.ALGORITHM_UNKNOWN
    assert _refused(raw.replace(b"#gost34310-gost34311", b"#rsa-sha256")) is Reason.ALGORITHM_MISMATCH
    enveloped = b'<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
    assert _refused(raw.replace(enveloped, b"")) is Reason.XML_REFERENCE
    assert _refused(raw.replace(enveloped, enveloped * 2)) is Reason.XML_REFERENCE


def test_exclusive_canonical_xml_is_another_statement(holder: Holder, at: datetime) -> None:
    raw = sign_xml(b"<a><b/></a>", holder, at)
    # For this document both ways give the same bytes of the body, so only the signature over the words can tell.
    changed = raw.replace(f"{INCLUSIVE}#WithComments".encode(), f"{EXCLUSIVE_NAMESPACE}WithComments".encode())
    assert _refused(changed) is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "forbidden",
    [
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;</a>',
        b"<a><!-- not covered --></a>",
        b"<a><?pi not covered?></a>",
        b"<!-- before --><a/>",
        b"<a/><?after?>",
        b'<?xml version="1.0" encoding="windows-1251"?><a/>',
        b'<?xml version="1.1"?><a/>',
    ],
)
def test_what_a_signature_does_not_cover_is_refused(forbidden: bytes) -> None:
    assert _refused(forbidden) is Reason.XML_FORBIDDEN


def test_what_is_no_xml_is_refused() -> None:
    for raw in (b"", b"<", b"<a>", b"<a>\xff</a>", b"<a/><b/>", "<a/>".encode("utf-16")):
        assert _refused(raw) is Reason.MALFORMED
    assert _refused(b"<a/>") is Reason.SIGNER_ABSENT
    assert _refused(b"<a>" + b" " * (17 << 20) + b"</a>") is Reason.TOO_LARGE


def test_nothing_unsigned_may_be_added_to_a_signature(holder: Holder, at: datetime) -> None:
    raw = sign_xml(DOCUMENT, holder, at, with_properties=True)
    added = {
        b"</ds:KeyInfo>": b"<ds:KeyName>someone else</ds:KeyName></ds:KeyInfo>",
        b"</ds:Object>": b"<x/></ds:Object>",
        b"</ds:X509Data>": b"text</ds:X509Data>",
        b"<ds:SignatureValue>": b"text<ds:SignatureValue>",
        b"</xades:QualifyingProperties>": b"<xades:UnsignedProperties><x/></xades:UnsignedProperties>"
        b"</xades:QualifyingProperties>",
    }
    assert open_xml(raw)
    for place, more in added.items():
        assert place in raw
        assert _refused(raw.replace(place, more)) in {Reason.MALFORMED, Reason.ATTRIBUTE_UNKNOWN}


def test_signed_properties_are_those_of_this_signature(holder: Holder, at: datetime) -> None:
    raw = sign_xml(DOCUMENT, holder, at, with_properties=True)
    assert _refused(raw.replace(b'Target="#signature-1"', b'Target="#signature-2"')) is Reason.XML_REFERENCE
    assert _refused(raw.replace(b'Id="properties-1"', b'Id="properties-2"')) is Reason.XML_REFERENCE
    changed = raw.replace(at.isoformat().encode(), at.replace(hour=3).isoformat().encode())
    assert changed != raw
    assert _refused(changed) is Reason.DIGEST_WRONG
    bare = re.sub(rb"<ds:Object>.*</ds:Object>", b"", raw, flags=re.DOTALL)
    assert _refused(bare) is Reason.XML_REFERENCE


def test_the_certificate_of_another_is_refused(world: Sandbox, holder: Holder, at: datetime) -> None:
    assert _refused(sign_xml(DOCUMENT, Holder(holder.certificate, world.person().key), at)) is Reason.SIGNATURE_WRONG


def test_base64_has_one_spelling(holder: Holder, at: datetime) -> None:
    raw = sign_xml(DOCUMENT, holder, at)
    value = re.search(rb"<ds:SignatureValue>(.*?)</ds:SignatureValue>", raw, re.DOTALL)
    assert value
    compact = re.sub(rb"&#13;|\s", b"", value[1])
    assert open_xml(raw.replace(value[1], compact))
    for other in (compact + b"A", compact[:-1], b"!" + compact, compact[:-3] + bytes([compact[-3] + 1]) + compact[-2:]):
        assert _refused(raw.replace(value[1], other)) in {Reason.MALFORMED, Reason.SIGNATURE_WRONG}
