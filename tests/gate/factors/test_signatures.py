"""Signing in by a digital signature, against a real sandbox authority over real sockets."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qorgan.eds import verify as eds
from qorgan.eds.algorithms import GOST2004, GOST2015_512
from qorgan.eds.chain import pinned
from qorgan.eds.pki.sandbox import LocalPort, Sandbox, invented_bin, invented_iin
from qorgan.eds.pki.signing import Holder, sign_cms, sign_xml
from qorgan.eds.revocation.asking import Nobody
from qorgan.eds.roles import Role
from qorgan.gate.factors.base import Challenge, FactorRefused, Reason
from qorgan.gate.factors.signature import challenge, judging
from qorgan.kit.refusal import Unavailable
from qorgan.law.factors import Population
from tests.gate.factors.signing import (
    BIN,
    IIN,
    NOW,
    PURPOSE,
    Authority,
    authority,
    begun,
    cms,
    enrol,
    participant,
    proven,
    why,
    xml,
)

__all__ = ["authority", "participant"]

ASKED = challenge.Asked(
    issuer="https://gate.example",
    purpose="prove sign-in",
    population="participant",
    ceremony=UUID(int=1),
    nonce=b"n" * 32,
    at=NOW,
)


@pytest.mark.clause("R57.10")
def test_a_participant_is_proven_by_their_signature_in_every_form(authority: Authority, participant: UUID) -> None:
    from qorgan.gate.factors.signature import verifying

    person = authority.world.person(IIN)
    own = enrol(participant, person)
    for form in (cms, xml, lambda asked, holder: cms(asked, holder, attached=False)):
        ceremony = uuid4()
        asked = begun(participant, ceremony)
        proof = proven(participant, asked, form(asked, person), ceremony)
        assert (proof.method, proof.credential) == (verifying.METHOD, own.id)
    assert verifying.enrolled(participant)[0].used_at == NOW


def test_what_is_signed_says_for_whom_for_what_and_when(authority: Authority, participant: UUID) -> None:
    text = begun(participant, UUID(int=5)).public["text"]
    for said in (
        "issuer: http://localhost:8460\n",
        "purpose: prove sign-in\n",
        "population: participant\n",
        f"ceremony: {UUID(int=5)}\n",
        "at: 2026-09-01T12:00:00Z\n",
        "A signature under this text serves to sign in",
    ):
        assert said in text
    assert IIN not in text
    assert begun(None, UUID(int=5)) == begun(participant, UUID(int=5))


@pytest.mark.clause("R57.10")
def test_a_signature_for_another_ceremony_purpose_or_text_is_refused(authority: Authority, participant: UUID) -> None:
    from qorgan.gate.factors.signature import verifying

    person, ceremony = authority.world.person(IIN), uuid4()
    enrol(participant, person)
    asked = begun(participant, ceremony)
    answer = cms(asked, person)
    assert why(participant, asked, answer, uuid4()) == "other-ceremony"
    assert why(participant, begun(participant, ceremony, b"o" * 32), answer, ceremony) == "other-ceremony"
    enrolment = verifying.enrol_begin(participant, ceremony=ceremony, nonce=b"n" * 32, purpose=PURPOSE, now=NOW)
    assert why(participant, enrolment, cms(enrolment, person), ceremony) == "other-ceremony"
    contract = Challenge(public={"text": "I owe everything", "xml": "<contract>everything</contract>"})
    assert why(participant, asked, cms(contract, person), ceremony) == "other-ceremony"
    assert why(participant, asked, xml(contract, person), ceremony) == "other-ceremony"
    assert why(participant, asked, cms(contract, person, attached=False), ceremony) == "digest_wrong"


@pytest.mark.clause("R57.10")
def test_a_signature_of_somebody_else_or_of_a_wrong_key_is_refused(authority: Authority, participant: UUID) -> None:
    world, ceremony = authority.world, uuid4()
    person = world.person(IIN)
    enrol(participant, person)
    asked = begun(participant, ceremony)

    def told(holder: Holder) -> str:
        return why(participant, asked, cms(asked, holder), ceremony)

    assert told(world.person(invented_iin(2))) == "subject_wrong"
    assert told(world.person(IIN, purposes=())) == "purpose_wrong"
    assert told(world.head(BIN, "ЖШС", IIN)) == "role_wrong"
    assert told(world.person(IIN, life=(timedelta(days=-9), timedelta(days=-1)))) == "certificate_expired"
    assert told(Sandbox(NOW, GOST2004).person(IIN)) == "issuer_unknown"
    two = sign_cms(asked.public["text"].encode(), [person, world.person(invented_iin(2))], NOW)
    assert why(participant, asked, {"cms": base64.b64encode(two).decode()}, ceremony) == "purpose_wrong"
    assert proven(participant, asked, cms(asked, world.signing_in(IIN)), ceremony)


@pytest.mark.clause("R57.10")
def test_a_revoked_certificate_and_one_of_unknown_state_are_refused(authority: Authority, participant: UUID) -> None:
    world, ceremony = authority.world, uuid4()
    person = world.person(IIN)
    enrol(participant, person)
    asked = begun(participant, ceremony)
    taken_back, never_issued = world.person(IIN), world.person(IIN)
    world.authority.revoke(taken_back.certificate, NOW - timedelta(hours=1))
    assert why(participant, asked, cms(asked, taken_back), ceremony) == "revoked"
    del world.authority.issued[never_issued.certificate.serial]
    assert why(participant, asked, cms(asked, never_issued), ceremony) == "not_issued"
    authority.server.shutdown()
    authority.server.server_close()
    with pytest.raises(Unavailable):
        proven(participant, asked, cms(asked, person), ceremony)


@pytest.mark.clause("R57.10")
def test_whoever_signs_in_for_a_legal_entity_is_that_person_and_has_a_role_there(
    authority: Authority, new_client: Callable[..., Any]
) -> None:
    world, ceremony = authority.world, uuid4()
    client = new_client(Population.PARTICIPANT, iin=IIN, bin=BIN).pk
    enrol(client, world.head(BIN, "ЖШС", IIN))
    asked = begun(client, ceremony)
    assert proven(client, asked, cms(asked, world.head(BIN, "ЖШС", IIN)), ceremony)
    for holder, reason in (
        (world.employee(BIN, "ЖШС", IIN), "role_wrong"),
        (world.person(IIN), "subject_wrong"),
        (world.head(BIN, "ЖШС", invented_iin(2)), "subject_wrong"),
        (world.head(invented_bin(2), "ЖШС", IIN), "subject_wrong"),
    ):
        assert why(client, asked, cms(asked, holder), ceremony) == reason


@pytest.mark.clause("R57.4")
def test_an_unknown_person_and_one_who_enrolled_none_are_refused(authority: Authority, participant: UUID) -> None:
    ceremony, person = uuid4(), authority.world.person(IIN)
    asked = begun(None, ceremony)
    assert why(None, asked, cms(asked, person), ceremony) == "subject_wrong"
    assert why(participant, asked, cms(asked, person), ceremony) == "not-enrolled"


@pytest.mark.clause("R57.9")
def test_whoever_registers_is_identified_by_it_and_enrolled(
    authority: Authority, new_client: Callable[..., Any]
) -> None:
    from qorgan.gate.factors.signature import verifying

    client, ceremony = new_client(Population.PARTICIPANT, iin=IIN, state="registering").pk, uuid4()
    asked = begun(client, ceremony)
    other = authority.world.person(invented_iin(2))
    assert why(client, asked, cms(asked, other), ceremony) == "subject_wrong"
    assert verifying.enrolled(client) == []
    proof = proven(client, asked, cms(asked, authority.world.person(IIN)), ceremony)
    assert [one.id for one in verifying.enrolled(client)] == [proof.credential]


def test_revocation_is_asked_where_the_configuration_says(
    authority: Authority, participant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings as django

    person, ceremony = authority.world.person(IIN), uuid4()
    enrol(participant, person)
    rules = msgspec.structs.replace(django.CONFIG.providers.signatures, ocsp="http://127.0.0.1:1/ocsp", timeout=2.0)
    providers = msgspec.structs.replace(django.CONFIG.providers, signatures=rules)
    monkeypatch.setattr(django, "CONFIG", msgspec.structs.replace(django.CONFIG, providers=providers))
    for server in authority.world.authorities().values():
        monkeypatch.setattr(server, "whole_list", lambda _at: b"no list")
    asked = begun(participant, ceremony)
    with pytest.raises(Unavailable):
        proven(participant, asked, cms(asked, person), ceremony)


def test_the_evidence_is_sealed_and_reaches_the_verdict_again_offline(
    authority: Authority, gate: Any, participant: UUID
) -> None:
    from qorgan.gate.factors.signature import trusted, verifying

    person, ceremony = authority.world.person(IIN), uuid4()
    enrol(participant, person)
    asked = begun(participant, ceremony)
    proof = proven(participant, asked, cms(asked, person), ceremony)
    assert IIN.encode() not in b"".join(bytes(row[0]) for row in gate.rows("SELECT sealed FROM signature_evidence"))
    (kept,) = verifying.kept_evidence(ceremony)
    trust = trusted.trust()
    authority.server.shutdown()
    found = eds.again(kept, trust=trust)
    assert isinstance(found, eds.Verified)
    assert found.signers[0].subject.iin == IIN
    assert found.content.decode() == asked.public["text"]
    assert gate.rows("SELECT id::text FROM signature_evidence WHERE ceremony = %s", ceremony) == [(proof.report,)]
    another = "UPDATE signature_evidence SET sealed = (SELECT sealed FROM signature_evidence WHERE ceremony <> %s)"
    gate.tamper(another, ceremony)
    with pytest.raises(verifying.EvidenceChanged, match=proof.report):
        verifying.kept_evidence(ceremony)


def test_without_pins_no_signature_is_believed(gate: Any, participant: UUID) -> None:
    ceremony = uuid4()
    asked = begun(participant, ceremony)
    assert why(participant, asked, {"cms": "AA=="}, ceremony) == "no authority is configured"


WORLD = Sandbox(NOW, GOST2015_512)
PERSON = WORLD.person(IIN)
TRUST = eds.Trust(pins=WORLD.pins)
RAW = {
    "cms": sign_cms(challenge.as_text(ASKED), [PERSON], NOW),
    "xml": sign_xml(challenge.as_xml(ASKED), PERSON, NOW),
}


def believed(raw: bytes, form: str) -> Any:
    """The verdict over one answer, the authorities asked without a network."""
    answer = {form: raw.decode("utf-8", "surrogateescape") if form == "xml" else base64.b64encode(raw).decode()}
    signer = judging.Signer(iin=IIN, roles=(Role.INDIVIDUAL,))
    return judging.believed(answer, ASKED, signer, trust=TRUST, port=LocalPort(WORLD, NOW), at=NOW)


@pytest.mark.parametrize("form", ["cms", "xml"])
def test_the_forms_hold_before_a_bit_is_changed(form: str) -> None:
    assert judging.signed_by(believed(RAW[form], form))


@pytest.mark.clause("R57.10")
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(form=st.sampled_from(["cms", "xml"]), place=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_anywhere_in_a_signature_refuses(form: str, place: int, bit: int) -> None:
    raw = bytearray(RAW[form])
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises(FactorRefused):
        believed(bytes(raw), form)


@given(st.dictionaries(st.sampled_from(["cms", "xml", "text"]), st.text(max_size=60) | st.none() | st.integers()))
def test_whatever_is_answered_is_refused_and_never_raises_otherwise(answer: dict[str, Any]) -> None:
    signer = judging.Signer(iin=IIN)
    with pytest.raises(FactorRefused):
        judging.believed(answer, ASKED, signer, trust=TRUST, port=LocalPort(WORLD, NOW), at=NOW)


@given(purpose=st.text(max_size=60), population=st.text(max_size=60))
def test_no_value_makes_a_line_of_its_own(purpose: str, population: str) -> None:
    asked = msgspec.structs.replace(ASKED, purpose=purpose, population=population)
    assert challenge.as_text(asked).count(b"\n") == challenge.as_text(ASKED).count(b"\n")


@pytest.mark.parametrize(
    "name", ["cms/SIGNED_CMS_ONE_SIGNER.cms", "cms/SIGNED_CMS.cms", "xml/XML_SIGNED_VALID_STRING.xml"]
)
def test_a_real_signature_under_a_document_signs_nobody_in(shared: Path, name: str) -> None:
    raw = (shared / "data" / "eds" / name).read_bytes()
    files = [shared / "data" / "eds" / "ca_test" / one for one in ("nca_gost2015_test.cer", "NCA_2004_RSA_CERT.crt")]
    trust = eds.Trust(pins=pinned(one.read_bytes() for one in files), test_numbers=True)
    answer = {"xml": raw.decode()} if name.startswith("xml") else {"cms": base64.b64encode(raw).decode()}
    at = datetime(2022, 9, 1, tzinfo=UTC)
    with pytest.raises(FactorRefused) as caught:
        judging.believed(answer, ASKED, judging.Signer(iin="123456789012"), trust=trust, port=Nobody(), at=at)
    assert caught.value.reason is (Reason.SIGNATURE_REFUSED if name.startswith("xml") else Reason.OTHER_CEREMONY)
