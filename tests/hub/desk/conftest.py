"""A market with people who sign in: an institution, one served by a security operations centre, the sectoral centre."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from playwright.sync_api import expect, sync_playwright

from qorgan.bench.chromium import chromium
from tests.fixtures_portal import one_time_code

if TYPE_CHECKING:
    from django.test import Client

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ALMATY = "2026-11-20T10:15"

FIRST_NOTICE = {
    "category": "unauthorised-access",
    "found_at": ALMATY,
    "description": "Foreign sign-in to the mail gateway\nAn account of the gateway was used from abroad.",
    "status": "ongoing",
    "outcome": "accomplished",
    "severity": "high",
    "tlp": "TLP:AMBER",
    "contacts.0.name": "Duty officer",
    "contacts.0.phone": "+7 727 000 00 00",
}
"""Enough for a first notice."""


@dataclass
class Desk:
    """Institutions by short names, and whoever works there, signed in on demand."""

    hub: Any
    enlist: Callable[..., Any]
    signed_in: Callable[[Any], Client]
    organisations: dict[str, UUID]
    people: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    """How many one-time codes each has used."""

    def person(self, name: str, language: str = "en") -> Any:
        """`alpha-maker`, `alpha-head`, `centre-analyst`, `centre-head`, `auditor`, and a second one by a trailing 2."""
        if name not in self.people:
            place, _dash, role = name.rstrip("2").partition("-")
            roles = {"maker": "responsible-employee", "head": "head-of-security", "analyst": "centre-analyst"}
            code = "centre-head" if name == "centre-head" else roles.get(role, "auditor")
            self.people[name] = self.enlist(code, organisation=self.organisations[place], language=language)
        return self.people[name]

    def client(self, name: str) -> Client:
        if name not in self.clients:
            self.used[name] = 1
            self.clients[name] = self.signed_in(self.person(name))
        return self.clients[name]

    def code(self, name: str) -> str:
        """A one-time code that was not used yet: who signs in a second time gives the next one."""
        self.used[name] = self.used.get(name, 0) + 1
        return one_time_code(self.person(name).secret, steps=self.used[name] - 1)

    def begin(self, kind: str = "incident-card", who: str = "alpha-maker", **said: str) -> str:
        """Begin a document through its page; gives its address."""
        client = self.client(who)
        author = str(self.organisations[who.partition("-")[0]])
        answer = client.post(f"/desk/new/{kind}/", {"author": author} | said)
        assert answer.status_code == 302, answer.content.decode()
        return answer.headers["location"].removesuffix("edit/")

    def form(self, address: str, who: str = "alpha-maker") -> dict[str, Any]:
        """What a browser would post from the form as it stands."""
        page = self.client(who).get(address + "edit/").content.decode()
        return posted(page)

    def write(self, address: str, who: str = "alpha-maker", **typed: Any) -> Any:
        """Type into the form and save it."""
        whole = self.form(address, who) | {name.replace("__", "."): value for name, value in typed.items()}
        return self.client(who).post(address + "edit/", whole)

    def fill(self, address: str, who: str = "alpha-maker") -> None:
        """Fill a card in as far as a first notice asks."""
        answer = self.client(who).post(address + "edit/", self.form(address, who) | FIRST_NOTICE)
        assert answer.status_code == 302, answer.content.decode()

    def press(self, who: str, address: str, **more: str) -> Any:
        """Press a button of a document's page, as it stands."""
        page = self.client(who).get(address.partition("act/")[0]).content.decode()
        return self.client(who).post(address, hidden(page, address) | more)

    def send(self, address: str, who: str = "alpha", head: str = "") -> None:
        """Propose, agree and send what is written."""
        for person, verb in ((f"{who}-maker", "propose"), (head or f"{who}-head", "agree"), (f"{who}-maker", "submit")):
            answer = self.client(person).post(f"{address}act/{verb}/")
            assert answer.status_code == 302, answer.content.decode()

    def sent(self, who: str = "alpha") -> str:
        """A card that was filled in, agreed and sent."""
        address = self.begin(who=f"{who}-maker")
        self.fill(address, f"{who}-maker")
        self.send(address, who)
        return address


def posted(page: str) -> dict[str, Any]:
    """Every input of the form of a page by its name, as a browser would send it without scripts."""
    form = re.search(r'<form method="post" id="d-form".*?</form>', page, re.DOTALL)
    assert form, page
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        ticked = given.get("type") not in {"radio", "checkbox"} or tag.rstrip(">").endswith("checked")
        if ticked and "name" in given:
            found.setdefault(given["name"], []).append(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        found[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden inputs of the form that leads to an address."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form, f"no form leads to {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


SAVED = {"kk": "Сақталды", "ru": "Сохранено", "en": "Saved"}
"""How a form says that it has saved itself."""


def saved(page: Any, language: str = "en") -> None:
    """Wait until the form says by itself that it is saved: it says that it is not as soon as somebody types."""
    page.wait_for_timeout(50)
    expect(page.locator(".d-saved")).to_contain_text(SAVED[language])


@pytest.fixture
def desk(django_hub: Any, enlist: Any, signed_in: Any) -> Desk:
    """Alpha, Beta that a security operations centre serves, Gamma the insurer, and the sectoral centre."""
    soc = django_hub.add_organisation(3, kind="soc")
    return Desk(
        django_hub,
        enlist,
        signed_in,
        {
            "centre": django_hub.add_organisation(1, kind="authority"),
            "alpha": django_hub.add_organisation(2),
            "soc": soc,
            "beta": django_hub.add_organisation(4, served_by=soc),
            "gamma": django_hub.add_organisation(5, kind="insurer"),
        },
    )


@pytest.fixture
def at_desk(desk: Desk, web: Any) -> Any:
    """Somebody's own browser, signed in and in their language: `at_desk("alpha-maker", "kk")`.

    The browser starts with the first of them: from then on Django's own client refuses to work in this thread.
    """
    complaints: list[str] = []
    with ExitStack() as stack:
        browsers: list[Any] = []

        def sit(name: str, language: str = "en", **options: Any) -> Any:
            if not browsers:
                playwright = stack.enter_context(sync_playwright())
                browsers.append(playwright.chromium.launch(**chromium(), args=FLAGS))
            person = desk.person(name, language)
            locale = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}[language]
            usual = {"base_url": web.address, "locale": locale, "viewport": {"width": 1366, "height": 820}}
            context = browsers[0].new_context(**(usual | options))
            context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            page = context.new_page()
            page.goto("/sign-in/")
            page.fill("[name=login]", person.email)
            page.fill("[name=password]", person.password)
            page.click("form[action='/sign-in/'] button")
            page.fill("[name=code]", desk.code(name))
            page.click("form[action='/sign-in/code/'] button")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            page.complaints = complaints
            return page

        yield sit
        for browser in browsers:
            browser.close()
    assert not complaints, "\n".join(complaints)
