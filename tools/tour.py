"""The guided tour of docs/tour.md, done in a browser: one incident from a signal to a closed card, by three people.

Each step presses what the page of the tour names, by the words on the button; a button that does not exist stops it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.demo.sign_in import SignIn
from qorgan.law.calendar import zone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

EMPLOYEE: Final = "employee@sample-bank.example"
CHIEF: Final = "chief@sample-bank.example"
ANALYST: Final = "analyst@asoi.example"

_FLAGS: Final = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
_SIZE: Final[ViewportSize] = {"width": 1280, "height": 800}
_PATIENCE: Final = 60_000
_SIGNALS_WITHIN: Final = 120.0
_RECEIPT_WITHIN: Final = 30.0
_WORDS: Final = """() => [
        ...document.querySelectorAll('a, button, h1, h2, h3, label, summary, option, dt, .q-mark, .q-segments span')
    ].flatMap(one => [one.innerText, one.getAttribute('aria-label')]).filter(Boolean)"""


@dataclass
class Walk:
    """One walk through the tour."""

    browser: Browser
    address: str
    sign_in: SignIn
    picture: Callable[[str, Page], None]
    """Called with the name of a picture wherever the tour shows one."""
    seen: set[str] = field(default_factory=set)
    """Every word of a heading, link, button or label that stood on the way."""
    taken: dict[str, bytes] = field(default_factory=dict)
    """What was taken away of the card at the end: a receipt, and the exact bytes that it is for."""
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, email: str) -> Page:
        """Somebody's own browser; they sign in the first time, and choose English."""
        if email not in self.pages:
            context = self.browser.new_context(base_url=self.address, viewport=_SIZE, color_scheme="light")
            page = context.new_page()
            page.set_default_timeout(_PATIENCE)
            page.goto("/sign-in/")
            page.fill("[name=login]", email)
            page.fill("[name=password]", self.sign_in.password)
            page.click("form[action='/sign-in/'] button")
            page.fill("[name=code]", self.sign_in.code(time.time()))
            page.click("form[action='/sign-in/code/'] button")
            page.wait_for_url(lambda url: "/sign-in/" not in url)
            page.click("button[name=language][value=en]")
            page.wait_for_selector("html[lang=en]")
            self.pages[email] = page
        self.look(self.pages[email])
        return self.pages[email]

    def look(self, page: Page) -> None:
        """Remember what stands on the page."""
        self.seen |= {" ".join(str(words).split()) for words in page.evaluate(_WORDS)}

    def press(self, page: Page, words: str, *, within: str = "main") -> None:
        """Press the link or button of these words, and wait until the next page stands."""
        self.look(page)
        place = page.locator(within)
        named: Any = place.get_by_role("button", name=words, exact=True)
        found = named.or_(place.get_by_role("link", name=words, exact=True)).first
        found.click()
        page.wait_for_load_state()
        self.look(page)

    def go(self, page: Page, place: str) -> None:
        """Go somewhere by the menu."""
        page.locator(".q-places").get_by_role("link", name=place).click()
        page.wait_for_load_state()
        self.look(page)

    def saved(self, page: Page) -> None:
        """Wait until the form has saved itself."""
        page.wait_for_timeout(900)
        page.wait_for_function("() => document.querySelector('.d-saved').innerText.startsWith('Saved')")
        self.look(page)


@contextmanager
def walk(address: str, sign_in: SignIn, picture: Callable[[str, Page], None]) -> Iterator[Walk]:
    """A browser for the tour of a running demonstration."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium(), args=_FLAGS)
        yield Walk(browser, address, sign_in, picture)
        browser.close()


def tour(one: Walk) -> str:
    """Walk from the first step to the last; gives the number of the card."""
    number = _from_signals_to_the_head(one)
    _agreed_and_sent(one, number)
    _received_and_returned(one, number)
    _mended(one, number)
    _closed(one, number)
    return number


def _from_signals_to_the_head(one: Walk) -> str:
    """Steps 1 to 3."""
    page = one.at(EMPLOYEE)
    one.go(page, "My work")
    one.picture("inbox", page)
    _await_signals(one, page)
    for tick in page.locator("input[name=ref]").all()[:3]:
        tick.check()
    page.wait_for_timeout(1_000)
    page.locator("input[name=ref]").first.scroll_into_view_if_needed()
    one.picture("signals", page)
    one.press(page, "New card from the chosen")
    page.wait_for_url("**/edit/")
    number = str(page.title()).split()[0]
    page.locator("[name=description]").press("Control+Home")
    page.locator("[name=description]").press_sequentially("Attack on the internet bank\n")
    for name, value in (("category", "exploit"), ("severity", "high"), ("tlp", "TLP:AMBER")):
        _choose(page, name, value)
    for name, value in (("status", "ongoing"), ("outcome", "attempt")):
        _choose(page, name, value)
    one.saved(page)
    one.picture("card", page)
    one.press(page, "Put before the head")
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    return number


def _agreed_and_sent(one: Walk, number: str) -> None:
    """Steps 4 and 5."""
    _agree(one, number, "agree")
    page = one.at(EMPLOYEE)
    _open(one, page, number)
    one.press(page, "Send")


def _agree(one: Walk, number: str, picture: str = "") -> None:
    page = one.at(CHIEF)
    _open(one, page, number)
    one.press(page, "Look and agree")
    if picture:
        one.picture(picture, page)
    one.press(page, "Agree")


def _received_and_returned(one: Walk, number: str) -> None:
    """Steps 6 and 7."""
    page = one.at(ANALYST)
    one.go(page, "Situation")
    page.wait_for_timeout(1500)
    one.picture("situation", page)
    _open(one, page, number)
    one.press(page, "Receive")
    one.press(page, "Return to be mended")
    page.locator(".d-main summary", has_text="left empty").click()
    page.check("[name='lacks.systems']")
    page.fill("[name='reason.systems']", "Which systems were aimed at, and is a critical service among them?")
    one.picture("return", page)
    one.press(page, "Return to be mended")


def _mended(one: Walk, number: str) -> None:
    """Steps 8 and 9: mended, and made the final report at once, for it is over by then."""
    page = one.at(EMPLOYEE)
    one.go(page, "My work")
    one.picture("returned", page)
    _open(one, page, number)
    one.press(page, "Mend")
    _choose(page, "stage", "3")
    one.saved(page)
    page.reload()
    for section in page.locator("details.d-section:not([open]) > summary").all():
        section.click()
    _add(page, "systems")
    page.fill("[name='systems.0.name']", "Internet bank")
    for name, value in (("status", "resolved"), ("vector", "external")):
        _choose(page, name, value)
    page.fill("[name=clients_affected]", "0")
    page.locator("label:has(input[name=personal_data][value=no])").click()
    page.fill("[name=measures_taken]", "The firewall blocked all of them; its rules were made stricter.")
    page.fill("[name=root_cause]", "The search page passed what was typed on to the database.")
    page.fill("[name=lessons]", "Pages are tested for injections before they go out.")
    _add(page, "remedies")
    page.fill("[name='remedies.0.what']", "Mend the search page")
    page.fill("[name='remedies.0.owner']", "Head of development")
    page.fill("[name='remedies.0.due']", datetime.now(UTC).astimezone(zone()).date().isoformat())
    one.saved(page)
    one.press(page, "Put before the head")
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    _agree(one, number, "difference")
    _open(one, page, number)
    one.press(page, "Send")


def _closed(one: Walk, number: str) -> None:
    """Step 10."""
    page = one.at(ANALYST)
    _open(one, page, number)
    for verb in ("Receive", "Accept", "Close"):
        one.press(page, verb)
    one.picture("closed", page)
    _take(one, page)


def _take(one: Walk, page: Page) -> None:
    """Take the receipt of the last sending, and the bytes that it is for."""
    page.locator(".d-proofs > summary").click()
    line = page.locator(".d-proofs li", has_text="sent").first
    receipt = line.get_by_role("link", name="receipt", exact=True)
    until = time.monotonic() + _RECEIPT_WITHIN
    while not receipt.count() and time.monotonic() < until:
        page.wait_for_timeout(1_000)
        page.reload()
        page.locator(".d-proofs > summary").click()
    one.look(page)
    for name, link in (("receipt", receipt), ("exact bytes", line.get_by_role("link", name="exact bytes", exact=True))):
        one.taken[name] = page.request.get(str(link.get_attribute("href"))).body()


def _open(one: Walk, page: Page, number: str) -> None:
    """Open a document out of what waits for somebody."""
    one.go(page, "My work")
    page.locator("main tr", has_text=number).get_by_role("link").first.click()
    page.wait_for_url("**/desk/*-*/**")
    one.look(page)


def _await_signals(one: Walk, page: Page) -> None:
    until = time.monotonic() + _SIGNALS_WITHIN
    while time.monotonic() < until:
        one.go(page, "Search")
        page.fill("[name=q]", "Injection")
        one.press(page, "Search")
        if page.locator("input[name=ref]").count() > 2:  # noqa: PLR2004 (as many as the tour chooses)
            return
        page.wait_for_timeout(2_000)
    raise TimeoutError("no signals came")


def _add(page: Page, rows: str) -> None:
    """Add a row, and wait until it stands."""
    with page.expect_response(lambda answer: answer.url.endswith("/edit/")):
        page.click(f"button[value='add:{rows}']")
    page.wait_for_timeout(400)


def _choose(page: Page, name: str, value: str) -> None:
    choice = page.locator(f"select[name='{name}']")
    if choice.count():
        choice.select_option(value)
    else:
        page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()
