"""Whoever comes in: registration, sign-in and a forgotten password in every realm, rightly and wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from qorgan.eds.agent.answering import Mood
from qorgan.law.factors import Population
from tests.gate.conftest import serving
from tests.gate.pages.realms.walking import (
    CODE,
    FACE,
    KNOWN,
    NEW,
    OWN,
    PASSKEY,
    PHONE_NUMBER,
    SECOND,
    SIGNATURE,
)

if TYPE_CHECKING:
    from tests.fixtures_portal import Web

BANK, INSURANCE, PARTICIPANT, EMPLOYEE = Population
REGISTERED = [
    (BANK, (FACE, PHONE_NUMBER)),
    (BANK, (SIGNATURE,)),
    (INSURANCE, (FACE, PHONE_NUMBER)),
    (INSURANCE, (SIGNATURE,)),
    (PARTICIPANT, (FACE,)),
    (PARTICIPANT, (OWN,)),
    (PARTICIPANT, (SIGNATURE,)),
]
BY_ONE_WAY = [(BANK, PHONE_NUMBER), (INSURANCE, FACE)]
SIGNED_IN = [
    (BANK, (KNOWN, CODE), "D26.two-factor"),
    (BANK, (KNOWN, PASSKEY), "D26.two-factor"),
    (INSURANCE, (KNOWN, CODE), "D26.two-factor"),
    (INSURANCE, (KNOWN, PASSKEY), "D26.two-factor"),
    (PARTICIPANT, (KNOWN, SIGNATURE), "R57.10"),
    (PARTICIPANT, (KNOWN, FACE), "R57.10"),
    (PARTICIPANT, (OWN, PASSKEY), "R57.10"),
    (EMPLOYEE, (KNOWN, CODE), "R57.8"),
    (EMPLOYEE, (KNOWN, PASSKEY), "R57.8"),
]
RECOVERED = [(BANK, (CODE, FACE)), (INSURANCE, (PASSKEY, FACE)), (PARTICIPANT, (OWN,)), (EMPLOYEE, (CODE, FACE))]


@pytest.fixture(scope="module")
def lenient(gate, market, tmp_path_factory) -> Iterator[Web]:
    """A portal of an institution that takes any one of the three ways, on the same gate."""
    with serving(
        gate, tmp_path_factory.mktemp("lenient"), f"{market.settings}\n[registration]\nall_named = false\n"
    ) as running:
        yield running


@pytest.mark.clause("D26.remote-registration", "R57.9")
@pytest.mark.parametrize(("population", "ways"), REGISTERED)
def test_whoever_is_identified_is_registered_and_nobody_by_less(walks, gate, population, ways):
    walk = walks(population)
    walk.applies()
    walk.seen(f"registering-{ways[0]}")
    for way in ways:
        assert walk.page.locator("[name=repeated]").count() == 0
        walk.fails(way)
        walk.proves(way)
    walk.seen("first-password")
    walk.chooses(CODE if population is BANK else PASSKEY)
    walk.seen("registration-end")
    walk.finishes("registration")
    walk.seen("registered")
    rule = "R57.9" if population is PARTICIPANT else "D26.remote-registration"
    found = gate.rows(
        "SELECT client.state, entry.rule FROM client JOIN gate_journal AS entry ON entry.client = client.id "
        "WHERE entry.event = 'registration' AND entry.outcome = 'done' AND client.population = %s "
        "ORDER BY entry.id DESC LIMIT 1",
        population.value,
    )
    assert found == [("active", rule)]


@pytest.mark.clause("D26.remote-registration")
@pytest.mark.parametrize(("population", "way"), BY_ONE_WAY)
def test_an_institution_may_take_any_one_of_the_three_ways(walks, gate, lenient, population, way):
    walk = walks(population, at=lenient)
    walk.applies()
    walk.fails(way)
    walk.proves(way)
    walk.chooses(CODE)
    walk.finishes("registration")
    assert gate.rows("SELECT state FROM client ORDER BY created_at DESC LIMIT 1") == [("active",)]


def test_an_employee_is_registered_by_nobody_but_the_institution(walks, gate):
    walk = walks(EMPLOYEE)
    walk.goes("/register?for=employee")
    offered = [one.get_attribute("href") for one in walk.page.locator(".g-ways a").all()]
    assert len(offered) == 3
    assert not any("employee" in one for one in offered)
    walk.seen("registration-choice")


@pytest.mark.clause("D26.two-factor", "R57.8", "R57.10")
@pytest.mark.parametrize(("population", "ways", "rule"), SIGNED_IN)
def test_two_of_their_factors_let_somebody_in_and_a_wrong_one_does_not(walks, gate, population, ways, rule):
    walk = walks(population).has_account(*ways)
    walk.names_themself()
    walk.fails(next(one for one in ways if one != PASSKEY))
    walk.seen(f"sign-in-wrong-{ways[0]}")
    walk.proves(*ways)
    walk.page.wait_for_url("**/account")
    walk.seen(f"account-{ways[1]}")
    assert gate.rows("SELECT rule FROM session WHERE client_id = %s", walk.id) == [(rule,)]


@pytest.mark.clause("R57.10")
def test_a_password_and_a_code_are_not_enough_for_a_participant(walks, gate):
    walk = walks(PARTICIPANT).has_account(PASSKEY, SIGNATURE)
    walk.names_themself()
    walk.proves(KNOWN)
    walk.seen("sign-in-second")
    offered = {one.get_attribute("href").partition("by=")[2] for one in walk.page.locator("a[href*='by=']").all()}
    assert not offered & {CODE, PASSKEY}
    assert walk.page.locator("form[action$=signature], form[action$=biometrics]").count() == 1
    assert gate.rows("SELECT count(*) FROM session WHERE client_id = %s", walk.id) == [(0,)]


@pytest.mark.clause("R57.10")
def test_what_goes_wrong_at_the_signing_agent_is_said(walks, market):
    walk = walks(PARTICIPANT).has_account(SIGNATURE)
    walk.names_themself()
    walk.proves(KNOWN)
    market.hold(walk.number, Mood.CANCELS)
    walk.page.click("[data-sign-start]")
    walk.page.wait_for_selector("[data-sign-said].is-wrong")
    walk.seen("signature-cancelled")
    market.hold(walk.number)
    walk.presses("[data-sign-start]")
    walk.page.wait_for_url("**/account")


@pytest.mark.clause("R48.161.1")
@pytest.mark.parametrize("population", Population)
def test_nobody_learns_whether_somebody_is_known(walks, gate, population):
    walk = walks(population)
    said = []
    for identifier in (walk.has_account().person.identifier, "nobody" if population is EMPLOYEE else "850101300126"):
        walk.person.identifier = identifier
        walk.names_themself()
        walk.fails(KNOWN)
        said.append(walk.page.inner_text("main"))
    assert said[0] == said[1]


@pytest.mark.clause("R57.11", "R48.160.9")
@pytest.mark.parametrize(("population", "ways"), RECOVERED)
def test_a_forgotten_password_is_replaced_by_what_is_left(walks, gate, population, ways):
    walk = walks(population).has_account(SECOND[population])
    walk.names_themself("/recover")
    assert walk.page.locator(f"[name=password], a[href$='by={KNOWN}']").count() == 0
    walk.fails(ways[-1])
    walk.proves(*ways)
    walk.seen("recovery")
    walk.page.fill("[name=password]", NEW)
    walk.page.fill("[name=repeated]", "something else entirely")
    walk.ends()
    walk.refused()
    walk.page.fill("[name=password]", NEW)
    walk.page.fill("[name=repeated]", NEW)
    walk.finishes("recovery")
    walk.seen("recovered")
    assert "password-recovered" in walk.told()
    rows = gate.rows("SELECT rule FROM gate_journal WHERE event = 'password.recovered' AND client = %s", walk.id)
    assert rows[0][0] == {PARTICIPANT: "R57.11", EMPLOYEE: "R57.8"}.get(population, "D26.two-factor")
