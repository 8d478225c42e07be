"""Tokens after the sign-in: refreshed once, introspected, revoked, and ended with the session that they came of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from qorgan.gate.oidc import jose
from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.law.factors import Population


def _active(posting, application, token):
    return posting(application, "/oidc/introspect", {"token": token}).json()["active"]


def _refresh(posting, application, token, **changes):
    return posting(application, "/oidc/token", {"grant_type": "refresh_token", "refresh_token": token, **changes})


@pytest.fixture
def tokens(browser, application, person, redeem):
    code, asked = browser.code(application, person, scope="openid profile phone iin offline_access")
    return redeem(application, code, asked).json()


def test_a_refresh_token_is_given_only_to_who_asks_for_it(browser, application, person, redeem):
    code, asked = browser.code(application, person)
    assert "refresh_token" not in redeem(application, code, asked).json()


def test_a_refresh_token_is_spent_and_followed_by_another(tokens, application, posting, browser):
    second = _refresh(posting, application, tokens["refresh_token"])
    assert second.status_code == 200, second.text
    answer = second.json()
    assert answer["refresh_token"] != tokens["refresh_token"]
    keys = browser.http.get("/oidc/keys").json()
    first_claims, claims = (jose.verified(one["id_token"], keys) for one in (tokens, answer))
    for name in ("sub", "auth_time", "acr", "amr", "sid", "aud"):
        assert claims[name] == first_claims[name]
    assert "nonce" not in claims
    assert _refresh(posting, application, answer["refresh_token"]).status_code == 200


def test_a_refresh_token_that_comes_again_ends_the_whole_family(tokens, application, posting, gate):
    second = _refresh(posting, application, tokens["refresh_token"]).json()
    assert _active(posting, application, second["access_token"])
    assert _refresh(posting, application, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert not _active(posting, application, second["access_token"])
    assert _refresh(posting, application, second["refresh_token"]).json()["error"] == "invalid_grant"
    ((revoked,),) = gate.rows("SELECT reason FROM gate_journal WHERE event = 'token.revoked'")
    assert revoked == "refresh-reused"


def test_a_refresh_token_is_no_use_to_another_application(tokens, application, register, posting):
    assert _refresh(posting, register("other"), tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert _refresh(posting, application, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_opens_less_and_never_more(tokens, application, posting, browser):
    narrow = _refresh(posting, application, tokens["refresh_token"], scope="openid").json()
    assert narrow["scope"] == "openid"
    told = browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {narrow['access_token']}"}).json()
    assert set(told) == {"sub"}
    wide = _refresh(posting, application, narrow["refresh_token"], scope="openid bin")
    assert wide.json()["error"] == "invalid_scope"
    assert _refresh(posting, application, narrow["refresh_token"]).json()["scope"] == tokens["scope"]


def test_a_person_is_told_of_only_under_the_scopes_that_were_asked(tokens, browser, application, person, redeem):
    def ask(token):
        return browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"}).json()

    assert ask(tokens["access_token"]) == {
        "sub": str(person.id),
        "name": "Үлгі Айдын",
        "locale": "ru",
        "phone_number": "+77010000001",
        "iin": person.iin,
    }
    code, asked = browser.code(application, person, prompt="login", scope="openid profile")
    narrow = redeem(application, code, asked).json()
    assert set(ask(narrow["access_token"])) == {"sub", "name", "locale"}
    # No name and no number is in the ID token, which travels through browsers.
    assert person.iin not in str(jose.verified(narrow["id_token"], browser.http.get("/oidc/keys").json()))


def test_the_iin_is_for_applications_to_which_it_was_granted(browser, register, person):
    modest = register("modest", scopes=("openid", "profile"))
    asked = browser.authorise(modest, scope="openid iin")
    assert "error=invalid_scope" in browser.answers[-1].headers["Location"]
    assert asked.parameters["state"] in browser.answers[-1].headers["Location"]


@pytest.mark.clause("R57.4")
def test_a_session_that_ends_ends_its_tokens(tokens, application, posting, browser, person):
    from django.db import transaction

    from qorgan.gate.ceremonies import sessions
    from qorgan.gate.clients import access
    from qorgan.gate.clients.act import Act
    from qorgan.gate.journal.entry import HERE

    assert _active(posting, application, tokens["access_token"])
    with transaction.atomic():
        client = access.by_id(person.id)
        assert sessions.end_all(client, why="test", act=Act(now=datetime.now(UTC), whence=HERE))
    assert not _active(posting, application, tokens["access_token"])
    assert (
        browser.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code
        == 401
    )
    assert _refresh(posting, application, tokens["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.clause("R57.4")
def test_a_client_who_is_blocked_has_no_tokens_left(tokens, application, posting, person):
    from qorgan.gate.clients import actions
    from qorgan.gate.clients.act import Act
    from qorgan.gate.journal.entry import HERE

    assert _active(posting, application, tokens["access_token"])
    actions.block(person.id, act=Act(now=datetime.now(UTC), whence=HERE, reason="asked by phone"))
    assert not _active(posting, application, tokens["access_token"])
    assert _refresh(posting, application, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_session_left_idle_ends_its_tokens_and_a_used_token_keeps_it(tokens, application, posting, gate):
    gate.tamper("UPDATE session SET seen_at = seen_at - (idle - 60) * interval '1 second'")
    assert _active(posting, application, tokens["access_token"])
    gate.tamper("UPDATE session SET seen_at = seen_at - (idle - 60) * interval '1 second'")
    assert _active(posting, application, tokens["access_token"])
    gate.tamper("UPDATE session SET seen_at = seen_at - (idle + 60) * interval '1 second'")
    assert not _active(posting, application, tokens["access_token"])


def test_an_application_ends_its_own_tokens_and_no_others(tokens, application, register, posting):
    other = register("other")
    assert posting(other, "/oidc/revoke", {"token": tokens["access_token"]}).status_code == 200
    assert _active(posting, application, tokens["access_token"])
    assert posting(application, "/oidc/revoke", {"token": tokens["access_token"]}).status_code == 200
    assert not _active(posting, application, tokens["access_token"])
    assert _active(posting, application, tokens["refresh_token"])
    newer = _refresh(posting, application, tokens["refresh_token"]).json()
    assert posting(application, "/oidc/revoke", {"token": newer["refresh_token"]}).status_code == 200
    assert not _active(posting, application, newer["access_token"])
    assert posting(application, "/oidc/revoke", {"token": "never was"}).status_code == 200


def test_a_service_learns_what_a_token_is_and_other_applications_do_not(tokens, application, register, posting, person):
    service = register("api", kind=Kind.RESOURCE_SERVER, redirect_uris=(), post_logout_redirect_uris=())
    told = posting(service, "/oidc/introspect", {"token": tokens["access_token"]}).json()
    assert told["active"] is True
    assert (told["client_id"], told["sub"], told["acr"]) == ("bank", str(person.id), "urn:qorgan:acr:D26.two-factor")
    assert told["population"] == Population.BANK_CLIENT
    assert not _active(posting, register("other"), tokens["access_token"])
    page = register("page", kind=Kind.BROWSER, authentication=Authentication.NONE)
    assert posting(page, "/oidc/introspect", {"token": tokens["access_token"]}).status_code == 401


def test_a_page_that_keeps_no_secret_signs_in_by_its_verifier(browser, register, person, redeem, posting):
    page = register("page", kind=Kind.BROWSER, authentication=Authentication.NONE)
    code, asked = browser.code(page, person, scope="openid offline_access")
    answer = redeem(page, code, asked)
    assert answer.status_code == 200, answer.text
    assert _refresh(posting, page, answer.json()["refresh_token"]).status_code == 200


def test_of_many_who_bring_one_refresh_token_at_once_nobody_keeps_what_they_got(tokens, application, posting, gate):
    with ThreadPoolExecutor(6) as pool:
        tries = [
            pool.submit(gate.apart, lambda: _refresh(posting, application, tokens["refresh_token"])) for _ in range(6)
        ]
    given = [one.result().json() for one in tries if one.result().status_code == 200]
    assert len(given) == 1
    assert not _active(posting, application, given[0]["access_token"])
    assert not _active(posting, application, given[0]["refresh_token"])


def test_an_application_that_signs_is_let_in_once_by_each_assertion(browser, register, person, browsing):
    import time

    from joserfc import jwt

    key = jose.new_key()
    signs = register("signs", authentication=Authentication.PRIVATE_KEY_JWT, jwks={"keys": [jose.public_of(key)]})
    code, asked = browser.code(signs, person)
    now = int(time.time())
    claims = {"iss": "signs", "sub": "signs", "aud": "http://localhost:8460", "iat": now, "exp": now + 60, "jti": "1"}
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": asked.parameters["redirect_uri"],
        "code_verifier": asked.verifier,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key),
    }
    http = browsing().http
    answer = http.post("/oidc/token", data=form)
    assert answer.status_code == 200, answer.text
    again = http.post("/oidc/revoke", data={**form, "token": answer.json()["access_token"]})
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
