"""What somebody in the way may try with codes, addresses and tokens; each beside the same thing done rightly."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from qorgan.gate.oidc import jose
from qorgan.gate.oidc.registered import Kind
from tests.gate.oidc.whole_way import asking, told


def _reasons(gate):
    return [
        reason for (reason,) in gate.rows("SELECT reason FROM gate_journal WHERE event = 'token.refused' ORDER BY id")
    ]


def _active(posting, application, token):
    return posting(application, "/oidc/introspect", {"token": token}).json()["active"]


@pytest.mark.clause("R57.4")
def test_a_code_that_comes_again_ends_what_it_gave(browser, application, person, redeem, posting, gate):
    code, asked = browser.code(application, person)
    token = redeem(application, code, asked).json()["access_token"]
    assert _active(posting, application, token)
    again = redeem(application, code, asked)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not _active(posting, application, token)
    assert _reasons(gate) == ["code-reused"]
    assert browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_of_many_who_bring_one_code_at_once_one_at_most_gets_tokens_that_live(
    browser, application, person, redeem, posting, gate
):
    code, asked = browser.code(application, person)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gate.apart(lambda: redeem(application, code, asked)), range(8)))
    tokens = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert len(tokens) == 1
    assert not _active(posting, application, tokens[0])


def test_a_wrong_verifier_gets_nothing_and_spoils_the_code(browser, application, person, redeem, gate):
    code, asked = browser.code(application, person)
    for verifier in ("w" * 43, asked.parameters["code_challenge"]):
        refused = redeem(application, code, asked, code_verifier=verifier)
        assert refused.json()["error"] == "invalid_grant"
    assert redeem(application, code, asked).json()["error"] == "invalid_grant"
    assert _reasons(gate)[0] == "verifier-wrong"


def test_a_code_is_no_use_to_another_application(browser, application, register, person, redeem, gate):
    other = register("other")
    code, asked = browser.code(application, person)
    assert redeem(other, code, asked).json()["error"] == "invalid_grant"
    assert _reasons(gate) == ["other-application"]


def test_a_code_injected_into_a_victims_sign_in_is_refused(browsing, application, person, redeem):
    # The attacker's own code, put into the answer that a victim's application waits for: its verifier is another.
    stolen, _ = browsing().code(application, person)
    victims = asking(application)
    assert redeem(application, stolen, victims).json()["error"] == "invalid_grant"


def test_a_code_is_redeemed_with_the_address_that_it_was_sent_to(browser, register, person, redeem):
    two = register("two", redirect_uris=("https://two.example/a", "https://two.example/b"))
    code, asked = browser.code(two, person)
    refused = redeem(two, code, asked, redirect_uri="https://two.example/b")
    assert refused.json()["error"] == "invalid_grant"


def test_a_code_lives_a_minute(browser, application, person, redeem, gate):
    code, asked = browser.code(application, person)
    gate.tamper("UPDATE authorisation SET code_expires_at = code_expires_at - interval '60 seconds'")
    assert redeem(application, code, asked).json()["error"] == "invalid_grant"
    ((lives,),) = gate.rows("SELECT extract(epoch FROM code_expires_at - asked_at) FROM authorisation")
    assert lives < 5
    assert _reasons(gate) == ["code-expired"]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "https://bank.example/signed-in/"},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
        {"client_id": "bank\0"},
    ],
)
def test_nobody_is_sent_where_the_application_did_not_say(browser, application, changes):
    browser.authorise(application, **changes)
    answer = browser.answers[-1]
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "Refresh" not in answer.headers
    assert "evil.example" not in answer.text
    page = browser.http.get(answer.request.url, headers={"Accept": "text/html", "Accept-Language": "ru"})
    assert page.status_code == 400
    assert "неизвестное приложение" in page.text


@pytest.mark.parametrize(
    "changes", [{"code_challenge": None}, {"code_challenge_method": "plain"}, {"scope": "profile"}]
)
def test_an_error_goes_back_with_state_and_with_who_says_it(browser, application, changes):
    asked = browser.authorise(application, **changes)
    back = told(browser.answers[-1])
    assert back["error"] in {"invalid_request", "invalid_scope"}
    assert back["state"] == asked.parameters["state"]
    # By this an application that speaks to several providers knows whose answer it is (RFC 9207).
    assert back["iss"] == "http://localhost:8460"
    assert "code" not in back


def test_a_sign_in_goes_on_in_the_browser_that_began_it_alone(browsing, application, person):
    victim, attacker = browsing(), browsing()
    victim.code(application, person)
    attacker.authorise(application)
    waiting = attacker.answers[-1].headers["Location"].partition("request=")[2]
    # The attacker's request, opened by somebody who is signed in: their session would go to the attacker's account.
    assert victim.http.get(f"/oidc/go-on/{waiting}").status_code == 410
    assert attacker.go_on(f"/oidc/go-on/{waiting}")["error"] == "access_denied"


def test_an_id_token_says_back_only_a_nonce_that_was_sent(browser, application, person, redeem):
    keys = browser.http.get("/oidc/keys").json()
    code, asked = browser.code(application, person, nonce=None)
    claims = jose.verified(redeem(application, code, asked).json()["id_token"], keys)
    assert "nonce" not in claims
    asked = browser.authorise(application)
    code = told(browser.answers[-1])["code"]
    claims = jose.verified(redeem(application, code, asked).json()["id_token"], keys)
    assert claims["nonce"] == asked.parameters["nonce"]


@pytest.mark.clause("R57.4")
def test_a_token_that_is_altered_made_up_or_of_another_kind_opens_nothing(browser, application, person, redeem):
    code, asked = browser.code(application, person, scope="openid offline_access")
    tokens = redeem(application, code, asked).json()
    good, *bad = (
        tokens["access_token"],
        tokens["access_token"][:-1] + "!",
        tokens["access_token"] + "a",
        tokens["refresh_token"],
        tokens["id_token"],
        code,
        "qga_",
        "x",
    )
    assert browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    for token in bad:
        answer = browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    bare = browser.http.get("/oidc/userinfo")
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, "Bearer")
    # Tokens are not taken from addresses, where logs and histories would keep them.
    assert browser.http.get("/oidc/userinfo", params={"access_token": good}).status_code == 401


def test_an_access_token_ends_after_five_minutes(browser, application, person, redeem, posting, gate):
    code, asked = browser.code(application, person)
    answer = redeem(application, code, asked).json()
    assert answer["expires_in"] == 300
    assert _active(posting, application, answer["access_token"])
    gate.tamper("UPDATE token SET expires_at = expires_at - interval '300 seconds'")
    assert not _active(posting, application, answer["access_token"])


def test_an_id_token_by_no_algorithm_or_a_confused_one_is_no_hint(browser, application, person, redeem):
    code, asked = browser.code(application, person)
    token = redeem(application, code, asked).json()["id_token"]
    head, body, _ = token.split(".")
    bare = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    for forged in (f"{bare}.{body}.", f"{head}.{body}.AAAA", f"{head}.{body}."):
        browser.authorise(application, id_token_hint=forged)
        assert told(browser.answers[-1])["error"] == "invalid_request"


def test_an_application_that_does_not_prove_itself_is_told_nothing(browser, application, person, browsing):
    code, asked = browser.code(application, person)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.parameters["redirect_uri"],
        "code_verifier": asked.verifier,
    }
    http = browsing().http
    for wrong in (
        http.post("/oidc/token", data=form),
        http.post("/oidc/token", data={**form, "client_id": "bank"}),
        http.post("/oidc/token", data=form, auth=("bank", "qgs_wrong")),
        http.post("/oidc/token", data=form, auth=("unknown", "qgs_wrong")),
    ):
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
        assert wrong.headers["WWW-Authenticate"].startswith("Basic")
        assert wrong.headers["Cache-Control"] == "no-store"
    # None of them spoilt the code.
    assert http.post("/oidc/token", data=form, auth=application.basic).status_code == 200


def test_an_application_that_was_removed_has_nothing_left(browser, application, person, redeem, posting, register):
    from datetime import UTC, datetime

    from qorgan.gate.journal.entry import HERE
    from qorgan.gate.oidc import registry

    code, asked = browser.code(application, person)
    token = redeem(application, code, asked).json()["access_token"]
    registry.remove("bank", by=None, whence=HERE, now=datetime.now(UTC))
    assert posting(application, "/oidc/introspect", {"token": token}).status_code == 401
    assert browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    service = register("api", kind=Kind.RESOURCE_SERVER, redirect_uris=(), post_logout_redirect_uris=())
    assert not _active(posting, service, token)
    browser.authorise(application)
    assert browser.answers[-1].status_code == 400
