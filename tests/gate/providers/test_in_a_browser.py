"""The sandbox's pages in a real browser: on a phone, in three languages, without a camera."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page, sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.gate.providers.biometrics import Order, State
from qorgan.gate.providers.messages import Channel, Message
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.gate.providers.sandbox.words import LANGUAGES
from qorgan.kit import clock
from tests.fixtures_portal import FLAGS
from tests.gate.providers.conftest import World

AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SHOTS = os.environ.get("QORGAN_SHOTS", "")


@pytest.fixture(params=[{"width": 360, "height": 740}, {"width": 1366, "height": 820}], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh profile of Debian's Chromium. Whatever it complains of fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium(), args=FLAGS)
        page = browser.new_context(viewport=request.param).new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        yield page
        browser.close()
    assert not complaints, complaints


def barriers(page: Page, name: str) -> list[str]:
    """What axe complains of, and whether anything stands beyond the edge."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"sandbox-{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id))", RULES
    )
    return found + (["wide"] if page.evaluate("() => document.documentElement.scrollWidth > innerWidth") else [])


def press(page: Page, button: Locator) -> None:
    """Press what leads to another page, and be there."""
    with page.expect_navigation():
        button.click()


def test_a_tester_is_identified_by_buttons_and_led_back(world: World, order: Order, page: Page) -> None:
    for language in LANGUAGES:
        inbox = f"{world.base}/gateway/inbox?lang={language}"
        started = world.centre.start(replace(order, language=language, return_to=inbox), now=clock.now())
        page.goto(started.redirect_url)
        assert page.locator("html").get_attribute("lang") == language
        assert "SANDBOX" in page.locator(".label").inner_text()
        asked = page.locator("#command").get_attribute("data-command")
        press(page, page.locator(f"button[name=do]:not([value={asked}]):not([value=cancel])").first)
        assert page.get_by_role("alert").count() == 1
        assert page.locator("#command").get_attribute("data-command") == asked
        assert barriers(page, f"command-{language}") == []
        while page.locator("#command").count():
            press(page, page.locator(f"button[value={page.locator('#command').get_attribute('data-command')}]"))
        assert barriers(page, f"done-{language}") == []
        press(page, page.locator("#back"))
        assert f"reference={started.reference}&state=passed" in page.url
        assert world.centre.collect(started.reference, "").state is State.PASSED


def test_the_first_page_and_the_inbox_can_be_read(world: World, page: Page) -> None:
    text = "Код 123456 <b>x</b>"
    world.gateway.send(Message(id=uuid4(), channel=Channel.SMS, to=invented_phone(1), text=text), now=clock.now())
    for language in LANGUAGES:
        page.goto(f"{world.base}/?lang={language}")
        assert barriers(page, f"index-{language}") == []
        press(page, page.get_by_role("link", name=invented_phone(1)))
        assert page.get_by_text(text, exact=True).count() == 1
        assert barriers(page, f"inbox-{language}") == []


def test_a_page_that_nobody_ordered_is_not_there(world: World) -> None:
    assert httpx.get(f"{world.base}/centre/page/{'x' * 43}", trust_env=False).status_code == 404
