"""A call, its letter and its card become one incident (R48I.3-fallback)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.hub.incidents.test_a_card_lives import create, send

pytestmark = pytest.mark.clause("R48I.3-fallback")

PHONE = "+77270000000"


def said(monday, **changes):
    return {
        "calling_number": PHONE,
        "caller": "Duty officer",
        "caller_position": "Shift lead",
        "category": "denial-of-service",
        "found_at": (monday - timedelta(minutes=20)).isoformat(),
        "description": "Flood of requests\nThe internet bank does not answer.",
        "read_back": True,
        "letter_expected": True,
    } | changes


@pytest.fixture
def profile(market):
    """Alpha has a phone registered."""
    market.hub.tamper(
        "UPDATE organisation SET reporting_phone = %s WHERE id = %s", PHONE, market.organisations["alpha"]
    )
    return market


def take_down(market, monday, institution="alpha", **changes):
    from qorgan.hub.calls import actions

    return actions.take_down(
        market.organisations[institution], by=market.scope("analyst"), now=monday, content=said(monday, **changes)
    )


def record(market, monday, report):
    from qorgan.hub.calls import actions

    return actions.record(report.pk, by=market.scope("analyst"), now=monday + timedelta(minutes=3))


def test_a_call_from_the_registered_number_is_recorded_and_the_institution_reads_it(profile, monday):
    from qorgan.hub.calls.queries import words_of
    from qorgan.hub.casework import access
    from qorgan.kit.refusal import Refusal

    report = take_down(profile, monday, calling_number="8 (727) 000-00-00")
    recorded = record(profile, monday, report)
    assert (recorded.state, recorded.number[:3], recorded.category) == ("recorded", "PR-", "denial-of-service")
    words = profile.seen("alpha_maker", lambda: words_of(access.document_for(report.pk)))
    assert (words.number_is, words.called_at) == ("registered", monday)
    with pytest.raises(Refusal) as unseen:
        profile.seen("gamma_maker", lambda: access.document_for(report.pk))
    assert unseen.value.code == "document-unknown"


@pytest.mark.parametrize(("institution", "match"), [("alpha", "another"), ("gamma", "none")])
def test_a_call_from_elsewhere_needs_a_call_back(profile, monday, institution, match):
    from qorgan.hub.casework import access, drafts
    from qorgan.kit.refusal import Refusal

    analyst = profile.scope("analyst")
    report = take_down(profile, monday, institution, calling_number="+77017654321")
    content = profile.seen("analyst", lambda: access.draft_for(access.document_for(report.pk)).content)
    assert content["number_is"] == match
    with pytest.raises(Refusal) as refused:
        record(profile, monday, report)
    assert (refused.value.code, refused.value.field, refused.value.clause) == (
        "incomplete",
        "call_back",
        "R48I.3-fallback",
    )
    drafts.edit(report.pk, content | {"call_back": "Reached the duty officer"}, by=analyst, now=monday)
    assert record(profile, monday, report).state == "recorded"


def test_a_number_cannot_be_marked_as_registered_when_it_is_not(profile, monday):
    from qorgan.hub.casework import access, drafts
    from qorgan.kit.refusal import Refusal

    report = take_down(profile, monday, calling_number="+77017654321")
    content = profile.seen("analyst", lambda: access.draft_for(access.document_for(report.pk)).content)
    drafts.edit(report.pk, content | {"number_is": "registered"}, by=profile.scope("analyst"), now=monday)
    with pytest.raises(Refusal) as refused:
        record(profile, monday, report)
    assert (refused.value.code, refused.value.field) == ("number-mismatch", "number_is")
    assert profile.hub.rows("SELECT state, version FROM document WHERE id = %s", report.pk) == [("new", 0)]


def test_it_is_not_recorded_before_it_was_read_back(profile, monday):
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        record(profile, monday, take_down(profile, monday, read_back=None))
    assert refused.value.field == "read_back"


def test_only_the_centre_takes_calls_down(profile, monday):
    from qorgan.hub.calls import actions
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        actions.take_down(
            profile.organisations["alpha"], by=profile.scope("alpha_maker"), now=monday, content=said(monday)
        )
    assert refused.value.code == "centre-only"
    with pytest.raises(Refusal):
        profile.seen(
            "auditor",
            lambda: actions.take_down(
                profile.organisations["alpha"], by=profile.scope("auditor"), now=monday, content=said(monday)
            ),
        )


def test_call_letter_and_card_are_one_incident_told_first_by_the_call(profile, monday):
    from qorgan.hub.calls import actions, queries
    from qorgan.hub.casework import access

    analyst = profile.scope("analyst")
    report = record(profile, monday, take_down(profile, monday))
    assert profile.seen("analyst", queries.incidents_by_phone_alone().count) == 1
    later = monday + timedelta(hours=5)
    card = create(profile, now=later)
    card = send(profile, card, maker="alpha_maker", head="alpha_head", times=[later, later, later])
    joined = actions.join(report.pk, card.pk, by=analyst, now=later)
    assert (joined.state, joined.about_id) == ("joined", card.pk)
    assert profile.hub.rows("SELECT detail FROM document_act WHERE document_id = %s AND verb = 'join'", report.pk) == [
        ({"about": card.number},)
    ]
    arrived = later + timedelta(days=1)
    closed = actions.note_letter(
        report.pk, number="12-7/345", dated=date(2026, 11, 23), received_at=arrived, by=analyst, now=arrived
    )
    assert closed.state == "closed"
    assert profile.seen("analyst", queries.incidents_by_phone_alone().count) == 0
    told = profile.seen("alpha_maker", lambda: queries.tellings([card.pk]))[card.pk]
    assert [(one.called_at, one.number, one.letter_number, one.letter_date) for one in told] == [
        (monday, report.number, "12-7/345", date(2026, 11, 23))
    ]
    assert profile.seen("analyst", lambda: queries.first_told(access.document_for(card.pk), told)) == monday
    assert profile.seen("gamma_maker", lambda: queries.tellings([card.pk])) == {}


def test_a_letter_before_the_card_closes_the_report_when_they_are_joined(profile, monday):
    from qorgan.hub.calls import actions

    analyst = profile.scope("analyst")
    report = record(profile, monday, take_down(profile, monday))
    noted = actions.note_letter(
        report.pk, number="1", dated=date(2026, 11, 23), received_at=monday, by=analyst, now=monday
    )
    assert noted.state == "recorded"
    card = send(
        profile, create(profile, now=monday), maker="alpha_maker", head="alpha_head", times=[monday, monday, monday]
    )
    assert actions.join(report.pk, card.pk, by=analyst, now=monday).state == "closed"


def test_a_call_joins_a_card_of_the_same_institution_alone(profile, monday):
    from qorgan.hub.calls import actions
    from qorgan.hub.casework import engine
    from qorgan.kit.refusal import Refusal

    analyst = profile.scope("analyst")
    report = record(profile, monday, take_down(profile, monday))
    with pytest.raises(Refusal) as bare:
        engine.perform(report.pk, "join", by=analyst, now=monday)
    assert (bare.value.code, bare.value.clause) == ("about-missing", "R48I.3-fallback")
    card = create(profile, by="gamma_maker", author="gamma", now=monday)
    card = send(profile, card, maker="gamma_maker", head="gamma_head", times=[monday, monday, monday])
    with pytest.raises(Refusal) as refused:
        actions.join(report.pk, card.pk, by=analyst, now=monday)
    assert refused.value.code == "card-of-another"
    assert profile.hub.rows("SELECT state, about_id FROM document WHERE id = %s", report.pk) == [("recorded", None)]


def test_a_training_call_joins_no_real_card(profile, monday):
    from qorgan.hub.calls import actions
    from qorgan.kit.refusal import Refusal

    analyst = profile.scope("analyst")
    report = actions.take_down(profile.organisations["alpha"], by=analyst, now=monday, content=said(monday), drill=True)
    record(profile, monday, report)
    card = send(
        profile, create(profile, now=monday), maker="alpha_maker", head="alpha_head", times=[monday, monday, monday]
    )
    with pytest.raises(Refusal) as refused:
        actions.join(report.pk, card.pk, by=analyst, now=monday)
    assert refused.value.code == "drill-apart"


def test_two_who_join_the_same_call_at_once_come_to_one_outcome(profile, monday):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from qorgan.hub.calls import actions
    from qorgan.kit.refusal import Refusal

    report = record(profile, monday, take_down(profile, monday))
    cards = [
        send(profile, create(profile, now=monday), maker="alpha_maker", head="alpha_head", times=[monday] * 3)
        for _number in range(2)
    ]
    scopes = [profile.scope("analyst"), profile.scope("chief")]

    def attempt(place):
        try:
            return actions.join(
                report.pk, cards[place].pk, by=scopes[place], now=monday, revision=report.revision
            ).state
        except Refusal as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(attempt, range(2)))
    assert sorted(outcomes) == ["changed-meanwhile", "joined"]
    won = cards[outcomes.index("joined")]
    joined = profile.hub.rows("SELECT about_id FROM document WHERE id = %s", report.pk)
    told = profile.hub.rows("SELECT detail FROM document_act WHERE document_id = %s AND verb = 'join'", report.pk)
    assert (joined, told) == ([(won.pk,)], [({"about": won.number},)])
