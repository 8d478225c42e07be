"""Cards, documents and signals are found from either side, by whoever sees both."""

from __future__ import annotations

import pytest

from tests.hub.incidents.test_a_card_lives import create, send
from tests.hub.incidents.written import first_notice

pytestmark = pytest.mark.clause("R67.3.4")

REFERENCE = "00000000-0000-4000-8000-000000000001/7"


def sent_card(market, monday, maker="alpha_maker", head="alpha_head", author="alpha", **changes):
    card = create(market, by=maker, author=author, now=monday, **changes)
    return send(market, card, maker=maker, head=head, times=[monday, monday, monday])


def test_a_card_and_what_it_names_find_each_other(market, monday):
    from qorgan.hub.casework import access
    from qorgan.hub.incidents import queries

    first = sent_card(market, monday)
    second = sent_card(market, monday, related=[first.number, "IC-2026-NOBODY"], signals=[REFERENCE])
    for person in ("alpha_maker", "analyst"):
        there = market.seen(person, lambda: queries.related(access.document_for(second.pk)))
        back = market.seen(person, lambda: queries.related(access.document_for(first.pk)))
        assert ([one.number for one in there.named], there.signals) == ([first.number], (REFERENCE,))
        assert [one.number for one in back.naming] == [second.number]
        found = market.seen(person, lambda: queries.cards_with_signal(REFERENCE))
        assert [one.number for one in found] == [second.number]


def test_another_institution_learns_nothing_of_it(market, monday):
    from qorgan.hub.incidents import queries
    from qorgan.hub.incidents.models import Link

    sent_card(market, monday, signals=[REFERENCE])
    own = sent_card(market, monday, "gamma_maker", "gamma_head", "gamma")
    assert market.seen("gamma_maker", lambda: queries.cards_with_signal(REFERENCE)) == []
    assert market.seen("gamma_maker", lambda: queries.related(own)).naming == []
    assert market.seen("gamma_maker", Link.objects.count) == 0
    assert market.seen("alpha_maker", Link.objects.count) == 1


def test_what_a_later_version_does_not_name_is_dropped(market, monday):
    from qorgan.hub.casework import drafts, engine
    from qorgan.hub.incidents import queries

    card = sent_card(market, monday, signals=[REFERENCE])
    engine.perform(card.pk, "receive", by=market.scope("analyst"), now=monday)
    drafts.edit(card.pk, first_notice(), by=market.scope("alpha_maker"), now=monday)
    assert [one.pk for one in market.seen("analyst", lambda: queries.cards_with_signal(REFERENCE))] == [card.pk]
    send(market, card, maker="alpha_maker", head="alpha_head", times=[monday, monday, monday])
    assert market.seen("analyst", lambda: queries.cards_with_signal(REFERENCE)) == []


@pytest.mark.clause("R67.12")
@pytest.mark.clause("D26.reporting")
def test_it_is_said_by_which_rule_a_card_is_owed(market, monday):
    from qorgan.hub.incidents import queries

    bank, insurer = create(market, now=monday), create(market, "gamma_maker", "gamma", monday)
    market.join("bidder", "trading-platform")
    market.hire("bidder_maker", "bidder", "responsible-employee")
    voluntary = create(market, "bidder_maker", "bidder", monday)
    said = [
        market.seen(person, lambda card=card: queries.duty(card, monday))
        for person, card in (("alpha_maker", bank), ("gamma_maker", insurer), ("bidder_maker", voluntary))
    ]
    assert said == ["R67.12", "D26.reporting", None]
