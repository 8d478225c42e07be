"""The situation, the statistics and the calendar in Debian's Chromium. The console must stay silent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from playwright.sync_api import expect

from qorgan.bench.seed import analyse, make_parties, seed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.products

AXE = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PATHS = ("/situation/", "/statistics/?period=2026", "/statistics/incidents/?period=2026", "/calendar/")


def complaints(page: Page) -> list[str]:
    page.wait_for_load_state()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
        ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.target.join(' ')).join(', ')].join(': ')))"
    )
    return [f"{page.url}: {complaint}" for complaint in found]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_has_a_barrier_or_runs_out_of_its_width(
    sector: Any, enlist: Any, browse_in: Any, language: str
) -> None:
    sector.seed(200)
    page: Page = browse_in(enlist("centre-head", organisation=sector.centre, language=language))
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in PATHS:
            page.goto(path)
            found += complaints(page)
    assert found == []
    for width in (1366, 400):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PATHS:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


@pytest.mark.clause("R67.2")
def test_signals_are_drawn_by_minute_and_type_as_they_come(sector: Any, enlist: Any, browse_in: Any) -> None:
    now = datetime.now(UTC)
    with psycopg.connect(sector.hub.superuser, autocommit=True) as connection:
        parties = make_parties(connection, 2, now)
        seed(connection, parties, rows=2000, start=now - timedelta(minutes=50), end=now, batch=10)
        analyse(connection)
    page: Page = browse_in(enlist("centre-analyst", organisation=sector.centre))
    assert page.url.endswith("/situation/")
    expect(page.locator("#t-live canvas")).to_be_visible(timeout=60_000)
    expect(page.locator("#t-rate")).to_have_text(re.compile(r"^\d\S* signals a minute$"))
    shown = page.locator("#t-types data").evaluate_all("all => all.map((one) => Number(one.value))")
    rows = sector.hub.rows("SELECT type, sum(records) FROM signal_tally GROUP BY type")
    assert sorted(one for one in shown if one) == sorted(int(row[1]) for row in rows)
    with page.expect_navigation():
        page.locator("#t-types a").first.click()
    assert "/search/?type=" in page.url


def test_the_form_of_a_change_asks_for_what_the_change_needs(sector: Any, enlist: Any, browse_in: Any) -> None:
    page: Page = browse_in(enlist("centre-head", organisation=sector.centre))
    page.goto("/calendar/?year=2026")
    expect(page.get_by_label("The day that works instead, or the holiday")).to_be_visible()
    page.get_by_label("What to do").select_option("restore")
    expect(page.get_by_label("The day that works instead, or the holiday")).to_be_hidden()
    page.get_by_label("Day", exact=True).fill("2026-12-16")
    page.get_by_label("Act behind the change").fill("Order No. 2 of the example")
    page.get_by_role("button", name="See what would move").click()
    expect(page.get_by_role("heading", name="Before the calendar changes")).to_be_visible()
    page.get_by_role("button", name="Change the calendar").click()
    expect(page.get_by_text("The calendar was changed; 0 open terms moved.")).to_be_visible()
    expect(page.locator("td:has(time[datetime='2026-12-16'])")).to_have_class("t-work")
