"""A head agrees to a decision on a warning by a signature over it; unsigned where none is demanded alone (R67.13)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from qorgan.eds.pki.sandbox import LocalPort
from qorgan.eds.pki.signing import sign_cms
from qorgan.hub.config import SignatureRule
from tests.hub.api.conftest import program
from tests.hub.casework.conftest import MONDAY
from tests.hub.signatures.test_pages_and_programs_sign import answering
from tests.hub.signatures.test_tampering_with_signatures_is_found import TAMPERING, examine
from tests.hub.warnings import steps

__all__ = ["answering", "program"]
pytestmark = pytest.mark.clause("R67.13")


class Decision:
    """What Alpha's employee decided on a warning of Gamma, before Alpha's head."""

    def __init__(self, signing: Any, *accepted: bool) -> None:
        self.signing, self.market = signing, signing.market
        rule = signing.use
        rule(signature=SignatureRule.OFFERED)
        self.document = steps.threat(self.market, "gamma")
        steps.decide(self.market, self.document, "alpha", *(accepted or (True, False)), agree=False)
        self.part = steps.reception(self.market, self.document, "alpha")

    def exact(self, person: str = "alpha_head") -> bytes:
        from qorgan.hub.casework import access, deciding

        by = self.market.scope(person)
        return self.market.seen(person, lambda: deciding.proposed(access.reception_for(self.part), by=by))

    def cms(self, over: bytes | None = None, person: str = "alpha_head") -> bytes:
        raw = self.exact() if over is None else over
        return sign_cms(raw, [self.signing.key(person)], MONDAY, attached=False)

    def sign(self, cms: bytes, person: str = "alpha_head", **more: Any) -> Any:
        from qorgan.hub.signatures import agreeing

        port = LocalPort(self.signing.world, MONDAY)
        by = self.market.scope(person)
        return agreeing.agree_to_decision(self.part, cms, by=by, now=MONDAY, port=port, **more)

    def agree(self) -> Any:
        from qorgan.hub.casework import receptions

        return receptions.perform(self.part, "agree", by=self.market.scope("alpha_head"), now=MONDAY)

    def state(self) -> str:
        return self.market.hub.rows("SELECT state FROM document_reception WHERE id = %s", self.part)[0][0]

    def signed(self, person: str) -> Any:
        from qorgan.hub.casework import access
        from qorgan.hub.signatures import queries

        return self.market.seen(person, lambda: queries.of_decisions([access.reception_for(self.part)]).get(self.part))


@pytest.mark.parametrize("accepted", [(True, False), (False, False)])
def test_unsigned_it_is_refused_where_it_is_demanded_and_signed_it_counts(signing: Any, accepted: Any) -> None:
    decision = Decision(signing, *accepted)
    signing.use(signature=SignatureRule.REQUIRED)
    before = decision.state()
    told = signing.refused(decision.agree)
    assert (told.code, told.clause) == ("signature-required", "R67.13")
    assert decision.state() == before
    assert decision.sign(decision.cms()).state == ("accepted" if any(accepted) else "declined")
    assert len(signing.kept(decision.document)) == 1


def test_where_it_is_offered_or_off_it_is_agreed_without(signing: Any) -> None:
    offered = Decision(signing)
    assert offered.agree().state == "accepted"
    off = Decision(signing)
    signing.use(signature=SignatureRule.OFF)
    assert signing.refused(lambda: off.sign(off.cms())).code == "signature-not-asked"
    assert off.agree().state == "accepted"


def test_the_bytes_say_what_was_decided_on_which_words_by_whom(signing: Any) -> None:
    decision = Decision(signing)
    said = msgspec.json.decode(decision.exact())
    words, bin_digits = signing.market.hub.rows(
        "SELECT version.digest, organisation.bin FROM document_version AS version, organisation "
        "WHERE version.document_id = %s AND organisation.id = %s",
        decision.document.pk,
        signing.market.organisations["alpha"],
    )[0]
    assert said == {
        "kind": "threat-warning.decision",
        "number": decision.document.number,
        "version": 1,
        "words": words,
        "organisation": bin_digits,
        "drill": False,
        "becomes": "accepted",
        "decision": [
            {"item": 1, "accepted": True, "reason": ""},
            {"item": 2, "accepted": False, "reason": "We run no such mail"},
        ],
    }


def test_a_signature_over_other_words_or_of_another_agrees_to_nothing(signing: Any) -> None:
    decision = Decision(signing)
    exact = decision.exact()
    other = exact.replace(b'"accepted":false', b'"accepted":true ')
    assert signing.refused(lambda: decision.sign(decision.cms(other))).code == "signature-altered"
    foreign = decision.cms(person="gamma_head")
    assert signing.refused(lambda: decision.sign(foreign)).code == "signature-of-another"
    assert signing.refused(lambda: decision.sign(decision.cms(), revision=1)).code == "changed-meanwhile"
    assert signing.refused(lambda: decision.sign(decision.cms(), "alpha_maker")).code == "not-allowed"
    assert decision.state() == "accepting"
    assert not signing.kept(decision.document)


def test_a_decision_that_was_sent_back_and_taken_anew_needs_another_signature(signing: Any) -> None:
    from qorgan.hub.casework import receptions

    decision = Decision(signing)
    signing.use(signature=SignatureRule.REQUIRED)
    old = decision.cms()
    head = signing.market.scope("alpha_head")
    receptions.perform(decision.part, "send-back", by=head, now=MONDAY, reason="Both apply to us")
    steps.decide(signing.market, decision.document, "alpha", True, True, agree=False)
    assert signing.refused(lambda: decision.sign(old)).code == "signature-altered"
    assert decision.sign(decision.cms()).state == "accepted"


def test_its_own_people_and_the_centre_see_who_signed_and_the_author_of_the_warning_does_not(signing: Any) -> None:
    decision = Decision(signing)
    decision.sign(decision.cms())
    for person in ("alpha_maker", "alpha_head", "analyst"):
        assert decision.signed(person).signer.name.startswith("ALPHA_HEAD TEST"), person
    assert decision.signed("gamma_head") is None


@pytest.mark.parametrize(("change", "table"), [("", ""), *TAMPERING.values()])
def test_the_audit_vouches_for_it_and_names_what_was_changed(signing: Any, change: str, table: str) -> None:
    decision = Decision(signing)
    decision.sign(decision.cms())
    if change:
        assert signing.market.hub.tamper(change) == 1
    assert [finding.table for finding in examine(signing).findings] == ([table] if table else [])


def test_a_program_signs_a_decision_as_a_page_does(answering: Any, program: Any) -> None:
    from django.conf import settings

    registries = settings.CONFIG.agreement.registries
    decision = Decision(answering)
    answering.use(signature=SignatureRule.REQUIRED, registries=registries)
    client = program("alpha_head")
    place = f"receptions/{decision.part}"
    exact = client.get(f"{place}/proposed")
    assert (exact.status_code, exact.content) == (200, decision.exact())
    assert client.post(f"{place}/verbs/agree").told["code"] == "signature-required"
    wrong = base64.b64encode(decision.cms(b"{}")).decode()
    assert client.post(f"{place}/verbs/agree", {"signature": wrong}).told["code"] == "signature-altered"
    assert decision.state() == "accepting"
    right = base64.b64encode(decision.cms()).decode()
    assert client.post(f"{place}/verbs/agree", {"signature": right}).told["state"] == "accepted"
    assert len(answering.kept(decision.document)) == 1
