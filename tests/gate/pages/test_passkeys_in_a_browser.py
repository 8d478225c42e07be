"""A passkey is made on one's own page by a real browser's authenticator, and signs in from then on."""

from __future__ import annotations

import pytest

from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.pages.test_a_passkey_first import AUTHENTICATOR


@pytest.mark.clause("D26.two-factor")
def test_a_passkey_is_added_used_and_listed(gate, page, enter, barriers, picture):
    person = gate.apart(somebody)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    enter(page, person)
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    page.locator("form:has([name=method][value=passkey]) button").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.fill("[name=code]", person.code(now()))
    page.click("main form[action*=code] button")
    page.fill("[name=name]", "Laptop")
    assert barriers(page) == []
    picture(page, "passkey-made")
    page.click("form[data-passkey=create] button")
    page.wait_for_url("**/done/factor-added")
    page.goto("/account")
    assert "Laptop" in page.inner_text("main")
    page.click("form[action='/sign-out'] button")
    page.goto("/sign-in?for=bank-client")
    page.fill("[name=identifier]", person.identifier)
    page.locator("main form[action='/sign-in'] button").click()
    page.click("a[href$='by=passkey']")
    page.click("form[data-passkey=use] button")
    page.wait_for_selector("[name=password]")
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_url("**/account")
    assert gate.rows("SELECT proofs->0->>'method', proofs->1->>'method' FROM session WHERE ended_at IS NULL") == [
        ("passkey", "password")
    ]
