"""The registries, the certification authority and a signing agent that a browser's tests lean on, and how one walks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qorgan.eds.agent.answering import Agent, Mood
from qorgan.eds.agent.server import AgentServer
from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.gate.providers.sandbox.running import answering, authority, write_settings
from qorgan.gate.providers.sandbox.services import Services
from qorgan.kit.clock import now
from tests.fixtures_portal import one_time_code
from tests.gate.ceremonies.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

LANGUAGE = "qorgan-gate-language"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""What Chromium's devtools make a virtual authenticator of."""


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

    def owns(self, phone: str, identifier: str) -> None:
        """Write a number down as somebody's."""
        self.services.numbers.owners[phone] = identifier

    def last_code(self) -> str:
        """The digits of the last message."""
        text = list(self.services.messages.received.values())[-1][0].text
        return re.search(r"\d{6}", text)[0]

    @property
    def settings(self) -> str:
        """The tables by which a gate asks them."""
        tables = (self.folder / "providers.toml").read_text(encoding="utf-8")
        return f'{tables}\n[pages]\nagent = "{self.agent.address}"\ntest_authority = true\n'


@contextmanager
def open_market(folder: Path) -> Iterator[Market]:
    """All of them answering, with their settings in a folder."""
    services = Services(now)
    with authority("127.0.0.1", 0) as registry, answering(services) as base:
        write_settings(folder, base, services, registry)
        first = Agent(holder=registry.sandbox.person(invented_iin(1)), clock=now)
        with AgentServer(first, 0, None) as agent:
            yield Market(services, registry, agent, folder)


def apply(page: Page, number: int, population: str = "bank-client", at: str = "") -> None:
    """Say who one is."""
    page.goto(f"{at}/register?for={population}")
    page.fill("[name=iin]", invented_iin(number))
    page.fill("[name=name]", "Test Testuly")
    page.fill("[name=phone]", invented_phone(number))
    page.click("main form button")
    page.wait_for_url("**/step")


def choose(page: Page, way: str) -> None:
    """Take one of the ways, unless the page shows it already."""
    link = page.locator(f"a[href$='by={way}']")
    if link.count():
        with page.expect_navigation():
            link.click()


def show_face(page: Page, face: str = "same", source: str = "state") -> None:
    """Go to the provider's page, do what it asks there, and come back. Whose face is nobody's gives up."""
    with page.expect_navigation():
        page.click(f"form[action$=biometrics] button[value={source}]")
    # The page leads there by itself, in a moment.
    onward = page.locator("main a[rel=noreferrer], [data-command]").first.get_attribute("href")
    if onward:
        page.goto(onward)
    page.wait_for_selector("[data-command]")
    while page.locator("[data-command]").count():
        command = "cancel" if face == "nobody" else page.get_attribute("[data-command]", "data-command")
        if face != "nobody":
            page.check(f"[name=face][value={face}]")
        with page.expect_navigation():
            page.click(f"button[value={command}]")
    with page.expect_navigation():
        page.click("#back")


def choose_password(page: Page, password: str = PASSWORD) -> None:
    """The password that somebody new begins with."""
    page.wait_for_selector("[name=repeated]")
    page.fill("[name=password]", password)
    page.fill("[name=repeated]", password)
    with page.expect_navigation():
        page.click("form[action$='enrol/password'] button")


def choose_first(page: Page) -> str:
    """A password and an app of codes, as somebody new chooses them. Gives the app's secret."""
    choose_password(page)
    page.click("form[action$='enrolment/one-time-code'] button")
    secret = page.input_value("[name=secret]")
    page.fill("[name=code]", one_time_code(secret))
    page.click("form[action$='enrol/one-time-code'] button")
    page.wait_for_selector("form[action$='enrolment/one-time-code']", state="detached")
    return secret
