"""People at a real browser, in each language, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.pages.conftest import DESKTOP, PHONE


@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_somebody_signs_in_by_password_and_code(gate, web, page, barriers, picture, language):
    person = gate.apart(somebody)
    page.context.add_cookies([{"name": "qorgan-gate-language", "value": language, "url": web.address}])
    page.set_viewport_size(PHONE)
    found = []
    page.goto("/sign-in")
    found += barriers(page)
    picture(page, f"{language}-choice")
    page.click(".g-ways a >> nth=0")
    found += barriers(page)
    picture(page, f"{language}-identify")
    page.fill("[name=identifier]", person.identifier)
    page.click("main form button")
    picture(page, f"{language}-step")
    page.fill("[name=password]", "wrong wrong wrong")
    page.click("main form[action*=password] button")
    expect(page.locator("[role=alert]")).to_have_count(1)
    found += barriers(page)
    picture(page, f"{language}-wrong")
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_selector("[name=code]")
    found += barriers(page)
    picture(page, f"{language}-second")
    page.fill("[name=code]", person.code(now()))
    page.click("main form[action*=code] button")
    page.wait_for_url("**/account")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        found += barriers(page)
    picture(page, f"{language}-account")
    assert found == []
