"""In Debian's Chromium: pages fit phones and small screens, and every field speaks the page's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.hub.desk.conftest import saved

pytestmark = pytest.mark.products

SCROLLED = """() => [...document.querySelectorAll('main .q-table-scroll')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 60))"""
BROAD = {
    "contacts.0.position": "Duty officer of the response service",
    "contacts.0.email": "duty-officer-of-the-response-service@alpha.example",
}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_nothing_is_cut_at_1280_on_the_document_and_its_return(at_desk: Any, desk: Any, language: str) -> None:
    card = desk.begin()
    desk.fill(card)
    desk.write(card, **{name.replace(".", "__"): text for name, text in BROAD.items()})
    desk.send(card)
    desk.press("centre-analyst", card + "act/receive/")
    page = at_desk("centre-analyst", language, viewport={"width": 1280, "height": 800})
    for address in (card, card + "return/", "/desk/documents/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, address
        assert page.evaluate(SCROLLED) == [], address


def test_a_phone_shows_content_at_once_and_unfolds_the_menu(at_desk: Any) -> None:
    page = at_desk("alpha-maker", "kk", viewport={"width": 390, "height": 800})
    page.goto("/desk/")
    heading = page.locator("h1").bounding_box()
    assert heading["y"] < 80
    expect(page.locator(".q-places")).to_be_hidden()
    page.get_by_role("button", name="Мәзір").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Құжаттар", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".q-places")).to_be_hidden()
    page.get_by_role("button", name="Мәзір").click()
    page.get_by_role("link", name="Құжаттар", exact=True).click()
    page.wait_for_url("**/desk/documents/")


@pytest.mark.parametrize(
    ("language", "hint", "written"),
    [
        ("kk", "Алматы уақыты (UTC+05:00)", "20.11.2026 10:15"),
        ("ru", "время Алматы (UTC+05:00)", "20.11.2026 10:15"),
        ("en", "Almaty time (UTC+05:00)", "2026-11-20 10:15"),
    ],
)
def test_a_moment_is_written_as_the_page_writes_it(
    at_desk: Any, desk: Any, language: str, hint: str, written: str
) -> None:
    desk.person("alpha-maker", language)
    address = desk.begin()
    page = at_desk("alpha-maker", language, locale="en-US")
    page.goto(address + "edit/")
    field = page.locator("#f-found_at")
    expect(page.locator("#w-found_at .q-moment-hint")).to_contain_text(hint)
    field.fill("20.11.20")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(written)
    field.press("Tab")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=found_at]")).to_have_value("2026-11-20T10:15")
    saved(page, language)
    page.reload()
    expect(field).to_have_value(written)
    page.locator("#f-started_at").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#w-started_at .q-moment-open")).to_be_focused()


@pytest.mark.parametrize(
    ("language", "button", "none"),
    [("kk", "Файлдарды таңдау", "Файл таңдалмаған"), ("ru", "Выбрать файлы", "Файл не выбран")],
)
def test_files_are_chosen_by_a_button_of_the_page(
    at_desk: Any, desk: Any, language: str, button: str, none: str, tmp_path: Path
) -> None:
    desk.person("alpha-maker", language)
    address = desk.begin()
    page = at_desk("alpha-maker", language, locale="en-US")
    # Whoever listens is asked in place of a window of the browser; told at the key's press it would come too late.
    page.on("filechooser", lambda _chooser: None)
    page.goto(address)
    panel = page.locator("#d-files")
    expect(panel).to_contain_text(none)
    page.get_by_label(button).focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    (tmp_path / "report.txt").write_text("Seen at the gateway.")
    chooser.value.set_files(tmp_path / "report.txt")
    expect(panel).to_contain_text("report.txt")
    expect(panel).not_to_contain_text(none)
    panel.locator("button[type=submit]").click()
    expect(panel.get_by_role("link", name="report.txt")).to_be_visible()


def test_whoever_types_while_rows_are_drawn_anew_stays_at_their_caret(at_desk: Any, desk: Any) -> None:
    address = desk.begin()
    page = at_desk("alpha-maker")
    page.goto(address + "edit/")
    page.locator("summary", has_text="Systems and outage").click()
    page.locator("[name='systems.0.name']").fill("gateway")
    saved(page)
    held: list[Any] = []
    page.route(
        "**/edit/", lambda route: held.append(route) if "_row" in str(route.request.post_data) else route.continue_()
    )

    def draw(button: str, name: str) -> None:
        """Press, and type into the middle of a field while the portal is still drawing the rows."""
        page.locator(f"button[value='{button}']").click()
        page.locator(f"[name='{name}']").press("Home")
        page.keyboard.type("Mail ")
        while not held:
            page.wait_for_timeout(20)
        held.pop().continue_()

    draw("add:systems", "systems.0.name")
    expect(page.locator("[name='systems.1.name']")).to_be_visible()
    expect(page.locator("[name='systems.0.name']")).to_be_focused()
    page.keyboard.type("and web ")
    expect(page.locator("[name='systems.0.name']")).to_have_value("Mail and web gateway")
    page.locator("[name='systems.1.name']").fill("server")
    saved(page)
    draw("remove:systems.0", "systems.1.name")
    expect(page.locator("[name='systems.1.name']")).to_have_count(0)
    expect(page.locator("[name='systems.0.name']")).to_be_focused()
    page.keyboard.type("and web ")
    expect(page.locator("[name='systems.0.name']")).to_have_value("Mail and web server")
    page.unroute("**/edit/")
    page.locator("[name=works]").fill("All else")
    saved(page)
