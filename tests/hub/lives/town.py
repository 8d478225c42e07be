"""People of a town, each at a browser of their own, who read pages by their words and press what the words say.

Every word is taken from the catalogues and from the lists of the law in the language of the person, and no page may
show a sentence that the catalogue knows in English.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from babel.messages.pofile import read_po
from playwright.sync_api import expect

from tests.fixtures_portal import sign_in_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CATALOGUES: Final = Path(__file__).resolve().parents[3] / "qorgan/hub/portal/locale"
ROLES: Final = {
    "maker": "responsible-employee",
    "deputy": "responsible-employee",
    "head": "head-of-security",
    "analyst": "centre-analyst",
    "chief": "centre-head",
}
EXPECTED: Final = re.compile(r"status of 4(04|09|22)")
"""What Chromium says of answers that refuse, which these tests ask for."""
PICTURES: Final = Path(os.environ.get("QORGAN_PICTURES", "/nonexistent"))
"""Where pictures are kept to be looked at; nowhere unless somebody asks."""

_TEXTS: Final = """() => {
  const found = new Set();
  const own = document.documentElement.lang;
  const isOwn = at => { const said = at.closest("[lang]"); return !said || said.lang === own; };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest("script, style, textarea, pre, code") && isOwn(at)) found.add(walk.currentNode.data);
  }
  for (const at of document.querySelectorAll("[title], [placeholder], [aria-label], [data-unsaved], [data-failed]"))
    if (isOwn(at)) for (const name of ["title", "placeholder", "aria-label", "data-unsaved", "data-failed"])
      found.add(at.getAttribute(name) || "");
  return [...found, document.title].map(text => text.replace(/\\s+/g, " ").trim()).filter(text => text);
}"""
_ENGLISH: Final = re.compile(r"\b(?:[Tt]he|of|[Ii]s|are|was|[Nn]ot|and|has|with|from|[Tt]his|that|[Yy]our)\b")
"""Words without which English says little, and which neither our Kazakh nor our Russian says."""


@cache
def sentences(language: str) -> dict[str, str]:
    """Every English sentence of the catalogue that is another one in a language."""
    with (CATALOGUES / language / "LC_MESSAGES/django.po").open("rb") as file:
        whole = read_po(file)
    found = {}
    for message in whole:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        found.update({one: said[0] for one in ids if one and one not in said})
    return found


def untranslated(texts: list[str], language: str) -> list[str]:
    """The texts that are English, said by the catalogue or by words that only English has."""
    known = sentences(language)
    return [text for text in texts if text in known or _ENGLISH.search(text)]


@dataclass
class Town:
    """Organisations by short names, and whoever works there, at their browsers."""

    hub: Any
    address: str
    browser: Browser
    enlist: Callable[..., Any]
    folder: Path
    organisations: dict[str, UUID] = field(default_factory=dict)
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def seat(self, who: str, language: str) -> Seat:
        """`alpha-maker`, `gamma-head`, `alpha-deputy` who writes and stands in for a head; a second one by a 2."""
        if (who, language) not in self.seats:
            place, _dash, role = who.rstrip("2").partition("-")
            person = self.enlist(ROLES[role], organisation=self.organisations[place], language=language)
            if role == "deputy":
                self._stand_in(person, self.organisations[place])
            self.seats[who, language] = self._seated(who, language, person)
        return self.seats[who, language]

    def _stand_in(self, deputy: Any, organisation: UUID) -> None:
        away = self.enlist(ROLES["head"], organisation=organisation)
        self.hub.rows(
            "INSERT INTO absence (id, organisation_id, absent_id, deputy_id, starts_at, ends_at, reason, made_by_id, "
            "made_at) VALUES (gen_random_uuid(), %s, %s, %s, now() - interval '1 day', now() + interval '9 days', '', "
            "%s, now()) RETURNING id",
            *(organisation, away.id, deputy.id, away.id),
        )

    def _seated(self, who: str, language: str, person: Any) -> Seat:
        locale = {"kk": "kk-KZ", "ru": "ru-RU"}[language]
        context = self.browser.new_context(
            base_url=self.address, locale=locale, timezone_id="Asia/Almaty", viewport={"width": 1280, "height": 820}
        )
        context.set_default_timeout(30_000)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        sign_in_on(page, person)
        return Seat(self, who, language, page)

    def _hear(self, said: Any) -> None:
        if said.type == "error" and not EXPECTED.search(said.text):
            self.complaints.append(f"{said.location} {said.text}")


@dataclass
class Seat:
    """Somebody at their browser."""

    town: Town
    who: str
    language: str
    page: Page
    visited: set[str] = field(default_factory=set)
    """Pages that were read here, to be read once more in the other language."""

    def say(self, sentence: str, context: str = "", **named: object) -> str:
        """A sentence of the catalogue in their language."""
        from django.utils.translation import gettext, override, pgettext  # noqa: PLC0415 (Django is set up only now)

        with override(self.language):
            said = pgettext(context, sentence) if context else gettext(sentence)
        assert said != sentence, f"{sentence!r} is not translated"
        return said % named if named else said

    def label(self, one: Any) -> str:
        """A word of the law in their language."""
        label: str = one.label(self.language)
        return label

    def go(self, path: str, status: int = 200) -> None:
        """Open a page, and read it."""
        answer = self.page.goto(path)
        assert answer
        assert answer.status == status, f"{self.who}: {path} answered {answer.status}"
        self.look()

    def look(self) -> None:
        """Read the page: nothing on it is English."""
        self.visited.add(self.page.url.partition("#")[0])
        found = untranslated(self.page.evaluate(_TEXTS), self.language)
        assert not found, f"{self.who} reads English at {self.page.url}: {found}"

    def read_again(self, language: str) -> None:
        """Read every page that was read here and is still there in another language: nothing on it is English."""
        own, visited, self.visited = self.language, sorted(self.visited), set()
        self._speak(language)
        for address in visited:
            # What only takes what is posted was an answer there, and is no page.
            if self.page.request.get(address).ok:
                self.page.goto(address)
                self.look()
        self._speak(own)
        self.visited = set()

    def _speak(self, language: str) -> None:
        status, _said = self.force("/language/", language=language, next="/account/")
        assert status == HTTPStatus.OK
        self.language = language

    def button(self, sentence: str, within: Locator | None = None, **named: object) -> Locator:
        """A button or a link by its words."""
        said, place = self.say(sentence, **named), within or self.page.locator("main")
        return place.get_by_role("button", name=said, exact=True).or_(place.get_by_role("link", name=said, exact=True))

    def press(self, sentence: str, within: Locator | None = None, **named: object) -> None:
        """Press a button or a link, wait for the page it leads to, and read that."""
        with self.page.expect_navigation():
            self.button(sentence, within, **named).first.click()
        self.look()

    def unfold(self, sentence: str, within: Locator | None = None) -> Locator:
        """Unfold what a verb asks besides, by its words; gives its form."""
        place = within or self.page.locator("main")
        asks = place.locator("details.d-asks").filter(has_text=self.say(sentence)).first
        if asks.get_attribute("open") is None:
            asks.locator("summary").click()
        return asks

    def sees(self, text: str) -> None:
        """Read a text on the page."""
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def reads(self, sentence: str, **named: object) -> None:
        """Read a sentence of the catalogue on the page."""
        self.sees(self.say(sentence, **named))

    def misses(self, text: str) -> None:
        """Read nothing of a text on the page."""
        expect(self.page.locator("main").get_by_text(text)).to_have_count(0)

    def write(self, **typed: Any) -> None:
        """Fill fields in, by the names of their inputs, where `__` stands for a dot; fold open what hides them."""
        for name, value in typed.items():
            self._enter(self.page.locator(f"main [name='{name.replace('__', '.')}']"), value)

    def _enter(self, field_: Locator, value: Any) -> None:
        first = field_.first
        first.wait_for(state="attached")
        first.evaluate("at => { for (let up = at.closest('details'); up; up = up.parentElement.closest('details')) "
                       "up.open = true; }")  # fmt: skip
        kind = first.evaluate("at => at.tagName === 'INPUT' ? at.type : at.tagName")
        if kind == "SELECT":
            first.select_option(value)
        elif kind in {"radio", "checkbox"}:
            chosen = field_.and_(self.page.locator(f"[value='{value}']"))
            chosen.evaluate("at => at.click()")
        else:
            first.fill(value)

    def add(self, name: str) -> None:
        """Ask for one more row of a list, and wait for it."""
        rows = self.page.locator(f"#w-{name} .d-row")
        before = rows.count()
        self.page.locator(f"button[value='add:{name}']").click()
        expect(rows).to_have_count(before + 1)

    def changes(self, within: str = "main") -> str:
        """What the differences shown on the page have added, without its spaces."""
        return "".join("".join(self.page.locator(f"{within} ins").all_inner_texts()).split())

    def saved(self) -> None:
        """Wait until the form has saved itself."""
        expect(self.page.locator(".d-saved")).to_contain_text(self.say("Saved"))
        self.look()

    def force(self, path: str, **said: str) -> tuple[int, str]:
        """Post what no button of theirs offers, as somebody would who knows the address."""
        token = self.page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
        answer = self.page.request.post(path, form=said, headers={"X-CSRFToken": token, "Referer": self.town.address})
        return answer.status, answer.text()

    def picture(self, name: str) -> None:
        """Keep the page as it looks, light and dark, wide and narrow, if somebody asked for pictures."""
        if not PICTURES.is_dir():
            return
        for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")):
            self.page.set_viewport_size({"width": width, "height": 820})
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.screenshot(
                path=PICTURES / f"{name}-{self.language}-{width}-{scheme}.png", full_page=True, animations="disabled"
            )
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                (PICTURES / f"WIDE-{name}-{self.language}-{width}").write_text(str(wide))
        self.page.set_viewport_size({"width": 1280, "height": 820})
        self.page.emulate_media(color_scheme="light")
