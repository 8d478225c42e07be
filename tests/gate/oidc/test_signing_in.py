"""The whole way: from an application to the gate, through a sign-in, and back with what was proven."""

from __future__ import annotations

import time

import pytest

from qorgan.gate.oidc import jose
from qorgan.law.factors import Population
from tests.gate.oidc.whole_way import make_person, told


def _claims(browser, tokens):
    return jose.verified(tokens["id_token"], browser.http.get("/oidc/keys").json())


@pytest.mark.clause("R57.4")
@pytest.mark.clause("D26.two-factor")
def test_an_application_learns_who_signed_in_by_which_factors_and_rule(browser, application, person, redeem):
    asked = browser.authorise(application)
    first = browser.answers[-1]
    assert first.status_code == 303
    assert first.headers["Location"].startswith("/sign-in?request=")
    back = browser.go_on(browser.sign_in(person))
    assert back["state"] == asked.parameters["state"]
    assert back["iss"] == "http://localhost:8460"
    answer = redeem(application, back["code"], asked)
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    claims = _claims(browser, tokens)
    assert claims["sub"] == str(person.id)
    assert claims["acr"] == "urn:qorgan:acr:D26.two-factor"
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert claims["nonce"] == asked.parameters["nonce"]
    assert abs(claims["auth_time"] - time.time()) < 60
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_is_signed_in_goes_back_at_once(browser, application, person, redeem):
    browser.code(application, person)
    asked = browser.authorise(application)
    answer = browser.answers[-1]
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert redeem(application, told(answer)["code"], asked).status_code == 200


def test_a_population_signs_in_only_to_its_own_applications(browser, application, register, person):
    browser.code(application, person)
    platform = register("platform", population=Population.PARTICIPANT)
    browser.authorise(platform)
    assert browser.answers[-1].headers["Location"].startswith("/sign-in")
    browser.authorise(platform, prompt="none")
    assert told(browser.answers[-1])["error"] == "login_required"


def test_nobody_is_met_when_the_application_forbids_it(browser, application, person):
    browser.authorise(application, prompt="none")
    assert told(browser.answers[-1])["error"] == "login_required"
    browser.code(application, person)
    browser.authorise(application, prompt="none")
    assert "code" in told(browser.answers[-1])


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}])
def test_a_person_is_met_anew_when_the_application_asks_for_it(browser, application, person, redeem, changes):
    browser.code(application, person)
    first = browser.http.cookies["qorgan-gate-session"]
    asked = browser.authorise(application, **changes)
    location = browser.answers[-1].headers["Location"]
    assert location.startswith("/sign-in")
    # The old session does not do, though it stands.
    waiting = location.partition("request=")[2]
    assert browser.go_on(f"/oidc/go-on/{waiting}")["error"] == "login_required"
    asked = browser.authorise(application, **changes)
    back = browser.go_on(browser.sign_in(person))
    assert browser.http.cookies["qorgan-gate-session"] != first
    assert redeem(application, back["code"], asked).status_code == 200


def test_a_long_max_age_takes_the_session_that_stands(browser, application, person):
    browser.code(application, person)
    browser.authorise(application, max_age="3600")
    assert "code" in told(browser.answers[-1])


@pytest.mark.clause("D26.two-factor")
def test_a_rule_that_no_sign_in_here_satisfies_is_said_not_to_be_met(browser, application, person):
    browser.authorise(application, acr_values="urn:qorgan:acr:R57.10")
    assert told(browser.answers[-1])["error"] == "unmet_authentication_requirements"
    browser.code(application, person)
    browser.authorise(application, acr_values="urn:example:other urn:qorgan:acr:D26.two-factor")
    assert "code" in told(browser.answers[-1])


def test_whoever_goes_away_is_reported_as_having_denied(browser, application):
    browser.authorise(application)
    waiting = browser.answers[-1].headers["Location"].partition("request=")[2]
    back = browser.go_on(f"/oidc/go-on/{waiting}")
    assert back["error"] == "access_denied"
    assert back["iss"] == "http://localhost:8460"
    assert browser.http.get(f"/oidc/go-on/{waiting}").status_code == 410


def test_a_hint_names_the_person_and_leaves_no_trace_of_who(browser, application, person, gate):
    browser.authorise(application, login_hint=person.iin)
    assert person.iin not in browser.answers[-1].headers["Location"]
    for table in ("authorisation", "ceremony"):
        assert person.iin not in str(gate.rows(f"SELECT * FROM {table}"))
    back = browser.go_on(browser.sign_in(person))
    assert "code" in back


def test_a_hint_of_an_id_token_demands_the_same_person(browsing, application, person, redeem, gate):
    browser = browsing()
    code, asked = browser.code(application, person)
    hint = redeem(application, code, asked).json()["id_token"]
    browser.authorise(application, prompt="none", id_token_hint=hint)
    assert "code" in told(browser.answers[-1])
    other = make_person(gate, 2)
    another = browsing()
    another.code(application, other)
    another.authorise(application, prompt="none", id_token_hint=hint)
    assert told(another.answers[-1])["error"] == "login_required"
    another.authorise(application, id_token_hint=hint)
    assert another.go_on(another.sign_in(other))["error"] == "login_required"
    another.authorise(application, id_token_hint=f"{hint}x")
    assert told(another.answers[-1])["error"] == "invalid_request"


def test_the_wished_language_meets_the_person(browser, application):
    browser.authorise(application, ui_locales="de kk")
    assert browser.http.cookies["qorgan-gate-language"] == "kk"


@pytest.mark.clause("D26.two-factor")
def test_what_was_answered_stands_in_the_journal(browser, application, person, redeem, gate):
    code, asked = browser.code(application, person)
    redeem(application, code, asked)
    rows = gate.rows(
        "SELECT detail->>'kind', detail->>'application', client FROM gate_journal "
        "WHERE event = 'token.issued' ORDER BY id"
    )
    assert rows == [("code", "bank", person.id), (None, "bank", person.id)]
    assert code not in str(gate.rows("SELECT * FROM gate_journal"))


def test_nothing_secret_is_kept_as_it_is(browser, application, person, redeem, gate):
    code, asked = browser.code(application, person, scope="openid offline_access")
    tokens = redeem(application, code, asked).json()
    kept = str(
        [gate.rows(f"SELECT * FROM {name}") for name in ("authorisation", "token", "application", "signing_key")]
    )
    for secret in (code, tokens["access_token"], tokens["refresh_token"], application.secret, '"d"'):
        assert secret not in kept


def test_what_nobody_answered_is_forgotten_soon(browser, application, person, gate, as_clerk):
    from qorgan.gate.oidc import chores

    browser.authorise(application)
    browser.code(application, person)
    with as_clerk():
        assert chores.forget() == 0
    gate.tamper("UPDATE authorisation SET asked_at = asked_at - interval '1 hour'")
    with as_clerk():
        assert chores.forget() == 1
    assert gate.rows("SELECT state FROM authorisation") == [("granted",)]
