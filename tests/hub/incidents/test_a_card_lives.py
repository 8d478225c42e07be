"""A card's way from finding to closing, with its times, through the real engine."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.incidents.written import FOUND, final, first_notice, update


def create(market, by="alpha_maker", author="alpha", now=None, **changes):
    from qorgan.hub.casework import drafts

    content = changes.pop("content", None) or first_notice(**changes)
    return drafts.create(
        "incident-card", author=market.organisations[author], by=market.scope(by), now=now, content=content
    )


def send(market, card, *, maker, head, times):
    from qorgan.hub.casework import drafts, engine

    drafts.propose(card.pk, by=market.scope(maker), now=times[0])
    drafts.agree(card.pk, by=market.scope(head), now=times[1])
    return engine.perform(card.pk, "submit", by=market.scope(maker), now=times[2])


def after(monday, *minutes):
    return [monday + timedelta(minutes=one) for one in minutes]


@pytest.mark.clause("R67.12")
@pytest.mark.clause("R67.3.4")
def test_found_drafted_agreed_submitted_received_stand_on_the_document(market, monday):
    from qorgan.hub.casework import engine

    times = after(monday, 5, 10, 12)
    card = create(market, now=monday)
    send(market, card, maker="alpha_maker", head="alpha_head", times=times)
    seen = engine.perform(card.pk, "receive", by=market.scope("analyst"), now=monday + timedelta(minutes=15))
    assert seen.number.startswith("IC-2026-")
    assert [seen.found_at, seen.created_at, seen.agreed_at, seen.submitted_at, seen.received_at] == [
        FOUND,
        monday,
        times[1],
        times[2],
        monday + timedelta(minutes=15),
    ]
    assert (seen.title, seen.category, seen.severity, seen.tlp, seen.stage, seen.is_final) == (
        "Flood of requests against the internet bank",
        "denial-of-service",
        3,
        "TLP:AMBER",
        1,
        False,
    )


@pytest.mark.clause("R67.12")
@pytest.mark.clause("R67.15")
def test_a_card_is_returned_mended_updated_finished_and_closed(market, monday):
    from qorgan.hub.casework import drafts, engine
    from qorgan.hub.casework.engine import Lacking
    from qorgan.kit.refusal import Refusal

    people = {"maker": "alpha_maker", "head": "alpha_head"}
    maker, analyst = market.scope("alpha_maker"), market.scope("analyst")
    card = create(market, now=monday)
    first = send(market, card, **people, times=after(monday, 1, 2, 3))
    engine.perform(card.pk, "receive", by=analyst, now=monday)
    engine.perform(
        card.pk, "return", by=analyst, now=monday, fields=[Lacking("systems", "Name the systems that stood still.")]
    )
    drafts.edit(card.pk, update(), by=maker, now=monday)
    mended = send(market, card, **people, times=after(monday, 60, 61, 62))
    assert (mended.state, mended.version, mended.stage) == ("sent", 2, 2)
    assert mended.submitted_at == first.submitted_at
    engine.perform(card.pk, "receive", by=analyst, now=monday)
    engine.perform(card.pk, "accept", by=analyst, now=monday)
    with pytest.raises(Refusal) as refused:
        engine.perform(card.pk, "close", by=analyst, now=monday)
    assert (refused.value.code, refused.value.clause) == ("not-final", "R67.12")
    drafts.edit(card.pk, final(), by=maker, now=monday)
    send(market, card, **people, times=after(monday, 90, 91, 92))
    engine.perform(card.pk, "receive", by=analyst, now=monday)
    engine.perform(card.pk, "accept", by=analyst, now=monday)
    closed = engine.perform(card.pk, "close", by=analyst, now=monday)
    assert (closed.state, closed.is_final, closed.version) == ("closed", True, 3)


@pytest.mark.clause("R67.12")
def test_nothing_goes_without_the_heads_agreement_or_with_a_lack(market, monday):
    from qorgan.hub.casework import drafts, engine
    from qorgan.kit.refusal import Refusal

    maker = market.scope("alpha_maker")
    card = create(market, now=monday, category=None)
    with pytest.raises(Refusal) as lacking:
        drafts.propose(card.pk, by=maker, now=monday)
    assert (lacking.value.code, lacking.value.clause, lacking.value.field) == ("incomplete", "R67.12", "category")
    drafts.edit(card.pk, first_notice(), by=maker, now=monday)
    drafts.propose(card.pk, by=maker, now=monday)
    with pytest.raises(Refusal) as early:
        engine.perform(card.pk, "submit", by=maker, now=monday)
    assert (early.value.code, early.value.clause) == ("not-agreed", "R67.12")


def test_what_lies_ahead_is_refused_when_it_is_proposed(market, monday):
    from qorgan.hub.casework import drafts
    from qorgan.kit.refusal import Refusal

    maker = market.scope("alpha_maker")
    card = create(market, now=monday, found_at=(monday + timedelta(minutes=6)).isoformat())
    with pytest.raises(Refusal) as refused:
        drafts.propose(card.pk, by=maker, now=monday)
    assert (refused.value.code, refused.value.field) == ("incomplete", "found_at")
    # The same card, once that moment has come.
    drafts.propose(card.pk, by=maker, now=monday + timedelta(minutes=2))


@pytest.mark.clause("D26.reporting")
def test_an_insurer_reports_as_a_bank_does(market, monday):
    card = create(market, by="gamma_maker", author="gamma", now=monday)
    sent = send(market, card, maker="gamma_maker", head="gamma_head", times=after(monday, 1, 2, 3))
    assert (sent.state, sent.submitted_at) == ("sent", monday + timedelta(minutes=3))


@pytest.mark.clause("R67.12")
def test_a_security_operations_centre_reports_for_those_it_serves_and_for_no_others(market, monday):
    from qorgan.kit.refusal import Refusal

    card = create(market, by="soc_maker", author="beta", now=monday)
    sent = send(market, card, maker="soc_maker", head="soc_head", times=after(monday, 1, 2, 3))
    assert (sent.author_id, sent.acting_id) == (market.organisations["beta"], market.organisations["soc"])
    with pytest.raises(Refusal):
        create(market, by="soc_maker", author="alpha", now=monday)


def test_a_card_does_not_go_back_behind_a_stage_that_was_sent(market, monday):
    from qorgan.hub.casework import drafts, engine
    from qorgan.kit.refusal import Refusal

    people, times = {"maker": "alpha_maker", "head": "alpha_head"}, [monday] * 3
    card = create(market, now=monday, content=update())
    send(market, card, **people, times=times)
    drafts.edit(card.pk, first_notice(), by=market.scope("alpha_maker"), now=monday)
    with pytest.raises(Refusal) as refused:
        send(market, card, **people, times=times)
    assert (refused.value.code, refused.value.field, refused.value.clause) == ("stage-goes-back", "stage", "R67.12")
    drafts.edit(card.pk, final(), by=market.scope("alpha_maker"), now=monday)
    send(market, card, **people, times=times)
    assert engine.perform(card.pk, "receive", by=market.scope("analyst"), now=monday).is_final
