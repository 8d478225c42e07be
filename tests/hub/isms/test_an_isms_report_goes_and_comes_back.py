"""A report on the information-security management system: sent, sent back, mended, accepted (R48.29)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hub.casework.conftest import MONDAY, Market

REPORT: dict[str, Any] = {"title": "ISMS in 2026", "period": "January to October 2026", "text": "As attached."}


def refused(act: Any) -> Any:
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        act()
    return told.value


def written(market: Market, content: dict[str, Any] = REPORT, name: str = "alpha") -> Any:
    from qorgan.hub.casework import drafts

    by = market.scope(f"{name}_maker")
    return drafts.create("isms-report", author=market.organisations[name], by=by, now=MONDAY, content=content)


def send(market: Market, document: Any) -> Any:
    from qorgan.hub.casework import drafts, engine

    drafts.propose(document.pk, by=market.scope("alpha_maker"), now=MONDAY)
    drafts.agree(document.pk, by=market.scope("alpha_head"), now=MONDAY)
    return engine.perform(document.pk, "submit", by=market.scope("alpha_maker"), now=MONDAY)


@pytest.mark.clause("R48.29")
@pytest.mark.parametrize("field", ["title", "period", "text"])
def test_it_is_free_in_form_and_lacks_only_its_words(market: Market, field: str) -> None:
    from qorgan.hub.casework import drafts

    made = written(market, {name: value for name, value in REPORT.items() if name != field})
    told = refused(lambda: drafts.propose(made.pk, by=market.scope("alpha_maker"), now=MONDAY))
    assert (told.code, told.field, told.clause) == ("incomplete", field, "R48.29")


@pytest.mark.clause("R48.29")
def test_it_goes_to_the_centre_alone(market: Market) -> None:
    from qorgan.hub.casework.models import Document

    sent = send(market, written(market))
    assert market.seen("analyst", lambda: Document.objects.filter(pk=sent.pk).exists())
    for person in ("gamma_maker", "soc_maker", "beta_head"):
        assert not market.seen(person, lambda: Document.objects.filter(pk=sent.pk).exists())


@pytest.mark.clause("R48.29")
@pytest.mark.clause("R67.15")
def test_it_comes_back_without_the_clock_that_the_rules_do_not_give_it(market: Market) -> None:
    from qorgan.hub.casework import drafts, engine

    sent = send(market, written(market))
    analyst = market.scope("analyst")
    assert refused(lambda: engine.perform(sent.pk, "accept", by=analyst, now=MONDAY)).code == "wrong-state"
    engine.perform(sent.pk, "receive", by=analyst, now=MONDAY)
    lacking = engine.lacking([{"field": "text", "reason": "Nothing on suppliers"}])
    told = refused(lambda: engine.perform(sent.pk, "return", by=analyst, now=MONDAY))
    assert (told.code, told.clause) == ("fields-missing", "R48.29")
    engine.perform(sent.pk, "return", by=analyst, now=MONDAY, fields=lacking)
    assert market.hub.rows("SELECT 1 FROM document_deadline WHERE document_id = %s", sent.pk) == []
    mended = REPORT | {"text": "With suppliers."}
    drafts.edit(sent.pk, mended, by=market.scope("alpha_maker"), now=MONDAY + timedelta(days=30))
    assert send(market, sent).version == 2
    engine.perform(sent.pk, "receive", by=analyst, now=MONDAY)
    assert engine.perform(sent.pk, "accept", by=analyst, now=MONDAY).state == "accepted"
