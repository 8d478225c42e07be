"""The doorway says yes with everything it stood on, and no with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest

from qorgan.eds import evidence
from qorgan.eds.algorithms import GOST2004, GOST2015_512, RSA_SHA256
from qorgan.eds.certificate import EMAIL_PROTECTION, Usage
from qorgan.eds.chain import Pins
from qorgan.eds.evidence import Expected, Purpose
from qorgan.eds.pki.sandbox import LocalPort, Sandbox, invented_bin, invented_iin
from qorgan.eds.pki.signing import Holder, sign_cms, sign_xml
from qorgan.eds.refusal import Reason, Refused, RefusedError
from qorgan.eds.revocation.state import Good, Revoked, Source
from qorgan.eds.roles import Role
from qorgan.eds.verify import Form, Trust, Verified, again, integrity, signature

DOCUMENT = "Келісемін: кіру, шлюз, 2026-05-05".encode()
SIGN_IN = Expected(purpose=Purpose.SIGN_IN)
DAY = timedelta(days=1)


def _reason(verdict: Verified | Refused) -> Reason:
    assert isinstance(verdict, Refused)
    assert verdict.where
    assert verdict.detail
    return verdict.reason


def _believed(verdict: Verified | Refused) -> Verified:
    assert isinstance(verdict, Verified), verdict
    return verdict


@pytest.mark.parametrize("algorithm", [GOST2015_512, GOST2004, RSA_SHA256])
def test_who_signed_is_told_and_the_evidence_stands_alone(
    sandboxes: Callable[[str], Sandbox], at: datetime, algorithm: str
) -> None:
    world = sandboxes(algorithm)
    head = world.head(invented_bin(3), "Ойдан АҚ")
    trust, port = Trust(pins=world.pins), LocalPort(world, at)
    raws = {
        Form.CMS_ATTACHED: (sign_cms(DOCUMENT, [head], at), None),
        Form.CMS_DETACHED: (sign_cms(DOCUMENT, [head], at, attached=False), DOCUMENT),
        Form.XML: (sign_xml(b"<a>1</a>", head, at, with_properties=True), None),
    }
    for form, (raw, beside) in raws.items():
        found = _believed(signature(raw, trust=trust, at=at, port=port, document=beside))
        who = found.signers[0]
        assert (found.form, who.subject.bin, who.roles) == (form, invented_bin(3), (Role.ENTITY, Role.HEAD))
        assert (who.state, who.judged_at, who.claimed_at) == (Good(source=Source.OCSP, as_of=at), at, at)
        assert (who.issuer, who.fingerprint, len(who.chain)) == ("SANDBOX CA", head.certificate.fingerprint, 3)
        kept = evidence.read(evidence.write(found.evidence))
        assert again(kept, trust=Trust(pins=Pins((world.root.certificate,)))) == msgspec.structs.replace(
            found, evidence=_believed(again(kept, trust=trust)).evidence
        )


def test_evidence_that_was_touched_or_cut_proves_nothing(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    found = _believed(signature(sign_cms(DOCUMENT, [world.person()], at), trust=trust, at=at, port=port))
    kept = found.evidence
    cut = msgspec.structs.replace(kept, proofs=())
    assert _reason(again(cut, trust=trust)) is Reason.REVOCATION_UNKNOWN
    moved = msgspec.structs.replace(kept, at=at + DAY)
    assert _reason(again(moved, trust=trust)) is Reason.REVOCATION_UNKNOWN
    raw = bytearray(kept.proofs[0].raw)
    raw[-1] ^= 1
    bent = msgspec.structs.replace(kept, proofs=(msgspec.structs.replace(kept.proofs[0], raw=bytes(raw)),))
    assert _reason(again(bent, trust=trust)) is Reason.REVOCATION_UNKNOWN
    stranger = Trust(pins=Sandbox(at, GOST2004).pins)
    assert _reason(again(kept, trust=stranger)) is Reason.ISSUER_UNKNOWN
    broken = msgspec.structs.replace(kept, certificates=(b"0",))
    assert _reason(again(broken, trust=trust)) is Reason.MALFORMED
    for raw_json in (b"", b"{}", b"[]", evidence.write(msgspec.structs.replace(kept, version=2))):
        with pytest.raises(RefusedError):
            evidence.read(raw_json)


def test_without_anybody_to_ask_nothing_is_believed(world: Sandbox, at: datetime, trust: Trust) -> None:
    assert _reason(signature(sign_cms(DOCUMENT, [world.person()], at), trust=trust, at=at)) is Reason.REVOCATION_UNKNOWN


def test_revoked_and_never_issued_are_told_apart(world: Sandbox, at: datetime, trust: Trust, port: LocalPort) -> None:
    one, other = world.person(), world.person()
    world.authority.revoke(one.certificate, at - DAY, "certificate_hold")
    del world.authority.issued[other.certificate.serial]
    assert _reason(signature(sign_cms(DOCUMENT, [one], at), trust=trust, at=at, port=port)) is Reason.REVOKED
    assert _reason(signature(sign_cms(DOCUMENT, [other], at), trust=trust, at=at, port=port)) is Reason.NOT_ISSUED


def test_a_revoked_authority_takes_its_people_along(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    raw = sign_cms(DOCUMENT, [world.person()], at)
    world.root.revoke(world.authority.certificate, at - DAY, "ca_compromise")
    refused = signature(raw, trust=trust, at=at, port=port)
    assert _reason(refused) is Reason.REVOKED
    assert isinstance(refused, Refused)
    assert world.authority.certificate.hexadecimal in refused.where


def test_a_stamp_keeps_a_signature_whose_certificate_was_given_up_later(
    world: Sandbox, at: datetime, trust: Trust
) -> None:
    who = world.person(life=(-DAY, DAY))
    raw = sign_cms(DOCUMENT, [who], at, stamping=lambda over: world.stamper.token(over, at))
    later = at + 2 * DAY
    port = LocalPort(world, later)
    found = _believed(signature(raw, trust=trust, at=later, port=port)).signers[0]
    assert (found.judged_at, found.stamped_at) == (at, at)
    world.authority.revoke(who.certificate, at + DAY, "superseded")
    state = _believed(signature(raw, trust=trust, at=later, port=port)).signers[0].state
    assert isinstance(state, Revoked)
    bare = sign_cms(DOCUMENT, [who], at)
    assert _reason(signature(bare, trust=trust, at=later, port=port)) is Reason.CERTIFICATE_EXPIRED
    world.authority.revoke(who.certificate, at + DAY, "key_compromise")
    assert _reason(signature(raw, trust=trust, at=later, port=port)) is Reason.REVOKED
    world.authority.revoke(who.certificate, at - DAY, "superseded")
    assert _reason(signature(raw, trust=trust, at=later, port=port)) is Reason.REVOKED


def test_a_stamp_in_xml_counts_as_one_in_cms(world: Sandbox, at: datetime, trust: Trust) -> None:
    who = world.person(life=(-DAY, DAY))

    def stamped(over: Callable[[bytes], bytes]) -> bytes:
        stamping = partial(_stamp, over)
        return sign_xml(b"<a>1</a>", who, at, with_properties=True, stamping=stamping)

    def _stamp(over: Callable[[bytes], bytes], value: bytes) -> bytes:
        return world.stamper.token(over(value), at)

    later = at + 2 * DAY
    port = LocalPort(world, later)
    found = _believed(signature(stamped(lambda value: value), trust=trust, at=later, port=port)).signers[0]
    assert (found.judged_at, found.stamped_at) == (at, at)
    foreign = signature(stamped(lambda _: b"another value"), trust=trust, at=later, port=port)
    assert _reason(foreign) is Reason.DIGEST_WRONG


def test_a_stamp_over_another_signature_or_from_the_future_is_refused(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    who = world.person()
    other = sign_cms(DOCUMENT, [who], at, stamping=lambda _: world.stamper.token(b"another signature", at))
    assert _reason(signature(other, trust=trust, at=at, port=port)) is Reason.DIGEST_WRONG
    ahead = sign_cms(DOCUMENT, [who], at, stamping=lambda over: world.stamper.token(over, at + DAY))
    assert _reason(signature(ahead, trust=trust, at=at, port=port)) is Reason.TIMESTAMP_WRONG


def test_a_key_does_only_what_it_was_issued_for(world: Sandbox, at: datetime, trust: Trust, port: LocalPort) -> None:
    def verdict(holder: Holder, expected: Expected) -> Verified | Refused:
        return signature(sign_cms(DOCUMENT, [holder], at), trust=trust, at=at, port=port, expected=expected)

    both, only_in = world.person(), world.signing_in()
    assert _believed(verdict(both, Expected()))
    assert _believed(verdict(both, SIGN_IN))
    assert _believed(verdict(only_in, SIGN_IN))
    assert _reason(verdict(only_in, Expected())) is Reason.KEY_USAGE_WRONG
    mute = world.person(usage=(Usage.KEY_AGREEMENT,))
    assert _reason(verdict(mute, SIGN_IN)) is Reason.KEY_USAGE_WRONG
    without = world.person(purposes=())
    assert _reason(verdict(without, SIGN_IN)) is Reason.PURPOSE_WRONG
    assert _reason(verdict(without, Expected())) is Reason.PURPOSE_WRONG
    weak = world.person(usage=(Usage.DIGITAL_SIGNATURE,), purposes=(EMAIL_PROTECTION,))
    assert _reason(verdict(weak, Expected())) is Reason.KEY_USAGE_WRONG


def test_authorities_and_responders_sign_no_documents(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    pairs = [
        Holder(world.authority.certificate, world.authority.key),
        Holder(world.root.certificate, world.root.key),
        Holder(world.authority.responder, world.authority.responder_key),
        world.stamper.holder,
    ]
    for pair in pairs:
        verdict = signature(sign_cms(DOCUMENT, [pair], at), trust=trust, at=at, port=port)
        assert _reason(verdict) in {Reason.KEY_USAGE_WRONG, Reason.PURPOSE_WRONG}


def test_who_signed_must_be_who_was_expected(world: Sandbox, at: datetime, trust: Trust, port: LocalPort) -> None:
    employee = world.employee(invented_bin(3), "Ойдан АҚ", invented_iin(4))
    head = world.head(invented_bin(3), "Ойдан АҚ", invented_iin(5))
    one, two = sign_cms(DOCUMENT, [employee], at), sign_cms(DOCUMENT, [employee, head], at)

    def verdict(raw: bytes, **expected: object) -> Verified | Refused:
        wanted = Expected(**expected)  # type: ignore[arg-type]
        return signature(raw, trust=trust, at=at, port=port, expected=wanted)

    assert _believed(verdict(one, iin=invented_iin(4), bin=invented_bin(3), roles=(Role.EMPLOYEE, Role.HEAD)))
    assert _reason(verdict(one, roles=(Role.HEAD,))) is Reason.ROLE_WRONG
    assert _believed(verdict(two, roles=(Role.HEAD,)))
    assert _reason(verdict(two, roles=(Role.HEAD,), iin=invented_iin(4))) is Reason.ROLE_WRONG
    assert _reason(verdict(one, iin=invented_iin(5))) is Reason.SUBJECT_WRONG
    assert _reason(verdict(one, bin=invented_bin(9))) is Reason.SUBJECT_WRONG
    assert _reason(verdict(two, purpose=Purpose.SIGN_IN)) is Reason.PURPOSE_WRONG


def test_wrong_check_digits_are_for_test_authorities(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    raw = sign_cms(DOCUMENT, [world.person("123456789011")], at)
    assert _reason(signature(raw, trust=trust, at=at, port=port)) is Reason.SUBJECT_WRONG
    lenient = Trust(pins=world.pins, test_numbers=True)
    assert _believed(signature(raw, trust=lenient, at=at, port=port))


def test_a_certificate_beside_that_is_nobodys_is_refused(
    world: Sandbox, at: datetime, trust: Trust, port: LocalPort
) -> None:
    who = world.person()
    stranger = Sandbox(at, GOST2004).person().certificate
    raw = sign_cms(DOCUMENT, [who], at, carried=[stranger])
    assert _reason(signature(raw, trust=trust, at=at, port=port)) is Reason.CERTIFICATE_UNRELATED
    above = (world.authority.certificate, world.root.certificate)
    assert _believed(signature(sign_cms(DOCUMENT, [who], at, carried=above), trust=trust, at=at, port=port))


def test_integrity_alone_says_nothing_of_trust(world: Sandbox, at: datetime) -> None:
    raw = sign_cms(DOCUMENT, [world.person()], at)
    opened = integrity(raw)
    assert not isinstance(opened, Refused)
    assert opened.content == DOCUMENT
    assert isinstance(integrity(raw, b"other"), Refused)
    assert isinstance(integrity(b"<a/>", b"other"), Refused)


def test_a_verdict_needs_a_time_with_a_zone(world: Sandbox, at: datetime, trust: Trust, port: LocalPort) -> None:
    raw = sign_cms(DOCUMENT, [world.person()], at)
    assert _reason(signature(raw, trust=trust, at=at.replace(tzinfo=None), port=port)) is Reason.MALFORMED
