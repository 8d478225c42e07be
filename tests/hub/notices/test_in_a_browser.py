"""Notices in Debian's Chromium: the number on every page changes by itself, in both languages, light and dark."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.products

KEPT = Path(os.environ.get("QORGAN_PICTURES", "/nonexistent"))
"""Where pictures are kept to be looked at; nowhere unless somebody asks."""


def look(page, name):
    if KEPT.is_dir():
        page.screenshot(path=KEPT / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "words", "button"),
    [("kk", "Түзетуге қайтарылды", "Бәрін көрілді деп белгілеу"), ("ru", "Возвращено", "Отметить все как увиденные")],
)
def test_a_notice_rings_on_an_open_page_and_is_seen(office, enlist, browse_in, language, words, button):
    person = enlist("responsible-employee", organisation=office.market.organisations["alpha"], language=language)
    page = browse_in(person)
    page.goto("/notices/")
    count = page.locator(".q-places [data-notices-count]")
    expect(count).to_be_hidden()
    card = office.apart(office.returned)
    assert office.tell() > 0
    expect(count).to_have_text("3", timeout=30_000)
    page.reload()
    expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text(card.number).first).to_be_visible()
    look(page, f"notices-{language}")
    page.emulate_media(color_scheme="dark")
    look(page, f"notices-{language}-dark")
    page.set_viewport_size({"width": 420, "height": 800})
    look(page, f"notices-{language}-narrow")
    page.get_by_role("button", name=button).click()
    expect(count).to_be_hidden()
    expect(page.locator(".is-unseen")).to_have_count(0)


@pytest.mark.parametrize(("language", "words"), [("kk", "Жаңа: 1. Көрсету"), ("ru", "Новых: 1. Показать")])
@pytest.mark.clause("R67.15")
def test_an_open_inbox_tells_what_came_and_moves_nothing(office, enlist, browse_in, language, words):
    alpha = office.market.organisations["alpha"]
    page = browse_in(enlist("responsible-employee", organisation=alpha, language=language))
    page.goto("/desk/")
    bar = page.locator(".d-fresh a")
    office.apart(lambda: office.card(name="gamma"))
    assert office.tell() > 0
    expect(bar).to_be_hidden()
    card = office.apart(office.returned)
    assert office.tell() > 0
    expect(bar).to_have_text(words, timeout=30_000)
    expect(page.get_by_text(card.number)).to_have_count(0)
    look(page, f"inbox-fresh-{language}")
    bar.click()
    expect(page.get_by_text(card.number).first).to_be_visible()
    expect(bar).to_be_hidden()


def test_the_pages_of_addresses_and_of_what_is_dead(office, enlist, browse_in):
    page = browse_in(enlist("head-of-security", organisation=office.market.organisations["alpha"], language="ru"))
    page.goto("/notices/addresses/")
    page.fill("[name=address]", "https://asoi.example/hook")
    page.get_by_role("button", name="Вызывать отныне").click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    expect(page.get_by_role("link", name="Уведомления")).to_be_visible()
    look(page, "addresses-ru")
    office.apart(office.card)
    office.tell()
    office.market.hub.tamper("UPDATE delivery SET state = 'dead', error = 'answered 500', attempts = 8")
    page.goto("/notices/undelivered/")
    expect(page.get_by_text("answered 500").first).to_be_visible()
    look(page, "undelivered-ru")
    page.get_by_role("button", name="Отправить снова").first.click()
    expect(page.get_by_text("answered 500")).to_have_count(2)
