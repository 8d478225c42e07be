"""What somebody changes on their own page, in every realm: each time proven anew, and refused to whoever cannot."""

from __future__ import annotations

import pytest

from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.law.factors import Population
from tests.gate.pages.realms.walking import CODE, DEVICE, FACE, KNOWN, NEW, OWN, PASSKEY, SECOND, SIGNATURE

BANK, INSURANCE, PARTICIPANT, EMPLOYEE = Population
RULES = {
    BANK: "D26.two-factor",
    INSURANCE: "D26.two-factor",
    PARTICIPANT: "R57.10",
    EMPLOYEE: "R57.8",
}


def rule_of(gate, walk, event):
    """By which rule an act of theirs happened."""
    asked = (
        "SELECT rule FROM gate_journal WHERE client = %s AND event = %s AND outcome = 'done' ORDER BY id DESC LIMIT 1"
    )
    return gate.rows(asked, walk.id, event)[0][0]


@pytest.mark.clause("R48.156-1", "R57.8")
@pytest.mark.parametrize("population", Population)
def test_a_browser_is_bound_as_a_device_with_a_face_and_signs_in_from_then_on(walks, gate, population):
    walk = walks(population).comes_in()
    walk.begins("new-device")
    walk.fails(KNOWN)
    walk.proves(KNOWN)
    assert walk.page.locator("form[data-device=bind]").count() == 0
    face = {PARTICIPANT: OWN, EMPLOYEE: CODE}.get(population, FACE)
    if population is not EMPLOYEE:
        # A code would be a second factor, and binds nothing.
        assert walk.page.locator(f"[name=code], a[href$='by={CODE}']").count() == 0
        walk.fails(face)
    walk.proves(face)
    walk.seen("device")
    walk.page.fill("[name=name]", "Test computer")
    walk.presses("form[data-device=bind] button")
    walk.page.wait_for_url("**/done/new-device")
    walk.goes("/account")
    walk.seen("account-with-a-device")
    assert "Test computer" in walk.page.inner_text("main")
    found = gate.rows("SELECT name, report IS NOT NULL FROM device WHERE client_id = %s", walk.id)
    assert found == [("Test computer", population is not EMPLOYEE)]
    assert "device-bound" in walk.told()
    walk.presses("form[action='/sign-out'] button")
    walk.names_themself()
    walk.proves(DEVICE, OWN if population is PARTICIPANT else KNOWN)
    walk.page.wait_for_url("**/account")
    walk.presses("form[action='/account/devices/close'] button")
    walk.page.wait_for_url("**/sign-in*")
    assert gate.rows("SELECT closed_at IS NOT NULL FROM device WHERE client_id = %s", walk.id) == [(True,)]


@pytest.mark.clause("R57.11", "R48.160.9")
@pytest.mark.parametrize("population", Population)
def test_a_password_is_changed_by_whoever_proves_anew(walks, gate, population):
    walk = walks(population).comes_in()
    walk.begins("password-change")
    if population is PARTICIPANT:
        assert walk.page.locator("[name=password], [name=code], a[href*='by=password']").count() == 0
        walk.fails(OWN)
        walk.proves(OWN)
    else:
        walk.fails(KNOWN)
        walk.proves(KNOWN, SECOND[population])
    for password, repeated in ((NEW, "another one altogether"), ("short", "short")):
        walk.page.fill("[name=password]", password)
        walk.page.fill("[name=repeated]", repeated)
        walk.ends()
        walk.refused()
    walk.seen("password-refused")
    walk.page.fill("[name=password]", NEW)
    walk.page.fill("[name=repeated]", NEW)
    walk.finishes("password-change")
    walk.seen("password-changed")
    assert "password-changed" in walk.told()
    expected = "R57.11" if population is PARTICIPANT else RULES[population]
    assert rule_of(gate, walk, "password.changed") == expected


@pytest.mark.clause("R48.160.9", "D26.identity")
@pytest.mark.parametrize("population", Population)
def test_a_number_is_changed_to_ones_own_alone_and_both_are_told(walks, gate, market, population):
    walk = walks(population).comes_in()
    walk.begins("phone-change")
    walk.fails(KNOWN)
    walk.proves(KNOWN, SECOND[population])
    foreign, own = "+77010000001", invented_phone(walk.number + 1000)
    market.owns(own, walk.iin)
    walk.asks_for(foreign)
    walk.brings("123456")
    walk.refused()
    walk.goes("/step")
    walk.seen("phone-change")
    walk.asks_for(own)
    walk.brings(market.last_code())
    assert own[-2:] in walk.page.inner_text(".q-panel-body p")
    walk.seen("phone-confirmed")
    walk.finishes("phone-change")
    told = "SELECT to_old FROM notice WHERE kind = 'phone-changed' AND client_id = %s ORDER BY to_old"
    assert gate.rows(told, walk.id) == [(False,), (True,)]
    assert rule_of(gate, walk, "phone.changed") == RULES[population]


@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("population", Population)
def test_a_passkey_is_added_by_proof_as_strong_and_signs_in_from_then_on(walks, gate, population):
    # On an authenticator that holds one of theirs already no other is made.
    second = OWN if population is PARTICIPANT else CODE
    walk = walks(population).comes_in(second=second)
    walk.begins("factor-added", PASSKEY)
    walk.fails(KNOWN)
    walk.proves(KNOWN)
    assert walk.page.locator("form[data-passkey=create]").count() == 0
    walk.proves(second)
    walk.seen("passkey-making")
    walk.page.fill("[name=name]", "Test laptop")
    walk.presses("form[data-passkey=create] button")
    walk.page.wait_for_url("**/done/factor-added")
    assert "factor-added" in walk.told()
    assert rule_of(gate, walk, "factor.added") == RULES[population]
    walk.goes("/account")
    assert "Test laptop" in walk.page.inner_text("main")
    walk.presses("form[action='/sign-out'] button")
    walk.names_themself()
    walk.proves(PASSKEY, OWN if population is PARTICIPANT else KNOWN)
    walk.page.wait_for_url("**/account")


@pytest.mark.clause("R57.10")
def test_a_participant_adds_a_signature_by_a_face_and_by_nobody_elses_key(walks, gate):
    walk = walks(PARTICIPANT).comes_in()
    walk.begins("factor-added", SIGNATURE)
    walk.proves(KNOWN, OWN)
    walk.seen("signature-added")
    walk.signs(1)
    walk.refused()
    walk.signs(walk.number)
    walk.page.wait_for_url("**/done/factor-added")
    assert gate.rows("SELECT count(*) FROM signer WHERE client_id = %s", walk.id) == [(1,)]


@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("population", Population)
def test_a_way_is_removed_and_never_the_last_that_is_needed(walks, gate, population):
    face = OWN if population is PARTICIPANT else FACE
    walk = walks(population).comes_in(second=face)
    walk.begins("factor-removed", KNOWN)
    walk.fails(KNOWN)
    walk.proves(KNOWN, face)
    walk.seen("factor-removed")
    walk.finishes("factor-removed")
    assert gate.rows("SELECT count(*) FROM password WHERE client_id = %s", walk.id) == [(0,)]
    assert "factor-removed" in walk.told()
    walk.goes("/account")
    walk.begins("factor-removed", CODE)
    walk.proves(CODE, face)
    walk.ends()
    assert "D26.two-factor" in walk.refused()
    walk.seen("factors-too-few")
    assert gate.rows("SELECT count(*) FROM one_time_code WHERE client_id = %s", walk.id) == [(1,)]


@pytest.mark.parametrize("population", Population)
def test_an_account_is_closed_by_whoever_proves_anew(walks, gate, population):
    walk = walks(population).comes_in()
    walk.begins("closing")
    walk.fails(KNOWN)
    walk.proves(KNOWN)
    assert walk.page.locator("form[action$='step/finish']").count() == 0
    walk.proves(SECOND[population])
    walk.seen("closing")
    assert gate.rows("SELECT state FROM client WHERE id = %s", walk.id) == [("active",)]
    walk.finishes("closing")
    walk.seen("closed")
    walk.goes("/account")
    walk.page.wait_for_url("**/sign-in*")
    assert gate.rows("SELECT state FROM client WHERE id = %s", walk.id) == [("closed",)]
    walk.names_themself()
    walk.fails(KNOWN)
