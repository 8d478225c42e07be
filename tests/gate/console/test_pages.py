"""The console's pages: each opens to whoever has a duty for it, and every act is written down."""

from __future__ import annotations

import pytest

from qorgan.law.factors import Population
from tests.gate.ceremonies.people import somebody
from tests.gate.console.conftest import sign_in

OPENS = {
    "/console/": {"support", "security", "administrator", "inspector", ""},
    "/console/people": {"support", "security"},
    "/console/employees": {"security", "administrator"},
    "/console/duties": {"support", "security", "administrator", "inspector", ""},
    "/console/journal": {"security", "inspector"},
    "/inspection/": {"inspector"},
}


@pytest.mark.clause("R57.4", "R57.5")
@pytest.mark.parametrize("duty", ["support", "security", "administrator", "inspector", ""])
def test_a_duty_opens_its_pages_and_no_others(at_console, duty):
    browser, _ = at_console(0, *([duty] if duty else []))
    found = {address: browser.get(address).status_code for address in OPENS}
    assert found == {address: 200 if duty in who else 403 for address, who in OPENS.items()}


@pytest.mark.clause("R57.4")
def test_nobody_sees_the_console_without_signing_in_as_an_employee(gate, visitor):
    stranger = visitor()
    for address in OPENS:
        assert stranger.get(address)["Location"].startswith("/sign-in?for=employee")
    client, browser = somebody(Population.BANK_CLIENT), visitor()
    sign_in(browser, client)
    assert {browser.get(address).status_code for address in OPENS} == {403}


@pytest.mark.clause("R57.7", "D26.journal")
def test_a_client_is_blocked_and_let_in_again_with_a_reason_that_is_kept(gate, at_console, visitor):
    client, browser_of_client = somebody(Population.BANK_CLIENT, 1), visitor()
    sign_in(browser_of_client, client)
    browser, officer = at_console(0, "security")
    found = browser.post("/console/people", {"population": "bank-client", "identifier": client.identifier})
    assert found["Location"] == f"/console/people/{client.id}"
    page = browser.get(found["Location"])
    assert page.status_code == 200
    assert client.identifier not in page.content.decode()
    without = browser.post(f"/console/people/{client.id}/block", {"reason": " "})
    assert "R57.7" in without.content.decode()
    assert browser.post(f"/console/people/{client.id}/block", {"reason": "asked by phone"}).status_code == 303
    assert browser_of_client.get("/account").status_code == 303
    assert browser.post(f"/console/people/{client.id}/unblock", {"reason": "came in person"}).status_code == 303
    rows = gate.rows(
        "SELECT event, actor, reason, before->>'state', after->>'state' FROM gate_journal "
        "WHERE event IN ('account.blocked', 'account.unblocked') ORDER BY id"
    )
    assert rows == [
        ("account.blocked", officer.id, "asked by phone", "active", "blocked"),
        ("account.unblocked", officer.id, "came in person", "blocked", "active"),
    ]
    seen = gate.rows("SELECT count(*) FROM gate_journal WHERE event = 'account.seen' AND client = %s", client.id)
    assert seen[0][0] >= 1
    assert gate.rows("SELECT count(*) FROM notice WHERE kind IN ('blocked', 'unblocked')") == [(2,)]


@pytest.mark.clause("R57.7")
def test_whoever_may_block_clients_alone_may_not_block_employees(gate, at_console):
    browser, _ = at_console(0, "support")
    other = somebody(Population.EMPLOYEE, 1)
    assert browser.get(f"/console/people/{other.id}").status_code == 403
    assert browser.post(f"/console/people/{other.id}/block", {"reason": "x"}).status_code == 403
    assert gate.rows("SELECT state FROM client WHERE id = %s", other.id) == [("active",)]


@pytest.mark.clause("R57.7")
def test_nobody_blocks_themself(gate, at_console):
    browser, officer = at_console(0, "security")
    browser.post(f"/console/people/{officer.id}/block", {"reason": "x"})
    assert gate.rows("SELECT state FROM client WHERE id = %s", officer.id) == [("active",)]


@pytest.mark.clause("R57.6", "R57.7", "R57.8")
def test_an_employee_is_invited_and_signs_in_with_what_they_chose(gate, at_console, visitor):
    import re

    from qorgan.eds.pki.sandbox import invented_iin
    from qorgan.gate.factors.one_time_code import steps
    from qorgan.kit.clock import now

    browser, _ = at_console(0, "administrator")
    form = {"login": "new.hand", "name": "Test Testova", "iin": invented_iin(7), "reason": "joined the desk"}
    page = browser.post("/console/employees", form).content.decode()
    secret = re.search(r'class="g-secret">([^<]+)<', page)[1]
    newcomer = visitor()
    assert newcomer.post("/invitation", {"invitation": secret})["Location"] == "/step"
    chosen = {"password": "violet harbour 4 lanterns", "repeated": "violet harbour 4 lanterns"}
    assert newcomer.post("/step/enrol/password", chosen).status_code == 303
    assert "D26.two-factor" in newcomer.post("/step/finish", {}).content.decode()
    shown = newcomer.post("/step/enrolment/one-time-code", {}).content.decode()
    key = re.search(r'name="secret" value="([A-Z2-7]+)"', shown)[1]
    code = steps.code_at(key, steps.step_at(now()))
    assert newcomer.post("/step/enrol/one-time-code", {"code": code}).status_code == 303
    assert newcomer.post("/step/finish", {})["Location"] == "/done/invited"
    assert visitor().post("/invitation", {"invitation": secret}).status_code == 200
    assert gate.rows("SELECT count(*) FROM client WHERE login = 'new.hand' AND invitation_digest IS NULL") == [(1,)]
    again = browser.post("/console/employees", {**form, "login": "another"}).content.decode()
    assert "R57.6" in again


@pytest.mark.clause("R57.6")
def test_one_account_in_two_places_is_flagged(gate, at_console, visitor):
    from django.test import Client

    browser, _ = at_console(0, "security")
    other = somebody(Population.EMPLOYEE, 1)
    sign_in(visitor(), other)
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    elsewhere = Client(headers={"host": "localhost", "user-agent": "Elsewhere/1"}, REMOTE_ADDR="198.51.100.7")
    sign_in(elsewhere, other)
    assert other.identifier in browser.get("/console/").content.decode()
    rows = gate.rows(
        "SELECT detail ? 'concurrent' FROM gate_journal WHERE event = 'sign-in' AND client = %s ORDER BY id", other.id
    )
    assert rows == [(False,), (True,)]


@pytest.mark.clause("D26.journal")
def test_the_journal_is_searched_and_the_search_is_written_down(gate, at_console):
    browser, officer = at_console(0, "inspector")
    page = browser.get("/console/journal?event=sign-in&outcome=done").content.decode()
    assert str(officer.id) in page
    assert "Write a day" in browser.get("/console/journal?since=yesterday").content.decode()
    refused = browser.get("/console/journal?event=nothing").content.decode()
    assert "There is no such event" in refused
    assert 'id="entries"' not in refused, "what was not looked for is not said to be missing"
    rows = gate.rows("SELECT actor, detail->>'event' FROM gate_journal WHERE event = 'journal.searched'")
    assert rows == [(officer.id, "sign-in")]
