"""A timestamp is believed for what it stamps, from whom, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qorgan.eds import asn1_cms, timestamp
from qorgan.eds.algorithms import GOST34311, SHA1, SHA256
from qorgan.eds.certificate import EMAIL_PROTECTION, TIME_STAMPING
from qorgan.eds.chain import Pins
from qorgan.eds.cms import TST_INFO
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.pki.signing import sign_cms
from qorgan.eds.pki.stamping import POLICY
from qorgan.eds.refusal import Reason, RefusedError
from qorgan.eds.timestamp import Imprint, TimestampRules

WORK = b"bytes to stamp"


@pytest.fixture
def rules(world: Sandbox) -> TimestampRules:
    return TimestampRules(pins=world.pins)


def _refused(raw: bytes, rules: TimestampRules, document: bytes = WORK) -> Reason:
    with pytest.raises(RefusedError) as refused:
        timestamp.token(raw, document, rules)
    assert refused.value.where[0] == "timestamp"
    return refused.value.reason


def test_an_answer_is_to_the_question_asked(world: Sandbox, at: datetime, rules: TimestampRules) -> None:
    asked, nonce = timestamp.request(WORK, GOST34311)
    raw = world.stamper.answer(asked, at)
    stamp, token = timestamp.response(raw, WORK, rules, nonce)
    assert (stamp.at, stamp.policy, stamp.digest) == (at, POLICY, GOST34311)
    assert stamp.chain[-1] == world.root.certificate
    assert timestamp.token(token, WORK, rules) == stamp
    assert timestamp.token(token, Imprint(digest=GOST34311, value=_imprint(asked)), rules) == stamp
    for wrong, reason in ((nonce + 1, Reason.NONCE_WRONG),):
        with pytest.raises(RefusedError) as refused:
            timestamp.response(raw, WORK, rules, wrong)
        assert refused.value.reason is reason


def _imprint(asked: bytes) -> bytes:
    return bytes(asn1_cms.TimestampRequest.load(asked)["imprint"]["hash"].native)


def test_the_stamp_of_something_else_is_refused(world: Sandbox, at: datetime, rules: TimestampRules) -> None:
    token = world.stamper.token(WORK, at)
    assert _refused(token, rules, WORK + b".") is Reason.DIGEST_WRONG
    with pytest.raises(RefusedError):
        timestamp.token(token, Imprint(digest=SHA256, value=bytes(32)), rules)


def test_a_stamp_by_sha_1_is_believed_only_where_that_is_said(
    world: Sandbox, at: datetime, rules: TimestampRules
) -> None:
    raw = world.stamper.answer(timestamp.request(WORK, SHA1)[0], at)
    token = asn1_cms.TimestampResponse.load(raw)["token"].dump()
    assert _refused(token, rules) is Reason.ALGORITHM_UNKNOWN
    assert timestamp.token(token, WORK, TimestampRules(pins=world.pins, weak_imprint=True)).at == at


def test_a_policy_outside_the_list_and_an_unknown_authority_are_refused(
    world: Sandbox, at: datetime, rules: TimestampRules
) -> None:
    token = world.stamper.token(WORK, at)
    assert _refused(token, TimestampRules(pins=world.pins, policies=frozenset())) is Reason.TIMESTAMP_WRONG
    twin = Sandbox(at, world.authority.key.algorithm)
    assert _refused(token, TimestampRules(pins=twin.pins)) is Reason.ISSUER_UNKNOWN
    assert _refused(world.stamper.token(WORK, at + timedelta(days=3000)), rules) is Reason.CERTIFICATE_EXPIRED


@pytest.mark.parametrize("purposes", [(EMAIL_PROTECTION,), (TIME_STAMPING, EMAIL_PROTECTION), ()])
def test_who_is_not_named_for_stamping_alone_stamps_nothing(
    world: Sandbox, at: datetime, rules: TimestampRules, purposes: tuple[str, ...]
) -> None:
    world.stamper.holder = world.person(purposes=purposes, roles=())
    assert _refused(world.stamper.token(WORK, at), rules) is Reason.PURPOSE_WRONG


def test_a_stamp_has_one_signer_and_is_a_stamp(world: Sandbox, at: datetime, rules: TimestampRules) -> None:
    info = asn1_cms.TstInfo.load(_content(world.stamper.token(WORK, at))).dump()
    both = sign_cms(info, [world.stamper.holder, world.person()], at, content_type=TST_INFO)
    assert _refused(both, rules) is Reason.TIMESTAMP_WRONG
    assert _refused(sign_cms(WORK, [world.stamper.holder], at), rules) is Reason.MALFORMED


def _content(token: bytes) -> bytes:
    return bytes(asn1_cms.ContentInfo.load(token)["content"]["content"]["content"].native)


@pytest.mark.parametrize("status", [1, 2, 3, 4, 5])
def test_an_answer_that_grants_nothing_whole_is_refused(
    world: Sandbox, at: datetime, rules: TimestampRules, status: int
) -> None:
    token = asn1_cms.ContentInfo.load(world.stamper.token(WORK, at))
    raw = asn1_cms.TimestampResponse({"status": {"status": status}, "token": token}).dump()
    with pytest.raises(RefusedError) as refused:
        timestamp.response(raw, WORK, rules)
    assert refused.value.reason is Reason.RESPONSE_FAILED


def test_a_certificate_beside_that_belongs_to_nobody_is_refused(
    world: Sandbox, at: datetime, rules: TimestampRules
) -> None:
    stranger = Sandbox(at, world.authority.key.algorithm).person().certificate
    info = _content(world.stamper.token(WORK, at))
    raw = sign_cms(info, [world.stamper.holder], at, content_type=TST_INFO, carried=[stranger])
    assert _refused(raw, rules) is Reason.CERTIFICATE_UNRELATED
    above = sign_cms(info, [world.stamper.holder], at, content_type=TST_INFO, carried=[world.authority.certificate])
    assert timestamp.token(above, WORK, TimestampRules(pins=Pins((world.root.certificate,)))).at == at
