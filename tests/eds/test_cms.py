"""A CMS is believed to the last byte of its shell, or refused with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from asn1crypto import core

from qorgan.eds import asn1, asn1_cms, cms, der
from qorgan.eds.algorithms import GOST2004, GOST2015_256, GOST2015_512, GOST34311, RSA, RSA_SHA256, SHA256
from qorgan.eds.gost.gost34311 import gost34311
from qorgan.eds.pki.keys import algorithm_field
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.pki.signing import Holder, sign_cms
from qorgan.eds.refusal import Reason, RefusedError

DOCUMENT = "Келісім № 1".encode()


@pytest.fixture
def holder(world: Sandbox) -> Holder:
    return world.person()


def _refused(raw: bytes, document: bytes | None = None) -> Reason:
    with pytest.raises(RefusedError) as refused:
        cms.open_cms(raw, document)
    assert refused.value.where[0] == "cms"
    return refused.value.reason


def _bent(raw: bytes, bend: Callable[[asn1_cms.SignedData], None]) -> bytes:
    """The CMS with something in its shell changed."""
    shell = asn1_cms.ContentInfo.load(raw)
    bend(shell["content"])
    return bytes(shell.dump(force=True))


@pytest.mark.parametrize("algorithm", [GOST2015_512, GOST2015_256, GOST2004, RSA_SHA256])
@pytest.mark.parametrize("attached", [True, False])
def test_every_algorithm_signs_attached_and_detached(
    sandboxes: Callable[[str], Sandbox], at: datetime, algorithm: str, attached: bool
) -> None:
    one = sandboxes(algorithm).person()
    raw = sign_cms(DOCUMENT, [one], at, attached=attached)
    opened = cms.open_cms(raw, None if attached else DOCUMENT)
    assert (opened.content, opened.attached) == (DOCUMENT, attached)
    signer = opened.signers[0]
    assert (signer.algorithm, signer.certificate, signer.claimed_at) == (algorithm, one.certificate, at)
    assert signer.names_certificate


def test_several_signers_of_several_algorithms_sign_one_document(
    sandboxes: Callable[[str], Sandbox], at: datetime
) -> None:
    holders = [sandboxes(algorithm).person() for algorithm in (GOST2004, RSA_SHA256, GOST2015_512)]
    opened = cms.open_cms(sign_cms(DOCUMENT, holders, at))
    assert {signer.certificate for signer in opened.signers} == {holder.certificate for holder in holders}


def test_the_document_must_be_the_one_signed(holder: Holder, at: datetime) -> None:
    beside = sign_cms(DOCUMENT, [holder], at, attached=False)
    inside = sign_cms(DOCUMENT, [holder], at)
    assert _refused(beside) is Reason.CONTENT_ABSENT
    assert _refused(beside, DOCUMENT + b" ") is Reason.DIGEST_WRONG
    assert _refused(inside, DOCUMENT + b" ") is Reason.CONTENT_TWICE
    assert cms.open_cms(inside, DOCUMENT).content == DOCUMENT


def test_a_cms_left_open_as_javas_libraries_write_it_is_read(holder: Holder, at: datetime) -> None:
    raw = sign_cms(DOCUMENT, [holder], at)
    outer = der.children(raw)
    open_ended = b"\x30\x80" + outer[0] + b"\xa0\x80" + der.children(outer[1])[0] + b"\0\0\0\0"
    assert open_ended != raw
    assert cms.open_cms(open_ended) == cms.open_cms(raw)


def _resigned(holder: Holder, attributes: dict[str, list[bytes]]) -> bytes:
    """A CMS with chosen attributes, rightly signed."""
    made = []
    for kind, values in attributes.items():
        found = b"".join(der.encode(0x31, value) for value in values)
        made.append(der.encode(0x30, core.ObjectIdentifier(kind).dump() + found))
    return _with_attributes(holder, made)


def _with_attributes(holder: Holder, made: list[bytes]) -> bytes:
    signed = der.set_of(made)
    info = {
        "version": 1,
        "sid": {
            "issuer_and_serial": {
                "issuer": asn1.Name.load(holder.certificate.issuer),
                "serial_number": holder.certificate.serial,
            }
        },
        "digest_algorithm": algorithm_field(GOST34311),
        "signed_attrs": asn1_cms.Attributes.load(signed),
        "signature_algorithm": algorithm_field(GOST2004),
        "signature": holder.key.sign(signed),
    }
    shell = {
        "version": 1,
        "digest_algorithms": [algorithm_field(GOST34311)],
        "content": {"type": cms.DATA, "content": DOCUMENT},
        "certificates": [core.Any(core.Sequence.load(holder.certificate.raw))],
        "signers": [info],
    }
    return bytes(asn1_cms.ContentInfo({"type": cms.SIGNED_DATA, "content": shell}).dump(force=True))


def _attributes() -> dict[str, list[bytes]]:

    return {
        cms.CONTENT_TYPE: [core.ObjectIdentifier(cms.DATA).dump()],
        cms.MESSAGE_DIGEST: [core.OctetString(gost34311(DOCUMENT)).dump()],
    }


def test_attributes_are_needed_single_and_right(holder: Holder) -> None:
    whole = _attributes()
    assert cms.open_cms(_resigned(holder, whole)).signers[0].claimed_at is None
    for kind in whole:
        without = {other: values for other, values in whole.items() if other != kind}
        assert _refused(_resigned(holder, without)) is Reason.ATTRIBUTE_MISSING
        assert _refused(_resigned(holder, whole | {kind: [whole[kind][0] * 2]})) is Reason.ATTRIBUTE_REPEATED
    other_type = {cms.CONTENT_TYPE: [core.ObjectIdentifier(cms.TST_INFO).dump()]}
    assert _refused(_resigned(holder, whole | other_type)) is Reason.ATTRIBUTE_WRONG
    named = {"certs": [{"hash": bytes(32)}]}
    stranger = {cms.SIGNING_CERTIFICATE_V2: [asn1_cms.SigningCertificateV2(named).dump()]}
    assert _refused(_resigned(holder, whole | stranger)) is Reason.ATTRIBUTE_WRONG


def test_an_attribute_given_twice_is_refused(holder: Holder) -> None:
    twice = []
    for kind, values in _attributes().items():
        twice += [der.encode(0x30, core.ObjectIdentifier(kind).dump() + der.encode(0x31, values[0]))] * 2
    assert _refused(_with_attributes(holder, twice)) is Reason.ATTRIBUTE_REPEATED


def test_a_signature_without_attributes_is_refused(holder: Holder, at: datetime) -> None:
    def bend(signed: asn1_cms.SignedData) -> None:
        info = signed["signers"][0]
        info["signed_attrs"] = None
        info["signature"] = holder.key.sign(DOCUMENT)

    assert _refused(_bent(sign_cms(DOCUMENT, [holder], at), bend)) is Reason.ATTRIBUTE_MISSING


def test_algorithms_that_do_not_go_together_are_refused(
    sandboxes: Callable[[str], Sandbox], holder: Holder, at: datetime
) -> None:
    def digest(signed: asn1_cms.SignedData) -> None:
        signed["signers"][0]["digest_algorithm"] = algorithm_field(SHA256)

    def method(algorithm: str) -> Callable[[asn1_cms.SignedData], None]:
        def bend(signed: asn1_cms.SignedData) -> None:
            signed["signers"][0]["signature_algorithm"] = algorithm_field(algorithm)

        return bend

    raw = sign_cms(DOCUMENT, [holder], at)
    assert _refused(_bent(raw, digest)) is Reason.ALGORITHM_MISMATCH
    assert _refused(_bent(raw, method(RSA))) is Reason.ALGORITHM_MISMATCH
    assert _refused(_bent(raw, method("1.2.840.113549.1.1.5"))) is Reason.ALGORITHM_UNKNOWN
    by_rsa = sign_cms(DOCUMENT, [sandboxes(RSA_SHA256).person()], at)
    assert _refused(_bent(by_rsa, method(GOST2004))) is Reason.ALGORITHM_MISMATCH
    assert cms.open_cms(_bent(by_rsa, method(RSA))).signers[0].algorithm == RSA_SHA256


def test_the_shell_is_what_the_signers_make_it(holder: Holder, at: datetime) -> None:
    def version(signed: asn1_cms.SignedData) -> None:
        signed["version"] = 3

    def digests(signed: asn1_cms.SignedData) -> None:
        signed["digest_algorithms"] = [algorithm_field(GOST34311), algorithm_field(SHA256)]

    def nobody(signed: asn1_cms.SignedData) -> None:
        signed["signers"] = []

    def naked(signed: asn1_cms.SignedData) -> None:
        signed["certificates"] = []

    raw = sign_cms(DOCUMENT, [holder], at)
    assert _refused(_bent(raw, version)) is Reason.MALFORMED
    assert _refused(_bent(raw, digests)) is Reason.ALGORITHM_MISMATCH
    assert _refused(_bent(raw, nobody)) is Reason.SIGNER_ABSENT
    assert _refused(_bent(raw, naked)) is Reason.CERTIFICATE_ABSENT


def test_the_signature_of_another_key_is_refused(world: Sandbox, holder: Holder, at: datetime) -> None:
    thief = Holder(holder.certificate, world.person().key)
    assert _refused(sign_cms(DOCUMENT, [thief], at)) is Reason.SIGNATURE_WRONG


def test_unknown_unsigned_attributes_are_refused(holder: Holder, at: datetime) -> None:
    def bend(signed: asn1_cms.SignedData) -> None:
        unsigned = der.encode(0x30, core.ObjectIdentifier("1.2.3").dump() + der.encode(0x31, b"\x05\x00"))
        signed["signers"][0]["unsigned_attrs"] = asn1_cms.Attributes.load(der.set_of([unsigned]))

    assert _refused(_bent(sign_cms(DOCUMENT, [holder], at), bend)) is Reason.ATTRIBUTE_UNKNOWN


def test_a_certificate_beside_that_is_none_is_refused(holder: Holder, at: datetime) -> None:
    def bend(signed: asn1_cms.SignedData) -> None:
        signed["certificates"] = [core.Any(core.Integer(1)), core.Any(core.Sequence.load(holder.certificate.raw))]

    assert _refused(_bent(sign_cms(DOCUMENT, [holder], at), bend)) is Reason.MALFORMED
