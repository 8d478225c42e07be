"""What the provider says of itself is true, readable by those who may, and kept by nobody."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from authlib.oidc.discovery import OpenIDProviderMetadata

from qorgan.gate.oidc.registered import Authentication, Kind

PAGE = "https://page.example"


@pytest.fixture
def document(browser):
    return browser.http.get("/.well-known/openid-configuration").json()


def test_every_address_in_the_document_answers(document, browser):
    addresses = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 7
    for address in addresses:
        assert address.startswith(document["issuer"] + "/")
        assert browser.http.get(urlsplit(address).path).status_code != 404


def test_a_foreign_reader_takes_the_document(document):
    # Discovery asks for RS256 beside whatever else; FAPI 2.0 forbids it, and the gate does not sign with it.
    assert document["id_token_signing_alg_values_supported"] == ["ES256"]
    OpenIDProviderMetadata(document | {"id_token_signing_alg_values_supported": ["ES256", "RS256"]}).validate()


def test_clients_that_know_oauth_alone_find_the_same(document, browser):
    assert browser.http.get("/.well-known/oauth-authorization-server").json() == document


def test_levels_are_the_rules_in_force(document):
    assert document["acr_values_supported"] == [
        "urn:qorgan:acr:D26.two-factor",
        "urn:qorgan:acr:R57.10",
        "urn:qorgan:acr:R57.8",
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/oidc/keys"),
        ("GET", "/oidc/authorise?client_id=bank"),
        ("GET", "/oidc/authorise"),
        ("POST", "/oidc/token"),
        ("POST", "/oidc/revoke"),
        ("POST", "/oidc/introspect"),
        ("GET", "/oidc/token"),
        ("GET", "/oidc/userinfo"),
        ("GET", "/oidc/end-session"),
        ("GET", "/oidc/go-on/00000000-0000-0000-0000-000000000001"),
        ("OPTIONS", "/oidc/token"),
        ("DELETE", "/oidc/authorise"),
    ],
)
def test_nothing_is_kept_by_anybody(browser, application, method, path):
    assert browser.http.request(method, path).headers["Cache-Control"] == "no-store"


def test_a_token_is_asked_for_by_a_form_and_nothing_else(browser, application):
    for answer in (
        browser.http.post("/oidc/token", json={"grant_type": "refresh_token"}, auth=application.basic),
        browser.http.post("/oidc/token", content=b"grant_type=a&grant_type=b", auth=application.basic),
        browser.http.post(
            "/oidc/token",
            content=b"grant_type=refresh_token&grant_type=refresh_token",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            auth=application.basic,
        ),
        browser.http.post("/oidc/token", data={"grant_type": "authorization_code"}, auth=application.basic),
        browser.http.post("/oidc/token", data={}, auth=application.basic),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    other = browser.http.post("/oidc/token", data={"grant_type": "password"}, auth=application.basic)
    assert other.json()["error"] == "unsupported_grant_type"
    assert browser.http.get("/oidc/token").status_code == 405


def test_pages_of_registered_applications_read_answers_and_others_do_not(browser, register, application):
    register("page", kind=Kind.BROWSER, authentication=Authentication.NONE, redirect_uris=(f"{PAGE}/cb",))
    for path in ("/oidc/token", "/oidc/userinfo", "/oidc/revoke"):
        for sent, allowed in ((PAGE, PAGE), ("https://bank.example", None), ("https://evil.example", None)):
            answer = browser.http.options(path, headers={"Origin": sent, "Access-Control-Request-Method": "POST"})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in answer.headers
        assert browser.http.post(path, headers={"Origin": PAGE}).headers["Access-Control-Allow-Origin"] == PAGE
    for path in ("/.well-known/openid-configuration", "/oidc/keys"):
        answer = browser.http.get(path, headers={"Origin": "https://anybody.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    # The pages of people are for nobody's scripts.
    for path in ("/oidc/authorise", "/oidc/end-session"):
        assert "Access-Control-Allow-Origin" not in browser.http.get(path, headers={"Origin": PAGE}).headers
