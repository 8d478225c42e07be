"""Signing out: by an application, by the person, and told to every application."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import httpx
import pytest

from qorgan.gate.oidc import id_token, jose
from tests.gate.oidc.conftest import AFTER
from tests.gate.oidc.whole_way import told


@pytest.fixture
def hint(browser, application, person, redeem):
    code, asked = browser.code(application, person)
    return redeem(application, code, asked).json()["id_token"]


def _stands(gate):
    return gate.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(1,)]


def test_an_application_that_shows_its_id_token_signs_its_person_out(browser, hint, gate):
    assert _stands(gate)
    answer = browser.http.get(
        "/oidc/end-session", params={"id_token_hint": hint, "post_logout_redirect_uri": AFTER, "state": "s"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{AFTER}?state=s"
    assert not _stands(gate)
    assert "qorgan-gate-session" not in browser.http.cookies
    assert gate.rows("SELECT reason FROM gate_journal WHERE event = 'session.ended'") == [("signed-out",)]


@pytest.mark.parametrize("address", ["https://evil.example/", f"{AFTER}/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_out(browser, hint, gate, address):
    answer = browser.http.get("/oidc/end-session", params={"id_token_hint": hint, "post_logout_redirect_uri": address})
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "Refresh" not in answer.headers
    assert f'"{address}' not in answer.text
    assert not _stands(gate)


def test_a_person_is_asked_when_nothing_proves_which_session_is_meant(browser, hint, gate, browsing, person, register):
    other = register("other")
    params = {"client_id": "bank", "post_logout_redirect_uri": AFTER, "state": "<s>"}
    answer = browser.http.get("/oidc/end-session", params=params)
    assert answer.status_code == 200
    assert _stands(gate)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    refused = browser.http.post("/oidc/end-session/confirmed", data={**params, "csrfmiddlewaretoken": "x" * 64})
    assert refused.status_code == 403
    assert _stands(gate)
    left = browser.http.post("/oidc/end-session/confirmed", data={**fields, "state": "s"})
    assert told(left) == {"state": "s"}
    assert left.headers["Refresh"].startswith(f"0;url={AFTER}")
    assert not _stands(gate)
    # An ID token of another session does not prove it either.
    another = browsing()
    another.code(other, person)
    assert another.http.get("/oidc/end-session", params={"id_token_hint": hint}).status_code == 200
    assert _stands(gate)


def test_an_old_id_token_is_proof_enough_and_a_forged_one_is_none(browser, hint, gate):
    assert browser.http.get("/oidc/end-session", params={"id_token_hint": f"{hint}A"}).status_code == 200
    assert _stands(gate)
    assert browser.http.get("/oidc/end-session", params={"id_token_hint": hint, "client_id": "x"}).status_code == 200
    assert _stands(gate)
    assert browser.http.post("/oidc/end-session", data={"id_token_hint": hint}).status_code == 200
    assert not _stands(gate)


class _Application(HTTPServer):
    """What an application's server hears."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hears)
        self.heard: list[str] = []
        self.status = 200


class _Hears(BaseHTTPRequestHandler):
    server: _Application

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.heard.append(form["logout_token"][0])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def heard():
    server = _Application()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def signed_in(heard, browser, register, person, redeem):
    """A person who is signed in to a bank that wants to hear of it, twice, and to one that does not."""
    address = f"http://127.0.0.1:{heard.server_port}/logout"
    bank, quiet = register(back_channel_logout_uri=address), register("quiet")
    for application in (bank, bank, quiet):
        asked = browser.authorise(application)
        answer = browser.answers[-1]
        back = browser.go_on(browser.sign_in(person)) if "/sign-in" in answer.headers["Location"] else told(answer)
        tokens = redeem(application, back["code"], asked).json()
    return tokens["id_token"]


def _tell(now=None):
    from qorgan.gate.oidc import back_channel

    with httpx.Client() as http:
        return back_channel.tell_due(http, issuer="http://localhost:8460", now=now or datetime.now(UTC))


def test_each_application_is_told_once_that_a_session_has_ended(signed_in, heard, browser, person):
    assert _tell() == 0
    browser.http.get("/oidc/end-session", params={"id_token_hint": signed_in})
    assert _tell() == 1
    assert _tell(datetime.now(UTC) + timedelta(hours=1)) == 0
    (token,) = heard.heard
    keys = browser.http.get("/oidc/keys").json()
    claims = jose.verified(token, keys, kinds=(id_token.LOGOUT_KIND,))
    assert claims["aud"] == "bank"
    assert claims["sub"] == str(person.id)
    assert claims["sid"] == jose.verified(signed_in, keys)["sid"]
    assert claims["events"] == {id_token.LOGOUT_EVENT: {}}
    assert "nonce" not in claims


def test_an_application_is_told_of_a_session_that_was_left_idle(signed_in, heard, gate):
    gate.tamper("UPDATE session SET seen_at = seen_at - (idle + 1) * interval '1 second'")
    assert _tell() == 1
    assert len(heard.heard) == 1


def test_an_application_that_does_not_listen_is_told_again_later_and_not_for_ever(signed_in, heard, browser, gate):
    browser.http.get("/oidc/end-session", params={"id_token_hint": signed_in})
    heard.status = 503
    now = datetime.now(UTC)
    assert _tell(now) == 0
    assert len(heard.heard) == 1
    assert _tell(now + timedelta(seconds=1)) == 0
    assert len(heard.heard) == 1
    for _ in range(20):
        now += timedelta(hours=2)
        _tell(now)
    assert len(heard.heard) == 7
    assert gate.rows(
        "SELECT count(*) FROM authorisation WHERE told_at IS NULL AND application_id = "
        "(SELECT id FROM application WHERE client_id = 'bank')"
    ) == [(0,)]


def test_the_clerk_may_tell_and_forget(signed_in, heard, browser, gate, as_clerk):
    from qorgan.gate.oidc import chores

    browser.http.get("/oidc/end-session", params={"id_token_hint": signed_in})
    gate.tamper(
        "UPDATE authorisation SET asked_at = asked_at - interval '3 days' WHERE application_id = "
        "(SELECT id FROM application WHERE client_id = 'quiet')"
    )
    gate.tamper("UPDATE token SET expires_at = expires_at - interval '3 days'")
    with as_clerk():
        assert chores.tell() == 1
        assert chores.rotate() == 0
        assert chores.forget() == 1
    assert gate.rows("SELECT count(*) FROM authorisation") == [(2,)]
