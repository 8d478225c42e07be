"""What the tests of pages share: axe, and a way to walk through a sign-in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, Somebody

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SHOTS = os.environ.get("QORGAN_SHOTS", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """What axe complains of on a page, and whether anything stands beyond its edge."""

    def found(page: Page) -> list[str]:
        page.wait_for_load_state()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        said = page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => "
            "[v.id, v.nodes.map(n => n.target.join(' ')).join(', ')].join(': ')))",
            RULES,
        )
        wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
        return [f"{page.url}: {one}" for one in said] + ([f"{page.url}: wider than the window"] if wide else [])

    return found


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a picture of a page at both widths, where somebody has said where."""

    def take(page: Page, name: str) -> None:
        if not SHOTS:
            return
        for word, size in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(size)
            page.screenshot(path=f"{SHOTS}/{name}-{word}.png", full_page=True)

    return take


@pytest.fixture
def enter() -> Callable[[Page, Somebody], None]:
    """Sign somebody in as people do it."""

    def go(page: Page, person: Somebody, **more: Any) -> None:
        page.goto(f"/sign-in?for={person.population.value}")
        page.fill("[name=identifier]", person.identifier)
        page.click("main form button")
        page.fill("[name=password]", PASSWORD)
        page.click("main form[action*=password] button")
        page.fill("[name=code]", person.code(now()))
        page.click("main form[action*=code] button")
        page.wait_for_url("**/account")

    return go
