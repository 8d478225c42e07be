"""On one's own page: what one signs in with is changed after proving anew, and others' reach ends at once."""

from __future__ import annotations

import re

import msgspec
import pytest

from qorgan.kit.clock import now
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, somebody

NEW = "amber window 9 sparrows"


def come(gate, browser, person):
    """Sign in. Tests do not wait half a minute for the next code."""
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    browser.post("/sign-in", {"for": person.population.value, "identifier": person.identifier})
    prove(browser, person)


def prove(browser, person):
    """Answer with both factors."""
    browser.post("/step/prove/password", {"password": PASSWORD})
    return browser.post("/step/prove/one-time-code", {"code": person.code(now())})


@pytest.fixture
def at_home(gate, visitor):
    """Somebody who is in at two browsers."""
    person = somebody()
    browsers = visitor(), visitor()
    for browser in browsers:
        come(gate, browser, person)
        assert browser.get("/account").status_code == 200
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    return person, *browsers


def begin(browser, kind, method=""):
    return browser.post("/account/begin", {"kind": kind, "method": method})


@pytest.mark.clause("R48.160.9", "D26.journal")
def test_the_last_sign_ins_good_and_bad_are_seen(gate, at_home, visitor):
    person, browser, _ = at_home
    stranger = visitor()
    stranger.post("/sign-in", {"for": "bank-client", "identifier": person.identifier})
    stranger.post("/step/prove/password", {"password": "wrong wrong wrong"})
    page = browser.get("/account").content.decode()
    assert page.count("signed in</span>") == 2
    assert page.count("failed attempt</span>") == 1


def test_a_password_is_changed_after_proving_anew(gate, at_home):
    person, browser, other = at_home
    assert begin(browser, "password-change")["Location"] == "/step"
    assert browser.post("/step/finish", {"password": NEW, "repeated": NEW}).status_code == 403
    prove(browser, person)
    differs = browser.post("/step/finish", {"password": NEW, "repeated": "another"})
    assert "not the same" in differs.content.decode()
    short = browser.post("/step/finish", {"password": "short", "repeated": "short"})
    assert "too short" in short.content.decode()
    assert browser.post("/step/finish", {"password": NEW, "repeated": NEW})["Location"] == "/done/password-change"
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert ("password-changed",) in gate.rows("SELECT kind FROM notice")


def test_an_app_of_codes_is_added_and_removed(gate, at_home):
    from qorgan.gate.factors.one_time_code import steps

    person, browser, _ = at_home
    begin(browser, "factor-added", "one-time-code")
    prove(browser, person)
    shown = browser.post("/step/enrolment/one-time-code").content.decode()
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("secret", "address")}
    wrong = browser.post("/step/finish", {**fields, "code": "000000"}).content.decode()
    assert "does not match" in wrong
    assert fields["secret"][:4] in wrong
    code = steps.code_at(fields["secret"], steps.step_at(now()))
    done = browser.post("/step/finish", {**fields, "code": code, "name": "Tablet"})
    assert done["Location"] == "/done/factor-added"
    assert "Tablet" in browser.get("/account").content.decode()
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    begin(browser, "factor-removed", "one-time-code")
    prove(browser, person)
    page = browser.get("/step").content.decode()
    credential = re.search(r'name="credential" value="([^"]+)"[^>]*>\s*<span[^>]*>Tablet', page)[1]
    assert browser.post("/step/finish", {"credential": credential})["Location"] == "/done/factor-removed"
    assert "Tablet" not in browser.get("/account").content.decode()


@pytest.mark.clause("D26.two-factor")
def test_nobody_removes_what_they_need_to_sign_in_with(gate, visitor):
    person, browser = somebody(Population.EMPLOYEE), visitor()
    come(gate, browser, person)
    gate.tamper("UPDATE one_time_code SET last_step = 0")
    begin(browser, "factor-removed", "one-time-code")
    prove(browser, person)
    credential = gate.rows("SELECT id FROM one_time_code")[0][0]
    refused = browser.post("/step/finish", {"credential": str(credential)}).content.decode()
    assert "D26.two-factor" in refused
    assert gate.rows("SELECT count(*) FROM one_time_code") == [(1,)]


def test_another_session_is_ended_from_here(gate, at_home):
    _, browser, other = at_home
    page = browser.get("/account").content.decode()
    session = re.search(r'name="session" value="([^"]+)"', page)[1]
    assert browser.post("/account/sessions/end", {"session": session}).status_code == 303
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_nobody_ends_anothers_session(gate, at_home, visitor):
    _, _, _ = at_home
    stranger, browser = somebody(number=1), visitor()
    come(gate, browser, stranger)
    for (session,) in gate.rows("SELECT id FROM session WHERE client_id <> %s", stranger.id):
        browser.post("/account/sessions/end", {"session": str(session)})
    assert gate.rows("SELECT count(*) FROM session WHERE ended_at IS NOT NULL") == [(0,)]


def test_an_account_is_closed_by_its_owner(gate, at_home):
    person, browser, other = at_home
    begin(browser, "closing")
    prove(browser, person)
    assert "cannot be undone" in browser.get("/step").content.decode()
    assert browser.post("/step/finish")["Location"] == "/done/closing"
    assert {one.get("/account").status_code for one in (browser, other)} == {303}
    assert gate.rows("SELECT state FROM client WHERE id = %s", person.id) == [("closed",)]


def test_signing_out_ends_the_session(gate, at_home):
    _, browser, other = at_home
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert browser.get("/account").status_code == 303
    assert other.get("/account").status_code == 200


@pytest.mark.clause("R57.3.1")
def test_a_platform_lets_in_its_participants_and_employees_and_nobody_else(gate, visitor):
    from django.conf import settings
    from django.test import override_settings

    replace = msgspec.structs.replace
    pages = replace(settings.CONFIG.pages, populations=(Population.PARTICIPANT, Population.EMPLOYEE))
    with override_settings(CONFIG=replace(settings.CONFIG, pages=pages)):
        browser = visitor()
        offered = re.findall(r"for=([a-z-]+)", browser.get("/sign-in").content.decode())
        assert offered == ["participant", "employee"]
        asked = browser.post("/sign-in", {"for": "bank-client", "identifier": somebody().identifier})
        assert asked.status_code == 200
        assert gate.rows("SELECT count(*) FROM ceremony") == [(0,)]
        page = browser.get("/register?for=employee").content.decode()
        assert re.findall(r'name="for" value="([a-z-]+)"', page) == ["participant"]


def test_the_page_says_which_application_asks(gate, visitor):
    from tests.gate.oidc.whole_way import asking

    application, person, browser = _application(), somebody(), visitor()
    come_from = browser.get("/oidc/authorise", asking(application).parameters)
    page = browser.get(come_from["Location"]).content.decode()
    assert "<strong>Sample Bank</strong>" in page
    hidden = dict(re.findall(r'type="hidden" name="(for|next|request)" value="([^"]*)"', page))
    browser.post("/sign-in", {**hidden, "identifier": person.identifier})
    assert "Sample Bank" in browser.get("/step").content.decode()
    gone = prove(browser, person)
    assert gone["Location"].startswith("/oidc/go-on/")
    onward = browser.get(gone["Location"])
    assert "code=" in onward["Refresh"]


def _application():
    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import registry
    from qorgan.gate.oidc.registered import Authentication, Kind
    from tests.gate.oidc.whole_way import Application

    described = registry.Described(
        client_id="bank",
        name="Sample Bank",
        kind=Kind.WEB,
        population=Population.BANK_CLIENT,
        authentication=Authentication.SECRET_BASIC,
        redirect_uris=("https://bank.example/signed-in",),
    )
    return Application(*registry.add(described, by=None, whence=HERE, now=now()))
