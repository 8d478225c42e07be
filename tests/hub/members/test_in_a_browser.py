"""An application's whole way in Debian's Chromium: by letter, sent back, mended, accepted (R67.5, R67.6)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"

pytestmark = pytest.mark.products

WORDS = {
    "en": {
        "take up": "Take up for review",
        "send back": "Send back with these reasons",
        "mend": "Mend",
        "again": "Send again",
        "accept": "Accept",
        "sent back": "Sent back to be mended",
        "accepted": "Accepted",
        "to centre": "Send to the centre",
        "email": "E-mail",
        "set": "Set the password",
    },
    "kk": {
        "take up": "Қарауға алу",
        "send back": "Осы себептермен қайтару",
        "mend": "Түзету",
        "again": "Қайта жіберу",
        "accept": "Қабылдау",
        "sent back": "Түзетуге қайтарылды",
        "accepted": "Қабылданды",
        "to centre": "Орталыққа жіберу",
        "email": "Электрондық пошта",
        "set": "Құпиясөзді орнату",
    },
    "ru": {
        "take up": "Взять на рассмотрение",
        "send back": "Вернуть с этими причинами",
        "mend": "Исправить",
        "again": "Отправить снова",
        "accept": "Принять",
        "sent back": "Возвращено на исправление",
        "accepted": "Принято",
        "to centre": "Отправить в центр",
        "email": "Электронная почта",
        "set": "Установить пароль",
    },
}


def keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look, where QORGAN_PICTURES says."""
    if folder := os.environ.get("QORGAN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def enter(web: Any, browser: Browser) -> Iterator[Callable[[Any, str], Page]]:
    """Sign somebody in, each in a profile of their own. What the console complains of fails the test."""
    complaints: list[str] = []

    def opened(person: Any, language: str) -> Page:
        context = browser.new_context(
            base_url=web.address, locale={"kk": "kk-KZ", "ru": "ru-RU"}.get(language, "en-GB")
        )
        context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page = context.new_page()
        if person is None:
            return page
        page.goto("/sign-in/")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", person.password)
        page.click("form[action='/sign-in/'] button")
        page.fill("[name=code]", person.code)
        page.click("form[action='/sign-in/code/'] button")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    yield opened
    # A page that says what is wrong answers 422, which the browser notes.
    assert [told for told in complaints if "422" not in told] == []


def fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)


@pytest.mark.clause("R67.5")
@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_a_connection_is_sent_back_mended_and_accepted(
    enlist: Any, enter: Callable[[Any, str], Page], language: str
) -> None:
    words = WORDS[language]
    analyst = enter(enlist("centre-analyst", language=language), language)
    head = enter(enlist("centre-head", language=language), language)
    analyst.goto("/members/applications/new/")
    keep(analyst, f"{language}-new")
    fill(
        analyst,
        {
            "bin": "000140000012",
            "name_kk": "«Үлгі Банк» акционерлік қоғамы",
            "name_ru": "Акционерное общество «Образец Банк»",
            "name_en": "Sample Bank JSC",
            "email": "office@sample-bank.example",
            "reporting_phone": "+7 701 000 00 00",
            "contacts": "Үлгі Адам; кезекші; +7 701 000 00 01; duty@sample-bank.example",
            "networks": "198.51.100.0/24",
            "domains": "sample-bank.example",
            "inventory": "software; F5; nginx; 1.22\ncpe:2.3:h:example:firewall_9:-:*:*:*:*:*:*:*",
            "letter": "№ 12, 03.08.2026",
        },
    )
    analyst.get_by_role("button", name=words["to centre"]).click()
    analyst.wait_for_url(lambda url: not url.endswith("/new/"))
    address = analyst.url
    head.goto("/members/applications/")
    keep(head, f"{language}-queue")
    head.goto(address)
    head.get_by_role("button", name=words["take up"]).click()
    head.fill("[name=email]", "Хаттар қайтып келеді / письма возвращаются")
    keep(head, f"{language}-review")
    head.get_by_role("button", name=words["send back"]).click()
    expect(head.get_by_text(words["sent back"], exact=True)).to_be_visible()
    analyst.goto(address)
    keep(analyst, f"{language}-sent-back")
    analyst.get_by_role("link", name=words["mend"], exact=True).click()
    keep(analyst, f"{language}-mend")
    analyst.get_by_label(words["email"], exact=True).fill("security@sample-bank.example")
    analyst.get_by_role("button", name=words["again"]).click()
    head.goto(address)
    head.get_by_role("button", name=words["take up"]).click()
    keep(head, f"{language}-mended")
    expect(head.locator("ins")).to_have_text("security@sample-bank.example")
    expect(head.locator("del")).to_have_text("office@sample-bank.example")
    head.get_by_role("button", name=words["accept"], exact=True).click()
    expect(head.get_by_text(words["accepted"], exact=True)).to_be_visible()
    head.goto("/members/")
    head.get_by_role("link", name={"kk": "Үлгі", "ru": "Образец", "en": "Sample Bank"}[language]).click()
    keep(head, f"{language}-institution")
    for width in (320, 768, 1366):
        for page, path in ((head, head.url), (head, address), (analyst, "/members/applications/new/")):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


@pytest.mark.clause("R67.6")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_account_is_opened_by_invitation_in_the_persons_language(
    enlist: Any, enter: Callable[[Any, str], Page], django_hub: Any, language: str
) -> None:
    words = WORDS[language]
    bank = django_hub.add_organisation(3)
    chief = enter(enlist("head-of-security", organisation=bank, language=language), language)
    head = enter(enlist("centre-head", language=language), language)
    chief.goto(f"/members/{bank}/account/")
    fill(
        chief,
        {
            "surname": "Үлгиева",
            "given_name": "Мысал",
            "patronymic": "Сынаққызы",
            "position": "кезекші маман",
            "phones": "+77010000001\n+77010000002",
            "email": "m.ulgieva@sample-bank.example",
        },
    )
    chief.select_option("[name=role]", "responsible-employee")
    keep(chief, f"{language}-account")
    chief.get_by_role("button", name=words["to centre"]).click()
    chief.wait_for_url("**/members/applications/*/")
    head.goto(chief.url)
    head.get_by_role("button", name=words["take up"]).click()
    head.get_by_role("button", name=words["accept"], exact=True).click()
    code = head.locator(".m-code-text code").inner_text()
    keep(head, f"{language}-invitation")
    person = enter(None, language)
    person.goto("/sign-in/invitation/")
    fill(person, {"code": code, "password": "nine-quiet-mountains-7", "again": "nine-quiet-mountains-7"})
    keep(person, f"{language}-accept")
    person.get_by_role("button", name=words["set"]).click()
    fill(person, {"login": "m.ulgieva@sample-bank.example", "password": "nine-quiet-mountains-7"})
    person.click("form[action='/sign-in/'] button")
    person.wait_for_url("**/account/factors/")
    chief.goto(f"/members/{bank}/absence/")
    deputy = chief.locator("[name=deputy] option").first.get_attribute("value")
    assert deputy
    fill(chief, {"starts_at": "2099-08-01T09:00", "ends_at": "2099-08-15T18:00", "reason": "демалыс"})
    keep(chief, f"{language}-absence")
    chief.locator("form.m-form button[type=submit]").click()
    expect(chief.locator(".m-absence")).to_contain_text("Үлгиева Мысал")
    keep(chief, f"{language}-stands-in")
    head.goto("/members/")
    head.get_by_role("link", name=f"{language} Bank 3").click()
    head.get_by_role("link", name="Үлгиева Мысал Сынаққызы").click()
    keep(head, f"{language}-person")
