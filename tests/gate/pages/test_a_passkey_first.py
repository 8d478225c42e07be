"""A sign-in begins with a passkey at a real browser's authenticator: no name is typed."""

from __future__ import annotations

import pytest

from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.pages.conftest import PHONE
from tests.gate.pages.market import AUTHENTICATOR
from tests.gate.pages.realms.walking import passkey_of


@pytest.mark.clause("D26.two-factor")
def test_a_passkey_names_its_owner_and_a_password_lets_them_in(gate, web, page, barriers, picture):
    person = gate.apart(somebody)
    credential = gate.apart(lambda: passkey_of(person.id))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    held = {"authenticatorId": made["authenticatorId"], "credential": credential}
    devtools.send("WebAuthn.addCredential", held)
    page.set_viewport_size(PHONE)
    page.goto("/sign-in?for=bank-client&next=%2Faccount")
    assert barriers(page) == []
    picture(page, "passkey-first")
    page.click("form[data-passkey] button")
    page.wait_for_selector("[name=password]")
    picture(page, "passkey-then-password")
    page.fill("[name=password]", PASSWORD)
    page.click("main form[action*=password] button")
    page.wait_for_url("**/account")
    assert gate.rows("SELECT client_id FROM session") == [(person.id,)]
