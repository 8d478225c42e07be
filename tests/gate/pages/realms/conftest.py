"""One gate, one portal and one browser for a whole module: each test brings a person and a profile of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.law.factors import Population
from tests.fixtures_portal import FLAGS, Web
from tests.gate.conftest import Gate, Template, serving, standing
from tests.gate.pages.conftest import PHONE, barriers, picture
from tests.gate.pages.market import LANGUAGE, Market, open_market
from tests.gate.pages.realms.walking import Authenticator, Walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from qorgan.kit.postgres import Running

__all__ = ["barriers", "picture"]

SPOKEN = {
    Population.BANK_CLIENT: "kk",
    Population.INSURANCE_OR_MFO_CLIENT: "ru",
    Population.PARTICIPANT: "en",
    Population.EMPLOYEE: "ru",
}
"""Each realm is walked in one language, and together they are walked in all."""
LOOKED_AT = os.environ.get("QORGAN_SHOTS_LANGUAGE", "")
"""One language for every realm instead, for whoever looks at the pictures."""
_NUMBERS = count(20)


@pytest.fixture(scope="module")
def gate(template: Template, cluster: Running) -> Iterator[Gate]:
    """One for the module; whoever comes in a test is new to it."""
    with standing(template, cluster) as made:
        yield made


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The registries."""
    with open_market(tmp_path_factory.mktemp("market")) as opened:
        yield opened


@pytest.fixture(scope="module")
def web(gate: Gate, market: Market, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The portal, which asks the registries."""
    with serving(gate, tmp_path_factory.mktemp("portal"), market.settings) as running:
        yield running


@pytest.fixture(scope="module")
def browser(web: Web) -> Iterator[Browser]:
    """Debian's Chromium."""
    del web
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(**chromium(), args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visits:
    """Profiles of the browser, one for each who comes. What opens a window is dear: they are emptied and used again."""

    browser: Browser
    web: Web
    idle: list[Page] = field(default_factory=list)
    busy: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visit(self, population: Population, web: Web) -> Page:
        """A page of an empty profile that speaks the realm's language."""
        page = self.idle.pop() if self.idle else self._opened()
        self.busy.append(page)
        spoken = LOOKED_AT or SPOKEN[population]
        page.context.add_cookies([{"name": LANGUAGE, "value": spoken, "url": web.address}])
        page.set_viewport_size(PHONE)
        return page

    def leave(self) -> None:
        """Empty the profiles. Whatever they complained of fails the test."""
        while self.busy:
            page = self.busy.pop()
            devtools = page.context.new_cdp_session(page)
            where = {"storageKey": f"{self.web.address}/", "storageTypes": "all"}
            devtools.send("Storage.clearDataForStorageKey", where)
            devtools.detach()
            page.context.clear_cookies()
            self.idle.append(page)
        said, self.complaints[:] = list(self.complaints), []
        assert not said, said

    def _opened(self) -> Page:
        context = self.browser.new_context(viewport=PHONE)
        context.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context.new_page()


@pytest.fixture(scope="module")
def profiles(browser: Browser, web: Web) -> Visits:
    """Of the module's browser."""
    return Visits(browser, web)


@pytest.fixture
def visits(profiles: Visits) -> Iterator[Visits]:
    """Emptied at the test's end."""
    yield profiles
    profiles.leave()


@pytest.fixture
def walks(
    gate: Gate, market: Market, web: Web, visits: Visits, barriers: Any, picture: Any
) -> Iterator[Callable[..., Walk]]:
    """Somebody new of a realm at a browser of their own: a number that nobody else has, and no account."""
    authenticators: list[Authenticator] = []
    gate.tamper("DELETE FROM attempts")

    def walk(population: Population, *, at: Web | None = None) -> Walk:
        portal = at or web
        authenticator = Authenticator(page := visits.visit(population, portal))
        authenticators.append(authenticator)
        number = next(_NUMBERS)
        return Walk(page, portal, gate, market, population, number, authenticator, barriers, picture)

    yield walk
    for one in authenticators:
        one.leave()
