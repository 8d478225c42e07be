"""A lost second factor: another asks, the centre resets, sessions end, and the next sign-in enrols anew (R67.6)."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from qorgan.hub.database.connection import Role as Login


@pytest.mark.clause("R67.6")
def test_a_reset_ends_sessions_and_the_next_sign_in_enrols_anew(
    market: Any, refused: Any, enlist: Any, signed_in: Any, visitor: Any
) -> None:
    from qorgan.hub.members import resetting

    _, analyst, head = market.centre()
    bank = market.connect(1)
    chief = market.scope(market.person(bank, "head-of-security"))
    employee = enlist("responsible-employee", organisation=bank.pk)
    browser = signed_in(employee)
    asked = resetting.ask(employee.id, reason="the phone fell into the Ishim", by=chief, now=market.now)
    with refused("reset-open"):
        resetting.ask(employee.id, reason="again", by=analyst, now=market.now)
    for nobody in (chief, analyst):
        with refused("not-allowed"):
            resetting.reset(asked.pk, by=nobody, now=market.now)
    assert browser.get(f"/members/{bank.pk}/").status_code == 200
    resetting.reset(asked.pk, by=head, now=market.now)
    with refused("reset-over"):
        resetting.reset(asked.pk, by=head, now=market.now)
    assert browser.get(f"/members/{bank.pk}/").headers["location"].startswith("/sign-in/")
    again = visitor()
    again.post("/sign-in/", {"login": employee.email, "password": employee.password})
    led = again.get(f"/members/{bank.pk}/")
    from django.urls import reverse

    assert led.headers["location"] == reverse("mfa_index"), "to where a factor is enrolled, and nowhere else"
    assert market.hub.rows("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", employee.id) == [(0,)]
    acts = market.hub.rows(
        "SELECT act, person_id, organisation_id, object, detail FROM hub_journal WHERE act LIKE 'factor.reset%%' "
        "ORDER BY id"
    )
    assert acts == [
        ("factor.reset-asked", chief.person_id, bank.pk, str(employee.id), {"reason": "the phone fell into the Ishim"}),
        ("factor.reset", head.person_id, bank.pk, str(employee.id), {}),
    ]


@pytest.mark.clause("R67.6")
def test_nobody_asks_or_decides_for_themselves_nor_for_another_institutions_people(
    market: Any, refused: Any, enlist: Any
) -> None:
    from qorgan.hub.members import resetting

    authority, analyst, head = market.centre()
    bank, other = market.connect(1), market.connect(2)
    chief = enlist("head-of-security", organisation=bank.pk)
    stranger = market.scope(market.person(other, "head-of-security"))
    given = {"reason": "x", "now": market.now}
    with refused("self"):
        resetting.ask(chief.id, by=market.scope(market_person(chief)), **given)
    with refused("person-unknown"):
        resetting.ask(chief.id, by=stranger, **given)
    with refused("not-allowed"):
        resetting.ask(chief.id, by=market.scope(market.person(bank, "responsible-employee")), **given)
    with refused("factor-none"):
        resetting.ask(stranger.person_id, by=analyst, **given)
    own = enlist("centre-head", organisation=authority.pk)
    asked = resetting.ask(own.id, by=head, **given)
    with refused("self"):
        resetting.reset(asked.pk, by=market.scope(market_person(own)), now=market.now)
    with refused("reset-unknown"):
        resetting.reset(uuid4(), by=head, now=market.now)
    resetting.decline(asked.pk, reason="it was not they who called", by=head, now=market.now)
    assert market.hub.rows("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", own.id) != [(0,)]
    with (
        market.hub.connect(Login.WEB, scope="centre") as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute("UPDATE factor_reset SET done_by_id = person_id, done_at = now()")


@pytest.mark.clause("R67.4")
def test_postgresql_lets_an_institution_ask_for_its_own_and_do_nothing(market: Any, enlist: Any) -> None:
    from qorgan.hub.members import resetting

    _, analyst, _head = market.centre()
    bank, other = market.connect(1), market.connect(2)
    employee = enlist("responsible-employee", organisation=bank.pk)
    resetting.ask(employee.id, reason="x", by=analyst, now=market.now)
    for place, seen in ((bank, 1), (other, 0)):
        with market.hub.connect(Login.WEB, scope="institution", organisations=[place.pk]) as connection:
            assert connection.execute("SELECT count(*) FROM factor_reset").fetchone() == (seen,)
            assert connection.execute("UPDATE factor_reset SET done_at = now()").rowcount == 0


def test_the_pages_lead_from_the_question_to_the_deed(market: Any, enlist: Any, signed_in: Any) -> None:
    authority = market.centre()[0]
    bank = market.connect(1)
    employee = enlist("responsible-employee", organisation=bank.pk)
    head = signed_in(enlist("head-of-security", organisation=bank.pk, language="en"))
    centre = signed_in(enlist("centre-head", organisation=authority.pk, language="en"))
    page = f"/members/people/{employee.id}/"
    assert "Lost the second factor" in head.get(page).content.decode()
    assert head.post(f"{page}ask-reset/", {"reason": "the phone is lost"}).status_code == 302
    assert "It waits for the head of the sectoral centre" in head.get(page).content.decode()
    shown = centre.get(page).content.decode()
    assert "the phone is lost" in shown
    ((key,),) = market.hub.rows("SELECT id FROM factor_reset")
    assert f"/members/resets/{key}/do/" in shown
    assert head.post(f"/members/resets/{key}/do/").status_code == 403
    assert centre.post(f"/members/resets/{key}/do/").status_code == 302
    assert market.hub.rows("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", employee.id) == [(0,)]


def market_person(enlisted: Any) -> Any:
    from qorgan.hub.members.models import Person

    return Person.objects.get(pk=enlisted.id)
