"""The portal in Debian's Chromium. The console must stay silent: a breach of the content policy fails a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from qorgan.bench.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.products


def virtual_authenticator(context: BrowserContext, page: Page) -> None:
    """A platform authenticator with a fingerprint that is always right."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.clause("R67.6")
def test_a_first_sign_in_enrols_a_passkey_and_the_next_needs_nothing_else(
    enlist: Any, context: BrowserContext, page: Page
) -> None:
    person = enlist("centre-analyst", factor=False)
    virtual_authenticator(context, page)
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Second factors")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Desk")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".q-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Who I am")).to_be_visible()
    page.goto("/account/factors/passkeys/")
    expect(page.get_by_role("rowheader", name="Desk")).to_be_visible()


def test_a_passkey_serves_as_the_second_factor_after_a_password(
    enlist: Any, context: BrowserContext, page: Page, browse_in: Any
) -> None:
    person = enlist("centre-analyst")
    virtual_authenticator(context, page)
    browse_in(person)
    page.goto("/account/factors/passkeys/add/")
    page.get_by_label("Sign in with this passkey alone").uncheck()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Who I am")).to_be_visible()


def test_a_refused_passkey_is_told_in_words(enlist: Any, context: BrowserContext, page: Page) -> None:
    enlist("centre-analyst")
    virtual_authenticator(context, page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()


def test_behind_tls_the_browser_keeps_cookies_bound_to_the_host(enlist: Any, web_behind_tls: Any) -> None:
    person = enlist("centre-analyst")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium(), args=["--headless", "--no-sandbox"])
        page = browser.new_page(base_url=web_behind_tls.address, ignore_https_errors=True, locale="en-GB")
        answer = page.goto("/sign-in/")
        assert answer
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password").fill(person.password)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Code").fill(person.code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto("/account/")
        page.get_by_title("Қазақша").click()
        expect(page.get_by_role("heading", name="Менің есептік жазбам")).to_be_visible()
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        browser.close()
    assert set(cookies) == {"__Host-qorgan-session", "__Host-qorgan-csrf", "__Host-qorgan-device", "qorgan-language"}
    assert all(cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies.values())


def test_languages_and_themes_switch_and_stay(enlist: Any, page: Page, browse_in: Any) -> None:
    browse_in(enlist("centre-head"))
    page.goto("/account/")
    page.get_by_title("Қазақша").click()
    expect(page.get_by_role("heading", name="Менің есептік жазбам")).to_be_visible()
    page.get_by_title("Русский").click()
    expect(page.get_by_role("heading", name="Моя учётная запись")).to_be_visible()
    light = background(page)
    page.get_by_title("Тёмная").click()
    dark = background(page)
    assert (brightness(dark), brightness(light)) == (pytest.approx(20, abs=20), pytest.approx(243, abs=12))
    page.reload()
    assert background(page) == dark
    page.get_by_title("Как в системе").click()
    assert background(page) == light


def test_the_systems_dark_theme_is_followed_without_a_choice(
    enlist: Any, context: BrowserContext, page: Page, browse_in: Any
) -> None:
    del context
    page.emulate_media(color_scheme="dark")
    browse_in(enlist("centre-head"))
    page.goto("/account/")
    assert brightness(background(page)) < 40
    page.emulate_media(color_scheme="light")
    # Not wait_for_function: it evaluates text in the page, which the page's own policy forbids.
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    assert brightness(background(page)) > 200


def test_the_keyboard_reaches_the_content_first(enlist: Any, page: Page, browse_in: Any) -> None:
    browse_in(enlist("centre-head"))
    page.goto("/account/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_key_is_copied_whole_and_said_so(enlist: Any, context: BrowserContext, page: Page) -> None:
    person = enlist("centre-analyst", factor=False)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/sign-in/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", person.password)
    page.click("form[action='/sign-in/'] button")
    page.get_by_role("link", name="Set up the app").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    key = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"[A-Z2-7]{32}", key)
    assert page.locator(".q-key").inner_text().replace("\n", "").replace(" ", "") == key


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_of_the_account_scrolls_sideways(enlist: Any, page: Page, browse_in: Any, language: str) -> None:
    browse_in(enlist("responsible-employee", language=language))
    for path in ("/account/", "/account/factors/", "/account/password/", "/account/sessions/"):
        page.goto(path)
        for width in (320, 768, 1024, 1366):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def brightness(colour: str) -> float:
    numbers = [int(number) for number in re.findall(r"\d+", colour)[:3]]
    return sum(numbers) / 3
