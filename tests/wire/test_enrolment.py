"""Codes name the hub they are for; proofs are made by the key's holder for this very statement."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from qorgan.wire import enrolment

HUB = "log.example/asoi+00000000+AQ=="


@pytest.mark.clause("R67.7")
def test_a_code_is_for_one_hub_only() -> None:
    code = enrolment.new_code(HUB)
    enrolment.check_hub(f"  {code.lower()}\n", HUB)
    with pytest.raises(enrolment.CodeRefused):
        enrolment.check_hub(code, HUB.replace("AQ", "Ag"))


@given(st.text(max_size=80))
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(enrolment.CodeRefused):
        enrolment.check_hub(text, HUB)


def test_codes_do_not_repeat_and_their_digest_forgives_case_and_space() -> None:
    codes = {enrolment.new_code(HUB) for _ in range(200)}
    assert len(codes) == 200
    code = codes.pop()
    assert enrolment.code_digest(code) == enrolment.code_digest(f" {code.lower()} ")


@pytest.mark.clause("R67.7")
def test_a_proof_holds_for_its_key_and_statement_only() -> None:
    key, other = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2))
    public = enrolment.public_text(key)
    statement = enrolment.enrolment_statement("QRG1-CODE", public)
    proof = enrolment.prove(key, statement)
    assert enrolment.is_proven(public, proof, statement)
    assert not enrolment.is_proven(public, proof, enrolment.enrolment_statement("QRG1-OTHER", public))
    assert not enrolment.is_proven(enrolment.public_text(other), proof, statement)
    assert not enrolment.is_proven(public, enrolment.prove(other, statement), statement)
    assert not enrolment.is_proven("", "", statement)
