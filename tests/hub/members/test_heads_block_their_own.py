"""The head of a unit blocks accounts of their own institution, with a reason; the centre blocks any (R67.6)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

import threading
from typing import Any

import pytest

from qorgan.law.asoi import OrganisationKind


def give(market: Any, person: Any, organisation: Any, role: str) -> None:
    from qorgan.hub.members.access import HUB
    from qorgan.hub.members.people import give_role
    from qorgan.hub.members.roles import Role

    give_role(person, organisation.pk, Role(role), by=HUB, now=market.now)


@pytest.mark.clause("R67.6")
def test_a_head_blocks_an_employee_and_opens_the_account_again_and_the_trail_says_why(
    market: Any, refused: Any
) -> None:
    from qorgan.hub.members import blocking

    bank = market.connect(1)
    chief = market.scope(market.person(bank, "head-of-security"))
    employee = market.person(bank, "responsible-employee")
    blocking.block(employee.pk, reason="the laptop was lost", by=chief, now=market.now)
    assert market.hub.rows("SELECT is_active, session_epoch FROM person WHERE id = %s", employee.pk) == [(False, 1)]
    with refused("state-same"):
        blocking.block(employee.pk, reason="again", by=chief, now=market.now)
    blocking.unblock(employee.pk, reason="found", by=chief, now=market.now)
    assert market.hub.rows(
        "SELECT act, person_id, organisation_id, detail FROM hub_journal WHERE act LIKE 'account.%%' ORDER BY id"
    ) == [
        ("account.blocked", chief.person_id, bank.pk, {"reason": "the laptop was lost"}),
        ("account.unblocked", chief.person_id, bank.pk, {"reason": "found"}),
    ]


@pytest.mark.clause("R67.6")
@pytest.mark.clause("R67.4")
def test_a_head_reaches_nobody_elses_people_nor_what_is_more_than_theirs(market: Any, refused: Any) -> None:
    from qorgan.hub.api import accounts
    from qorgan.hub.members import blocking

    soc = market.connect(1, OrganisationKind.SOC)
    bank, other = market.connect(2, served_by=soc.pk), market.connect(3)
    chief = market.scope(market.person(bank, "head-of-security"))
    server = market.scope(market.person(soc, "head-of-security"))
    employee, stranger = market.person(bank, "responsible-employee"), market.person(other, "responsible-employee")
    both = market.person(bank, "responsible-employee")
    give(market, both, other, "responsible-employee")
    program = accounts.open_account("SIEM", bank.pk, by=chief, now=market.now)
    given = {"reason": "x", "now": market.now}
    for whom in (stranger.pk, 10**9):
        with refused("person-unknown"):
            blocking.block(whom, by=chief, **given)
    with refused("person-unknown"):
        blocking.block(employee.pk, by=server, **given)
    for whom in (both, program):
        with refused("centre-only"):
            blocking.block(whom.pk, by=chief, **given)
    with refused("not-allowed"):
        blocking.block(employee.pk, by=market.scope(both), **given)
    with refused("self"):
        blocking.block(chief.person_id, by=chief, **given)
    assert market.hub.rows("SELECT count(*) FROM person WHERE NOT is_active") == [(0,)]


@pytest.mark.clause("R67.3.1")
def test_of_two_heads_that_block_each_other_at_once_one_stays(market: Any, refused: Any) -> None:
    from qorgan.hub.members import blocking
    from qorgan.kit.refusal import Refusal

    bank = market.connect(1)
    heads = [market.person(bank, "head-of-security") for _ in range(2)]
    scopes = [market.scope(one) for one in heads]
    start, told = threading.Barrier(2), []

    def move(number: int) -> None:
        from django.db import connection as own

        start.wait()
        try:
            blocking.block(heads[1 - number].pk, reason="x", by=scopes[number], now=market.now)
            told.append("blocked")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            own.close()

    threads = [threading.Thread(target=move, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["blocked", "not-allowed"]
    assert market.hub.rows("SELECT count(*) FROM person WHERE NOT is_active") == [(1,)]
    (left,) = [one for one in heads if market.scope(one).roles]
    _, _, centre = market.centre()
    blocking.block(left.pk, reason="the account was taken over", by=centre, now=market.now)


def test_the_page_offers_a_head_their_own_people_alone(market: Any, enlist: Any, signed_in: Any) -> None:
    bank, other = market.connect(1), market.connect(2)
    employee, stranger = market.person(bank, "responsible-employee"), market.person(other, "responsible-employee")
    head = signed_in(enlist("head-of-security", organisation=bank.pk, language="en"))
    assert f"/members/people/{employee.pk}/" in head.get(f"/members/{bank.pk}/").content.decode()
    page = head.get(f"/members/people/{employee.pk}/").content.decode()
    assert "Block the account" in page
    assert "Leaves: hand over" not in page
    assert head.get(f"/members/people/{stranger.pk}/").status_code == 404
    asked = head.post(f"/members/people/{employee.pk}/block/", {"reason": ""})
    assert asked.status_code == 422, "a reason is asked for"
    assert head.post(f"/members/people/{employee.pk}/block/", {"reason": "lost"}).status_code == 302
    assert "Unblock the account" in head.get(f"/members/people/{employee.pk}/").content.decode()
