"""Codes, tokens, secrets and people's numbers are in no log and in no address of the gate's own."""

from __future__ import annotations

import httpx
import pytest

from tests.gate.oidc.whole_way import Browser, asking, post


@pytest.mark.clause("R57.3.2")
def test_neither_logs_nor_addresses_of_the_gate_keep_a_secret(gate_url, application, person, tmp_path):
    with httpx.Client(base_url=gate_url) as http:
        browser = Browser(http)
        asked = asking(application, login_hint=person.iin, scope="openid profile iin offline_access")
        first = http.post("/oidc/authorise", data=asked.parameters)
        assert person.iin not in first.headers["Location"]
        code = browser.go_on(browser.sign_in(person))["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked.parameters["redirect_uri"]}
        refused = post(http, application, "/oidc/token", {**form, "code_verifier": "w" * 43})
        assert refused.status_code == 400
        asked = asking(application, scope="openid profile iin offline_access")
        location = http.get("/oidc/authorise", params=asked.parameters).headers["Location"]
        again = httpx.URL(location).params["code"]
        tokens = post(http, application, "/oidc/token", {**form, "code": again, "code_verifier": asked.verifier}).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert http.get("/oidc/userinfo", headers=bearer).json()["iin"] == person.iin
        http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})
        http.get("/oidc/end-session", params={"id_token_hint": tokens["id_token"]})
        session = [value for name, value in http.cookies.items() if name.endswith("-session")]
    log = (tmp_path / "web.log").read_text(encoding="utf-8")
    known = [person.iin, "Үлгі", "+7701", code, again, application.secret, asked.verifier, *session]
    for secret in [*known, *(tokens[name] for name in ("access_token", "refresh_token", "id_token"))]:
        assert secret not in log
