"""Where the hub asks for signatures, each kind of text that needs a head's agreement goes out signed or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from qorgan.hub.config import SignatureRule
from tests.hub.casework.conftest import MONDAY
from tests.hub.incidents.written import first_notice
from tests.hub.inquiries import test_an_inquiry_is_answered as inquiries
from tests.hub.signatures.conftest import REPORT
from tests.hub.warnings.steps import THREAT


def begun(kind: str, content: dict[str, Any], *addressees: str) -> Callable[[Any], Any]:
    """How Alpha's employee writes a document of a kind."""

    def write(market: Any) -> Any:
        from qorgan.hub.casework import drafts

        by, whom = market.scope("alpha_maker"), [market.organisations[name] for name in addressees]
        made = drafts.create(kind, author=market.organisations["alpha"], by=by, now=MONDAY, content=content)
        return drafts.edit(made.pk, content, by=by, now=MONDAY, addressees=whom) if whom else made

    return write


def answered(market: Any) -> Any:
    """Alpha's answer to an inquiry of Gamma."""
    inquiry = inquiries.ask(market, "gamma", ["alpha"])
    inquiries.say(market, inquiry, "alpha", "take-up", "finish")
    return inquiries.answer(market, inquiry, "alpha")


TEXTS = [
    pytest.param("R67.10", begun("threat-warning", THREAT), marks=pytest.mark.clause("R67.10")),
    pytest.param("R67.11", begun("inquiry", inquiries.QUESTION, "gamma"), marks=pytest.mark.clause("R67.11")),
    pytest.param("R67.12", begun("incident-card", first_notice()), marks=pytest.mark.clause("R67.12")),
    pytest.param("R67.14", answered, marks=pytest.mark.clause("R67.14")),
    pytest.param("R48.29", begun("isms-report", REPORT), marks=pytest.mark.clause("R48.29")),
]


@pytest.mark.parametrize(("clause", "write"), TEXTS)
def test_nothing_is_sent_unsigned_and_what_is_signed_is_sent(
    signing: Any, clause: str, write: Callable[[Any], Any]
) -> None:
    from qorgan.hub.casework import drafts, engine
    from qorgan.hub.casework.models import Version
    from qorgan.hub.signatures import queries

    market = signing.market
    document = write(market)
    signing.use(signature=SignatureRule.REQUIRED)
    maker, head = market.scope("alpha_maker"), market.scope("alpha_head")
    drafts.propose(document.pk, by=maker, now=MONDAY)
    told = signing.refused(lambda: drafts.agree(document.pk, by=head, now=MONDAY))
    assert (told.code, told.clause) == ("signature-required", clause)
    assert signing.refused(lambda: engine.perform(document.pk, "submit", by=maker, now=MONDAY)).code == "not-agreed"
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))
    engine.perform(document.pk, "submit", by=maker, now=MONDAY)

    def signed() -> Any:
        return queries.of_version(Version.objects.get(document=document))

    assert market.seen("alpha_maker", signed).signer.name.startswith("ALPHA_HEAD TEST")
    assert market.seen("gamma_maker", lambda: Version.objects.filter(document=document).count()) == (
        0 if clause in {"R67.12", "R48.29"} else 1
    )
    if clause not in {"R67.12", "R48.29"}:
        # Who reads the words is not told by name who agreed to them elsewhere.
        assert market.seen("gamma_maker", signed) is None
