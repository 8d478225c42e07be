"""A sign-in begins with a passkey at a real browser's authenticator: no name is typed."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from qorgan.kit.clock import now
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.gate.pages.conftest import PHONE

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def enrolled(person):
    """A passkey of theirs, as the browser's devtools take one."""
    from qorgan.gate.factors.passkey import verifying
    from qorgan.gate.factors.passkey.authenticator import Software

    device, ceremony = Software("http://localhost:8460"), uuid4()
    asked = verifying.enrol_begin(person.id, ceremony=ceremony, nonce=b"n" * 32, purpose="", now=now())
    verifying.enrol_finish(person.id, asked.kept, device.make(asked.public), ceremony=ceremony, now=now())
    ((credential, (key, handle)),) = device.keys.items()
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    texts = {"credentialId": credential, "privateKey": private, "userHandle": handle}
    said = {name: base64.b64encode(raw).decode() for name, raw in texts.items()}
    return {**said, "rpId": "localhost", "isResidentCredential": True, "signCount": device.counter}


@pytest.mark.clause("D26.two-factor")
def test_a_passkey_names_its_owner_and_a_password_lets_them_in(gate, web, page, barriers, picture):
    person = gate.apart(somebody)
    credential = gate.apart(lambda: enrolled(person))
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
