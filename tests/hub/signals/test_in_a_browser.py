"""The live page and the search in Debian's Chromium. The console must stay silent."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.hub.signals.conftest import Seeded

pytestmark = pytest.mark.products

ROWS = "#l-rows tr[data-key]"


@pytest.fixture
def steadily(intake: Any, a_signal: Any) -> Iterator[Callable[[], Any]]:
    """An institution that sends ten signals every tenth of a second, until the test ends."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def begin() -> Any:
        sender = intake.enrol()

        def send() -> None:
            number = 1
            while not stop.is_set():
                sender.send([a_signal(number + place) for place in range(10)])
                number += 10
                stop.wait(0.1)

        threads.append(threading.Thread(target=send, daemon=True))
        threads[0].start()
        return sender

    yield begin
    stop.set()
    for thread in threads:
        thread.join(20)


def kept(page: Page, key: str) -> Any:
    return page.locator(f'{ROWS}[data-key="{key}"]')


@pytest.mark.clause("R67.2")
def test_signals_appear_by_themselves_and_lead_to_their_page(
    enlist: Any, browse_in: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto("/live/")
    expect(page.get_by_role("heading", name="No signals in the last 24 hours")).to_be_visible()
    expect(page.locator("#l-state")).to_have_text("Receiving")
    sender.send([a_signal(1), a_signal(2)])
    expect(page.locator(ROWS)).to_have_count(2, timeout=30_000)
    expect(page.get_by_role("heading", name="No signals in the last 24 hours")).to_be_hidden()
    expect(page.locator("#l-signals")).to_have_text("2")
    expect(page.locator("#l-rate")).to_have_text("counting…")
    expect(page.locator("#l-rate")).to_have_text(re.compile(r"^\d\S* signals a minute$"), timeout=60_000)
    expect(page.locator("#l-members")).to_contain_text("In touch")
    first = page.locator(ROWS).first
    for words in ("high", "WAF", "SQL injection", "Trustwave ModSecurity", "203.0.113.2:40000", "bank.example/login"):
        expect(first).to_contain_text(words)
    expect(first).to_contain_text("en Bank")
    page.locator(f"{ROWS} a").first.click()
    expect(page.get_by_role("heading", name="SQL injection", exact=True)).to_be_visible()


@pytest.mark.clause("R67.2")
def test_nothing_moves_under_the_cursor_until_it_is_asked_for(enlist: Any, browse_in: Any, steadily: Any) -> None:
    page: Page = browse_in(enlist("centre-analyst"))
    steadily()
    page.goto("/live/")
    expect(page.locator(ROWS).nth(12)).to_be_visible()
    row = page.locator(ROWS).nth(4)
    row.hover()
    page.wait_for_timeout(300)
    key = row.get_attribute("data-key")
    assert key
    place = kept(page, key).bounding_box()
    page.wait_for_timeout(1500)
    assert kept(page, key).bounding_box() == place
    expect(page.locator("#l-state")).to_have_text("Held while you read")
    fresh = page.locator("#l-fresh")
    expect(fresh).to_have_text(re.compile(r"^\d+ new: show$"))
    first = page.locator(ROWS).first.get_attribute("data-key")
    fresh.click()
    expect(page.locator("#l-state")).to_have_text("Receiving")
    assert page.locator(ROWS).first.get_attribute("data-key") != first


def test_a_key_pauses_and_resumes_and_the_list_stays_one_page_long(enlist: Any, browse_in: Any, steadily: Any) -> None:
    page: Page = browse_in(enlist("centre-analyst"))
    steadily()
    page.goto("/live/")
    expect(page.locator(ROWS).first).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Resume")).to_have_attribute("aria-pressed", "true")
    first = page.locator(ROWS).first.get_attribute("data-key")
    page.wait_for_timeout(1000)
    assert page.locator(ROWS).first.get_attribute("data-key") == first
    page.keyboard.press("p")
    expect(page.locator("#l-state")).to_have_text("Receiving")
    expect(page.locator(ROWS)).to_have_count(200, timeout=60_000)
    page.wait_for_timeout(500)
    assert page.locator(ROWS).count() == 200
    keys = page.locator(ROWS).evaluate_all("rows => rows.map((row) => row.dataset.key)")
    assert len(set(keys)) == 200


def test_the_page_goes_on_after_the_portal_was_away(
    enlist: Any, browse_in: Any, intake: Any, a_signal: Any, context: BrowserContext
) -> None:
    sender = intake.enrol()
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto("/live/")
    sender.send([a_signal(1)])
    expect(page.locator(ROWS)).to_have_count(1)
    intake.hub.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = 'qorgan_web' AND datname = current_database()"
    )
    sender.send([a_signal(2)])
    expect(page.locator(ROWS)).to_have_count(2, timeout=60_000)
    assert context.pages


@pytest.mark.clause("R67.2")
def test_a_drag_across_the_chart_searches_within_that_time(
    enlist: Any, browse_in: Any, seeded: Seeded, web: Any
) -> None:
    del web
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto("/search/?last=7d&type=ids")
    expect(page.locator("#s-chart canvas")).to_be_visible()
    total = int(re.sub(r"\D", "", page.locator(".s-chart-panel h2").inner_text()))
    assert total == len(seeded.keys("type = 'ids'"))
    page.wait_for_timeout(300)
    box = page.locator("#s-chart").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.96, box["y"] + 60, steps=8)
    page.mouse.up()
    page.wait_for_url(lambda url: "since=" in url)
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["type"] == ["ids"]
    assert "last" not in asked
    assert asked["since"] < asked["until"]
    expect(page.locator("#s-chart canvas")).to_be_visible()
    narrowed = int(re.sub(r"\D", "", page.locator(".s-chart-panel h2").inner_text()))
    assert 0 < narrowed < total


def test_conditions_are_added_by_boxes_and_numbers_and_dropped_by_chips(
    enlist: Any, browse_in: Any, seeded: Seeded, web: Any
) -> None:
    del web
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto("/search/?last=7d")
    page.keyboard.press("/")
    page.keyboard.type("exploit")
    page.get_by_text("Severity", exact=True).first.click()
    page.get_by_role("checkbox", name="medium").check()
    page.get_by_role("button", name="Apply").locator("visible=true").click()
    expect(page.locator(".s-chips li")).to_have_count(2)
    page.locator(".s-facets a", has_text="Seeded Bank 0").click()
    expect(page.locator(".s-chips li")).to_have_count(3)
    expected = seeded.keys(
        "severity = 2 AND organisation_id = %s "
        "AND rule IN (SELECT id FROM signal_rule WHERE rule_name LIKE '%%exploit')",
        seeded.parties[0].organisation,
    )
    shown = f"{len(expected):,}".replace(",", "\xa0")
    expect(page.locator(".s-chart-panel h2")).to_have_text(re.compile(rf"^{shown} signal"))
    page.get_by_role("link", name="Drop Severity: medium").click()
    expect(page.locator(".s-chips li")).to_have_count(2)
    assert "severity" not in parse_qs(urlsplit(page.url).query)


def test_one_page_of_paper_holds_the_signal_and_none_of_the_frame(
    enlist: Any, browse_in: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    sender.send([a_signal(1)])
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto(f"/signals/{sender.module}/1/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.locator(".q-rail")).to_be_hidden()
    expect(page.locator(".q-crumbs")).to_be_hidden()
    moment = page.locator("time[data-relative]").first
    said = moment.evaluate("(one) => [getComputedStyle(one).fontSize, getComputedStyle(one, '::after').content]")
    assert said[0] == "0px"
    assert re.fullmatch(r'"[-0-9]{10} [0-9:.]+ UTC[+]05:00"', said[1])
    expect(page.get_by_role("link", name="Download the receipt")).to_be_hidden()


@pytest.mark.clause("R67.2")
def test_three_hundred_a_second_come_to_the_screen_without_falling_behind(
    enlist: Any, browse_in: Any, intake: Any, a_signal: Any
) -> None:
    """From the moment the hub had them to the row in the page, which draws once a frame.

    What a page has no room for at once is counted in a line of its own, so a slow machine draws fewer rows and
    answers for as many signals.
    """
    sender = intake.enrol()
    page: Page = browse_in(enlist("centre-analyst"))
    page.goto("/live/")
    expect(page.locator("#l-state")).to_have_text("Receiving")
    page.evaluate(
        r"""() => {
            window.came = [];
            window.counted = 0;
            const body = document.getElementById("l-rows");
            new MutationObserver((changes) => {
                const now = Date.now();
                for (const change of changes)
                    for (const row of change.addedNodes)
                        if (row.dataset.key) window.came.push(now - Date.parse(row.querySelector("time").dateTime));
                        else window.counted += Number(row.textContent.replace(/\D/g, ""));
            }).observe(body, { childList: true });
        }"""
    )
    began = time.monotonic()
    for batch in range(40):
        first = batch * 30 + 1
        sender.send([a_signal(first + place) for place in range(30)])
        time.sleep(max(0.0, began + (batch + 1) * 0.1 - time.monotonic()))
    sending = time.monotonic() - began
    until = time.monotonic() + 60
    while (answered := page.evaluate("window.came.length + window.counted")) < 1200:
        assert time.monotonic() < until, answered
        page.wait_for_timeout(100)
    assert answered == 1200
    delays = page.evaluate("window.came")
    # Whoever falls behind is later with every batch: the last ones would come after what it took to send them all.
    behind = statistics.median(delays[-200:]) - statistics.median(delays[:200])
    assert behind < sending * 1000 / 2, delays[::50]
