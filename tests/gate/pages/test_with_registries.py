"""People at a real browser, with the sandbox's registries and a signing agent: nobody is registered by a name alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.eds.agent.answering import Agent, Mood
from qorgan.eds.agent.server import AgentServer
from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.gate.providers.sandbox.running import answering, authority, write_settings
from qorgan.gate.providers.sandbox.services import Services
from qorgan.kit.clock import now
from qorgan.law.factors import Population
from tests.fixtures_portal import one_time_code
from tests.gate.ceremonies.people import PASSWORD, act
from tests.gate.pages.conftest import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

LANGUAGE = "qorgan-gate-language"


@dataclass
class Market:
    """The registries, the certification authority, and an agent in NCALayer's place."""

    services: Services
    registry: Any
    agent: AgentServer
    folder: Path

    def hold(self, number: int, mood: Mood = Mood.SIGNS) -> None:
        """Put an invented person's key into the agent."""
        holder = self.registry.sandbox.person(invented_iin(number))
        self.agent.agent = Agent(holder=holder, clock=now, mood=mood)

    def last_code(self) -> str:
        """The digits of the last message."""
        text = list(self.services.messages.received.values())[-1][0].text
        return re.search(r"\d{6}", text)[0]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    services = Services(now)
    with authority("127.0.0.1", 0) as registry, answering(services) as base:
        folder = tmp_path / "sandbox"
        write_settings(folder, base, services, registry)
        first = Agent(holder=registry.sandbox.person(invented_iin(1)), clock=now)
        with AgentServer(first, 0, None) as agent:
            yield Market(services, registry, agent, folder)


@pytest.fixture
def more_settings(market: Market) -> str:
    tables = (market.folder / "providers.toml").read_text(encoding="utf-8")
    return f'{tables}\n[pages]\nagent = "{market.agent.address}"\ntest_authority = true\n'


def apply(page: Page, number: int, population: str = "bank-client") -> None:
    """Say who one is."""
    page.goto(f"/register?for={population}")
    page.fill("[name=iin]", invented_iin(number))
    page.fill("[name=name]", "Test Testuly")
    page.fill("[name=phone]", invented_phone(number))
    page.click("main form button")
    page.wait_for_url("**/step")


def choose(page: Page, way: str) -> None:
    """Take one of the ways, unless the page shows it already."""
    link = page.locator(f"a[href$='by={way}']")
    if link.count():
        link.click()


def show_face(page: Page, face: str = "same") -> None:
    """Go to the provider's page, do what it asks there, and come back."""
    page.locator("form[action$=biometrics] button").first.click()
    page.wait_for_selector("[data-command]")
    while page.locator("[data-command]").count():
        command = page.get_attribute("[data-command]", "data-command")
        page.check(f"[name=face][value={face}]")
        page.click(f"button[value={command}]")
        page.wait_for_selector("[data-command], #back")
    page.click("#back")


def choose_first(page: Page) -> str:
    """A password and an app of codes, as somebody new chooses them. Gives the app's secret."""
    page.wait_for_selector("[name=repeated]")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=repeated]", PASSWORD)
    page.click("form[action$='enrol/password'] button")
    page.click("form[action$='enrolment/one-time-code'] button")
    secret = page.input_value("[name=secret]")
    page.fill("[name=code]", one_time_code(secret))
    page.click("form[action$='enrol/one-time-code'] button")
    page.wait_for_selector("form[action$='enrolment/one-time-code']", state="detached")
    return secret


@pytest.mark.clause("D26.remote-registration")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_client_registers_by_face_and_phone(gate, web, page, market, barriers, picture, language):
    page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": web.address}])
    page.set_viewport_size(PHONE)
    apply(page, 1)
    found = barriers(page)
    picture(page, f"{language}-registering")
    choose(page, "biometrics")
    show_face(page)
    page.wait_for_selector(".g-proven")
    choose(page, "phone")
    page.click("form[action$='step/phone'] button")
    page.wait_for_selector("[name=code]")
    found += barriers(page)
    picture(page, f"{language}-phone")
    page.fill("[name=code]", market.last_code())
    page.click("form[action$='phone/code'] button")
    picture(page, f"{language}-first-password")
    choose_first(page)
    found += barriers(page)
    picture(page, f"{language}-registration-end")
    page.locator("form[action$='step/finish'] button").click()
    page.wait_for_url("**/done/registration")
    found += barriers(page)
    picture(page, f"{language}-registered")
    assert found == []
    assert gate.rows("SELECT population, state FROM client") == [("bank-client", "active")]
    rules = gate.rows("SELECT DISTINCT event, rule FROM gate_journal WHERE event IN ('registration', 'factor.added')")
    assert sorted(rules) == [("factor.added", "D26.remote-registration"), ("registration", "D26.remote-registration")]


@pytest.mark.clause("D26.remote-registration")
def test_another_face_registers_nobody(gate, page, market):
    apply(page, 1)
    choose(page, "biometrics")
    show_face(page, face="another")
    assert page.locator("[role=alert]").count() == 1
    assert gate.rows("SELECT state FROM client") == [("registering",)]


@pytest.mark.clause("R57.9", "R57.10", "R57.3.1")
def test_a_participant_registers_and_signs_in_by_signature(gate, page, market, barriers, picture):
    market.hold(2)
    apply(page, 2, "participant")
    choose(page, "signature")
    picture(page, "en-signature")
    assert barriers(page) == []
    page.click("[data-sign-start]")
    secret = choose_first(page)
    page.locator("form[action$='step/finish'] button").click()
    page.wait_for_url("**/done/registration")
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    page.goto("/sign-in?for=participant")
    page.fill("[name=identifier]", invented_iin(2))
    page.locator("main form[action='/sign-in'] button").click()
    choose(page, "password")
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_selector("[data-sign-start]")
    # Of the ways that are left, a code would be a second factor, and not the one that the rule names.
    assert page.locator("[name=code]").count() == 0
    page.click("[data-sign-start]")
    page.wait_for_url("**/account")
    assert secret
    assert gate.rows("SELECT population, rule FROM session") == [("participant", "R57.10")]


@pytest.mark.clause("R57.10")
def test_what_goes_wrong_at_the_agent_is_said(gate, page, market):
    market.hold(3, Mood.CANCELS)
    apply(page, 3, "participant")
    choose(page, "signature")
    page.click("[data-sign-start]")
    page.wait_for_selector("[data-sign-said].is-wrong")
    assert "cancelled" in page.inner_text("[data-sign-said]")
    market.hold(4)
    page.click("[data-sign-start]")
    page.wait_for_selector("[role=alert]")
    assert gate.rows("SELECT state FROM client") == [("registering",)]


@pytest.mark.clause("R57.11", "R48.160.9")
def test_a_participant_recovers_a_password_by_face_alone(gate, page, market):
    from tests.gate.ceremonies.people import Somebody

    person = gate.apart(lambda: _participant(5))
    assert isinstance(person, Somebody)
    page.goto("/recover?for=participant")
    page.fill("[name=identifier]", person.identifier)
    page.locator("main form[action='/recover'] button").click()
    choose(page, "biometrics")
    assert page.locator("[name=password]").count() == 0
    show_face(page)
    page.wait_for_selector("[name=repeated]")
    page.fill("[name=password]", "amber window 9 sparrows")
    page.fill("[name=repeated]", "amber window 9 sparrows")
    page.click("form[action$='step/finish'] button")
    page.wait_for_url("**/done/recovery")
    assert gate.rows("SELECT kind FROM notice WHERE client_id = %s", person.id) == [("password-recovered",)]


@pytest.mark.clause("R48.160.9", "D26.identity")
def test_a_number_is_changed_to_ones_own_alone_and_both_are_told(gate, page, market, enter):
    person = gate.apart(lambda: _participant(6, Population.BANK_CLIENT))
    market.services.numbers.owners["+77770001122"] = person.identifier
    enter(page, person)
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    page.locator("form:has([value=phone-change]) button").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.fill("[name=code]", person.code(now()))
    page.click("main form[action*=code] button")
    page.fill("[name=phone]", invented_phone(7))
    page.click("form[action$='step/phone'] button")
    page.fill("[name=code]", "123456")
    page.click("form[action$='phone/code'] button")
    assert page.locator("[role=alert]").count() == 1
    page.goto("/step")
    page.fill("[name=phone]", "+7 777 000 11 22")
    page.click("form[action$='step/phone'] button")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", market.last_code())
    page.click("form[action$='phone/code'] button")
    page.locator("form[action$='step/finish'] button").click()
    page.wait_for_url("**/done/phone-change")
    told = gate.rows("SELECT to_old FROM notice WHERE kind = 'phone-changed' ORDER BY to_old")
    assert told == [(False,), (True,)]


def _participant(number: int, population: Population = Population.PARTICIPANT) -> Any:
    """Somebody with a password and an app of codes, known to the sandbox."""
    from qorgan.gate.clients import actions
    from tests.gate.ceremonies import people

    made = actions.register(population, iin=invented_iin(number), name="Test", phone=invented_phone(number), act=act())
    made = actions.activate(made.pk, act=act(rule="R57.9", edition="a test"))
    return people.Somebody(made.pk, invented_iin(number), people._enrol(made.pk), population)
