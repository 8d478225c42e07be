"""WCAG 2.1 AA: the pages of signals and members through axe, in both themes, with something on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.products

AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
JUDGE = """async (rules) => {
    const found = await axe.run(document, { runOnly: rules });
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
}"""


def judge(page: Page) -> list[str]:
    """What axe finds wrong. Through the devtools, for the page's own policy lets no foreign script in."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found: list[str] = page.evaluate(JUDGE, RULES)
    return found


@pytest.mark.clause("R67.2")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_read_by_everybody(theme: Any, enlist: Any, browse_in: Any, intake: Any, a_signal: Any) -> None:
    sender = intake.enrol()
    sender.send([a_signal(number) for number in range(1, 61)])
    page: Page = browse_in(enlist("centre-head"))
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    wrong: dict[str, list[str]] = {}
    for path in (
        "/live/",
        "/search/?type=waf&last=7d&sensor=ModSecurity",
        "/search/?q=nothing-at-all",
        f"/signals/{sender.module}/7/",
        "/members/",
        f"/members/{sender.organisation}/",
        f"/members/{sender.organisation}/edit/",
        f"/members/modules/{sender.module}/revoke/",
        "/audit/",
    ):
        page.goto(path)
        if path == "/live/":
            expect(page.locator("#l-types li").first).to_be_visible()
            expect(page.locator("#l-rows tr").first).to_be_visible()
        if path.startswith("/search/"):
            expect(page.locator("#s-chart canvas")).to_be_visible()
        if found := judge(page):
            wrong[path] = found
    assert wrong == {}
