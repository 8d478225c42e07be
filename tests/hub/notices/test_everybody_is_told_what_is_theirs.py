"""Who is told of an act: those whose turn it is and those who wait, and nobody who may not see the document."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qorgan.hub.casework.lifecycle import PROPOSED
from tests.hub.casework.test_lives_are_sound import LIVES

OPTIONAL = {"edit", "discard", "withdraw", "close", "return"}
"""Verbs that nobody waits for."""


def tell(office, now, *, mail=False):
    from qorgan.hub.notices.acts import TellingActs

    return office.clerk(lambda: TellingActs(mail=mail).tell_all(now))


def told(office, what=""):
    """What each person was told, by their short names."""
    names = {pk: name for name, pk in office.market.people.items()}
    rows = office.market.hub.rows("SELECT person_id, what FROM notice WHERE what LIKE %s ORDER BY id", f"%{what}")
    found = {}
    for person, what_ in rows:
        found.setdefault(names[person], []).append(what_)
    return found


def part_of(life):
    if life.name == "preparation":
        return "preparation"
    return "reception" if life.name.startswith("reception") else "life"


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_every_verb_of_every_life_says_who_is_told(life):
    from qorgan.hub.notices.told import SILENT, TOLD

    for verb in life.verbs:
        assert (f"{part_of(life)}.{verb}" in TOLD) != (f"{part_of(life)}.{verb}" in SILENT), verb


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_whose_turn_it_is_next_is_told(life):
    from qorgan.hub.notices.told import TOLD

    for step in life.steps:
        following = [
            one
            for one in life.open_to(step.to)
            if one.verb not in OPTIONAL and not (one.verb == "submit" and one.stops == () and step.verb != "return")
        ]
        # Of preparation, what follows an agreement is the sending; what is open again is its maker's.
        waited_for = {actor for one in following for actor in one.who} - set(step.who)
        if step.to == PROPOSED or part_of(life) != "preparation":
            assert waited_for <= set(TOLD.get(f"{part_of(life)}.{step.verb}", ())), step


def test_a_card_goes_from_hand_to_hand_and_nobody_else_hears_of_it(office, monday):
    card = office.returned()
    tell(office, monday)
    assert told(office) == {
        "alpha_head": ["preparation.propose", "life.submit", "life.return"],
        "alpha_second_head": ["preparation.propose", "life.submit", "life.return"],
        "alpha_maker": ["preparation.agree", "life.receive", "life.return"],
        "analyst": ["life.submit"],
        "chief": ["life.submit"],
    }
    assert tell(office, monday) == 0, "nobody is told twice"
    assert office.market.hub.rows("SELECT count(*) FROM notice WHERE document_id <> %s", card.pk) == [(0,)]


@pytest.mark.clause("R67.3.7")
def test_an_inquiry_between_institutions_is_told_to_its_parties_alone(office, monday):
    from qorgan.hub.casework import drafts

    inquiry = office.draft(code="inquiry")
    drafts.edit(
        inquiry.pk,
        {"title": "Do you see it too?"},
        by=office.market.scope("alpha_maker"),
        now=monday,
        addressees=[office.market.organisations["gamma"]],
    )
    office.send(inquiry.pk)
    tell(office, monday)
    assert set(told(office, "submit")) == {"alpha_head", "alpha_second_head", "gamma_maker", "gamma_head"}


def test_a_warning_is_told_to_every_addressee_and_to_the_centre_that_serves_it(office, monday):
    from qorgan.hub.casework import receptions
    from qorgan.hub.casework.models import Reception

    warning = office.draft(code="threat-warning", items=["Block it"])
    office.send(warning.pk)
    tell(office, monday)
    assert {"beta_maker", "beta_head", "gamma_maker", "gamma_head", "soc_maker", "soc_head", "analyst"} <= set(
        told(office, "submit")
    )
    assert "auditor" not in told(office)
    gamma = office.market.scope("gamma_maker")
    part = office.market.seen(
        "gamma_maker",
        lambda: Reception.objects.get(document=warning.pk, organisation_id=office.market.organisations["gamma"]).pk,
    )
    receptions.perform(part, "accept", by=gamma, now=monday, decision=[receptions.Verdict(item=1, accepted=True)])
    tell(office, monday)
    assert set(told(office, "reception.accept")) == {"gamma_head"}, "a proposed decision is the institution's own"
    receptions.perform(part, "agree", by=office.market.scope("gamma_head"), now=monday)
    tell(office, monday)
    assert set(told(office, "reception.agree")) == {"gamma_maker", "alpha_maker"}


def test_a_blocked_account_and_one_without_a_role_are_told_nothing(office, monday):
    hub = office.market.hub
    hub.tamper("UPDATE person SET is_active = false WHERE id = %s", office.market.people["chief"])
    hub.tamper("DELETE FROM membership WHERE person_id = %s", office.market.people["alpha_second_head"])
    office.card()
    tell(office, monday)
    assert {"chief", "alpha_second_head"}.isdisjoint(told(office))


@pytest.mark.clause("R67.4")
def test_a_person_reads_their_own_notices_and_loses_them_with_the_document(office, monday):
    from qorgan.hub.notices.models import Notice

    office.card()
    tell(office, monday)
    seen = {name: office.market.seen(name, Notice.objects.count) for name in office.market.people}
    assert seen == {name: len(told(office).get(name, [])) for name in office.market.people}
    hub = office.market.hub
    hub.tamper(
        "UPDATE membership SET organisation_id = %s WHERE person_id = %s",
        office.market.organisations["gamma"],
        office.market.people["alpha_head"],
    )
    assert office.market.seen("alpha_head", Notice.objects.count) == 0
    hub.tamper("UPDATE notice SET seen_at = %s", monday + timedelta(hours=1))


def test_a_hub_that_sends_mail_makes_one_mail_for_each_notice(office, monday):
    office.card()
    written = tell(office, monday, mail=True)
    assert office.market.hub.rows("SELECT count(*) FROM delivery WHERE way = 'mail' AND state = 'waiting'") == [
        (written,)
    ]
