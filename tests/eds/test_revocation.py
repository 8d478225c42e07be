"""Good, revoked, not issued, unknown: and whatever goes wrong is unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import core

from qorgan.eds import asn1
from qorgan.eds.certificate import Certificate, Usage
from qorgan.eds.pki.issuing import Template
from qorgan.eds.pki.keys import generate
from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.points import points_of
from qorgan.eds.refusal import Reason, RefusedError
from qorgan.eds.revocation import crl, ocsp
from qorgan.eds.revocation.asking import Nobody, ask, judge_again
from qorgan.eds.revocation.state import Finding, Good, NotIssued, RevocationRules, Revoked, Source, Unknown

RULES = RevocationRules()
HOUR = timedelta(hours=1)


class _Port(LocalPort):
    """The sandbox with one of its doors changed."""

    def __init__(self, sandbox: Sandbox, at: datetime, **doors: Callable[[str, bytes], bytes]) -> None:
        super().__init__(sandbox, at)
        self.doors = doors
        self.asked: list[str] = []

    def ocsp(self, url: str, request: bytes) -> bytes:
        self.asked.append(url)
        made = self.doors.get("ocsp")
        return made(url, request) if made else super().ocsp(url, request)

    def crl(self, url: str) -> bytes:
        self.asked.append(url)
        made = self.doors.get("delta" if url.endswith("_d.crl") else "crl")
        return made(url, b"") if made else super().crl(url)


def _gone(url: str, _: bytes) -> bytes:
    raise ConnectionError(url)


def _ask(world: Sandbox, who: Certificate, at: datetime, port: Any = None) -> Finding:
    found = ask(who, world.authority.certificate, at, port or LocalPort(world, at), RULES)
    again = judge_again(who, world.authority.certificate, at, found.proofs, RULES)
    if not isinstance(found.state, Unknown):
        assert again == found
    return found


def test_the_responder_is_asked_first_and_answers_good_revoked_and_not_issued(world: Sandbox, at: datetime) -> None:
    who = world.person().certificate
    good = _ask(world, who, at)
    assert good.state == Good(source=Source.OCSP, as_of=at)
    world.authority.revoke(who, at - HOUR, "key_compromise")
    assert _ask(world, who, at).state == Revoked(source=Source.OCSP, as_of=at, at=at - HOUR, why="key_compromise")
    del world.authority.revoked[who.serial], world.authority.issued[who.serial]
    assert _ask(world, who, at).state == NotIssued(source=Source.OCSP, as_of=at)


def test_a_hold_is_a_revocation_even_beside_the_extension_of_not_issued(world: Sandbox, at: datetime) -> None:
    who = world.person().certificate
    cert = asn1.CertId(ocsp.cert_id(who.serial, world.authority.certificate, "1.3.14.3.2.26"))
    extension = {"extn_id": ocsp.EXTENDED_REVOKE, "extn_value": core.Null().dump()}

    def said(when: datetime, why: str) -> Any:
        state = {"revoked": {"at": when, "reason": why}}
        answer = {"cert": cert, "state": state, "this_update": at}
        raw = world.authority.signed_answer([answer], [extension], at)
        rules = RevocationRules(nonce=False)
        return ocsp.answer(raw, who, world.authority.certificate, at, b"", rules)

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert isinstance(said(at - HOUR, "certificate_hold"), Revoked)
    assert isinstance(said(epoch, "key_compromise"), Revoked)
    assert isinstance(said(epoch, "certificate_hold"), NotIssued)


def test_without_the_responder_the_list_and_its_delta_answer(world: Sandbox, at: datetime) -> None:
    who = world.person().certificate
    port = _Port(world, at, ocsp=_gone)
    assert _ask(world, who, at, port).state == Good(source=Source.DELTA, as_of=at)
    assert port.asked == [points_of(who).ocsp[0], points_of(who).lists[0], points_of(who).deltas[0]]
    whole = world.authority.whole_list(at)
    world.authority.revoke(who, at - HOUR, "superseded")
    stale = _Port(world, at, ocsp=_gone, crl=lambda *_: whole)
    assert _ask(world, who, at, stale).state == Revoked(source=Source.DELTA, as_of=at, at=at - HOUR, why="superseded")
    later = world.authority.whole_list(at)
    del world.authority.revoked[who.serial]
    released = _Port(world, at, ocsp=_gone, crl=lambda *_: later)
    assert _ask(world, who, at, released).state == Good(source=Source.DELTA, as_of=at)


def test_every_trouble_is_unknown_and_never_good(world: Sandbox, at: datetime) -> None:
    who = world.person().certificate
    other = Sandbox(at, world.authority.key.algorithm)
    old = world.authority.whole_list(at - timedelta(days=2))
    foreign = other.authority.whole_list(at)
    good_list, good_delta = world.authority.whole_list(at), world.authority.delta_list(at)
    troubles: dict[str, dict[str, Callable[[str, bytes], bytes]]] = {
        "nobody answers": {"crl": _gone},
        "no delta": {"delta": _gone},
        "an empty answer": {"crl": lambda *_: b""},
        "a page of HTML": {"crl": lambda *_: b"<html>Try again</html>"},
        "the list of yesterday": {"crl": lambda *_: old},
        "the list of another authority": {"crl": lambda *_: foreign},
        "a delta for a list": {"crl": lambda *_: good_delta},
        "a list for a delta": {"delta": lambda *_: good_list},
        "a delta of another list": {"crl": lambda *_: good_list, "delta": lambda *_: _later_delta(world, at)},
        "a bit of it changed": {"crl": lambda *_: good_list[:-1] + bytes([good_list[-1] ^ 1])},
    }
    for trouble, doors in troubles.items():
        port = _Port(world, at, ocsp=_gone, **doors)
        found = _ask(world, who, at, port)
        assert isinstance(found.state, Unknown), trouble
        assert (found.state.why, found.proofs) != ("", ()), trouble
        assert found.proofs == ()
    assert isinstance(ask(who, world.authority.certificate, at, Nobody(), RULES).state, Unknown)
    assert isinstance(judge_again(who, world.authority.certificate, at, (), RULES).state, Unknown)


def _later_delta(world: Sandbox, at: datetime) -> bytes:
    """A delta counted from a list that came after."""
    world.authority.whole_list(at)
    return world.authority.delta_list(at)


def _answer_refused(world: Sandbox, raw: bytes, who: Certificate, at: datetime, nonce: bytes = b"n" * 16) -> Reason:
    with pytest.raises(RefusedError) as refused:
        ocsp.answer(raw, who, world.authority.certificate, at, nonce, RULES)
    return refused.value.reason


def test_an_answer_is_for_its_question_its_minutes_and_its_certificate(world: Sandbox, at: datetime) -> None:
    who, other = world.person().certificate, world.person().certificate
    issuer, nonce = world.authority.certificate, b"n" * 16
    raw = world.authority.answer(ocsp.request(who, issuer, nonce), at)
    assert isinstance(ocsp.answer(raw, who, issuer, at, nonce, RULES), Good)
    assert isinstance(ocsp.answer(raw, who, issuer, at + timedelta(minutes=5), nonce, RULES), Good)
    assert _answer_refused(world, raw, who, at, b"m" * 16) is Reason.NONCE_WRONG
    assert _answer_refused(world, raw, who, at, b"") is Reason.NONCE_WRONG
    assert _answer_refused(world, raw, other, at) is Reason.RESPONSE_FAILED
    assert _answer_refused(world, raw, who, at + timedelta(minutes=6)) is Reason.NOT_FRESH
    assert _answer_refused(world, raw, who, at - timedelta(minutes=2)) is Reason.NOT_FRESH
    without = world.authority.answer(ocsp.request(who, issuer, b""), at)
    assert _answer_refused(world, without, who, at) is Reason.NONCE_WRONG


def test_a_responder_must_be_named_by_the_issuer_for_answering(world: Sandbox, at: datetime) -> None:
    who, nonce = world.person().certificate, b"n" * 16
    request = ocsp.request(who, world.authority.certificate, nonce)
    own_responder = world.authority.responder
    person = world.person()
    world.authority.responder, world.authority.responder_key = person.certificate, person.key
    assert _answer_refused(world, world.authority.answer(request, at), who, at) is Reason.RESPONDER_WRONG
    world.authority.responder, world.authority.responder_key = world.root.responder, world.root.responder_key
    assert _answer_refused(world, world.authority.answer(request, at), who, at) is Reason.RESPONDER_WRONG
    world.authority.responder, world.authority.responder_key = own_responder, person.key
    assert _answer_refused(world, world.authority.answer(request, at), who, at) is Reason.SIGNATURE_WRONG
    world.authority.responder, world.authority.responder_key = world.authority.certificate, world.authority.key
    assert isinstance(
        ocsp.answer(world.authority.answer(request, at), who, world.authority.certificate, at, nonce, RULES), Good
    )


@pytest.mark.parametrize("status", ["malformed", "internal_error", "try_later", "sign", "no"])
def test_a_responder_that_gives_no_answer_says_nothing_good(world: Sandbox, at: datetime, status: str) -> None:
    raw = asn1.OcspResponse({"status": status}).dump()
    assert _answer_refused(world, raw, world.person().certificate, at) is Reason.RESPONSE_FAILED


def test_a_list_is_signed_by_an_issuer_that_may_sign_lists(world: Sandbox, at: datetime) -> None:
    template = Template(
        subject={"CN": "ТІЗІМСІЗ", "C": "KZ"}, not_before=at - HOUR, not_after=at + HOUR,
        usage=(Usage.CERTIFICATE_SIGN,), authority=True,
    )  # fmt: skip
    key = generate(world.root.key.algorithm)
    mute = world.root.issue(template, key)
    world.authority.certificate, world.authority.key = mute, key
    with pytest.raises(RefusedError) as refused:
        crl.read_list(world.authority.whole_list(at), mute, at, RULES)
    assert refused.value.reason is Reason.KEY_USAGE_WRONG


def test_a_certificate_that_names_nobody_is_unknown(world: Sandbox, at: datetime) -> None:
    found = ask(world.root.certificate, world.root.certificate, at, LocalPort(world, at), RULES)
    assert found.state == Unknown(why="The certificate names nobody to ask")
