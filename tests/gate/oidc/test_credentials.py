"""How an application proves itself: each way, and each way around it."""

from __future__ import annotations

import base64
import hmac
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from qorgan.gate.oidc import credentials, jose, opaque
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.registered import Authentication, Kind, Registered
from qorgan.law.factors import Population

ISSUER = "https://gate.example"
AUDIENCES = (ISSUER, f"{ISSUER}/oidc/token")
KEY = jose.new_key()
SECRET, DIGEST = opaque.mint("qgs_")


def _application(way: Authentication, key: Any = KEY) -> Registered:
    return Registered(
        id=UUID(int=1),
        client_id="bank:1",
        name="Bank",
        kind=Kind.WEB,
        population=Population.BANK_CLIENT,
        authentication=way,
        secret_digest=DIGEST if way is Authentication.SECRET_BASIC else b"",
        jwks={"keys": [key.as_dict(private=False)]} if way is Authentication.PRIVATE_KEY_JWT else {},
    )


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _accept(application: Registered | None, authorization: str = "", **form: str) -> credentials.Assertion | None:
    return credentials.accept(
        credentials.shown(authorization, form), application, audiences=AUDIENCES, now=datetime.now(UTC)
    )


def _assertion(key: Any = KEY, algorithm: str = "ES256", **changes: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": "bank:1", "sub": "bank:1", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "one", **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode({"alg": algorithm, "kid": key.kid} if key.kid else {"alg": algorithm}, claims, key, [algorithm])
    return {"client_assertion": token, "client_assertion_type": credentials.ASSERTION_TYPE}


def _is_stranger(call: Any) -> None:
    with pytest.raises(Wrong) as refused:
        call()
    assert refused.value.code is Code.INVALID_CLIENT
    assert refused.value.status == 401


def test_a_secret_lets_in_and_its_name_and_value_are_read_as_a_form_writes_them() -> None:
    application = _application(Authentication.SECRET_BASIC)
    assert _accept(application, _basic("bank%3A1", SECRET)) is None
    assert _accept(application, _basic("bank%3A1", SECRET), client_id="bank:1") is None
    _is_stranger(lambda: _accept(application, _basic("bank%3A1", SECRET[:-1])))
    _is_stranger(lambda: _accept(application, _basic("bank%3A1", "")))
    _is_stranger(lambda: _accept(application, _basic("bank%3A1", SECRET), client_id="other"))


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic //8=", "Bearer abc", "Basic " + "YQ=="])
def test_a_header_that_cannot_be_read_lets_nobody_in(header: str) -> None:
    _is_stranger(lambda: _accept(_application(Authentication.SECRET_BASIC), header))


def test_an_application_with_a_secret_cannot_come_without_it() -> None:
    for way in (Authentication.SECRET_BASIC, Authentication.PRIVATE_KEY_JWT):
        _is_stranger(lambda way=way: _accept(_application(way), client_id="bank:1"))
    _is_stranger(lambda: _accept(_application(Authentication.NONE), _basic("bank%3A1", "")))
    _is_stranger(lambda: _accept(None, client_id="bank:1"))
    assert _accept(_application(Authentication.NONE), client_id="bank:1") is None
    _is_stranger(lambda: _accept(_application(Authentication.NONE)))


def test_two_ways_at_once_and_a_secret_in_the_body_are_refused() -> None:
    for form in (_assertion(), {"client_id": "bank:1", "client_secret": SECRET}):
        with pytest.raises(Wrong) as refused:
            _accept(_application(Authentication.SECRET_BASIC), _basic("bank%3A1", SECRET), **form)
        assert refused.value.code is Code.INVALID_REQUEST


def test_a_signed_assertion_lets_in_and_says_what_must_not_come_again() -> None:
    application = _application(Authentication.PRIVATE_KEY_JWT)
    once = _accept(application, **_assertion())
    assert once
    assert once == _accept(application, **_assertion(iat=int(time.time()) - 1, exp=int(once.expires_at.timestamp())))
    assert once != _accept(application, **_assertion(jti="two"))
    assert _accept(application, **_assertion(aud=f"{ISSUER}/oidc/token"))
    assert _accept(application, **_assertion(aud=[ISSUER]))


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (OKPKey.generate_key("Ed25519", auto_kid=True), "Ed25519"),
        (RSAKey.generate_key(2048, auto_kid=True), "PS256"),
        (ECKey.generate_key("P-256"), "ES256"),
    ],
)
def test_each_algorithm_that_is_named_in_the_discovery_document_is_read(key: Any, algorithm: str) -> None:
    assert _accept(_application(Authentication.PRIVATE_KEY_JWT, key), **_assertion(key, algorithm))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"sub": None},
        {"aud": "https://other.example"},
        {"aud": [ISSUER, "https://other.example"]},
        {"aud": []},
        {"aud": None},
        {"exp": None},
        {"exp": 0},
        {"exp": True},
        {"exp": "soon"},
        {"exp": 1e300},
        {"exp": int(time.time()) + 86_400},
        {"iat": int(time.time()) + 3_600},
        {"nbf": int(time.time()) + 3_600},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
    ],
)
def test_an_assertion_that_says_something_else_lets_nobody_in(changes: dict[str, Any]) -> None:
    _is_stranger(lambda: _accept(_application(Authentication.PRIVATE_KEY_JWT), **_assertion(**changes)))


def test_an_assertion_of_another_key_or_algorithm_lets_nobody_in() -> None:
    application = _application(Authentication.PRIVATE_KEY_JWT)
    other = ECKey.generate_key("P-256", {"kid": KEY.kid})
    _is_stranger(lambda: _accept(application, **_assertion(other)))
    # The public key, which everybody knows, taken for a shared secret.
    head, body, _ = _assertion()["client_assertion"].split(".")
    confused = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode() + f".{body}"
    mac = hmac.digest(KEY.as_pem(private=False), confused.encode(), "sha256")
    confused += "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    bare = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (f"{bare}.{body}.", f"{head}.{body}.", f"{head}.{body}", confused, "", ".", "a.b.c"):
        form = {"client_assertion": token, "client_assertion_type": credentials.ASSERTION_TYPE, "client_id": "bank:1"}
        _is_stranger(lambda form=form: _accept(application, **form))
    _is_stranger(lambda: _accept(application, **{**_assertion(), "client_assertion_type": "other"}))


@given(st.text(), st.text(), st.text())
def test_any_texts_let_nobody_in_and_break_nothing(authorization: str, token: str, name: str) -> None:
    for way in Authentication:
        for form in (
            {"client_assertion": token, "client_assertion_type": credentials.ASSERTION_TYPE},
            {"client_assertion": f"a.{token}.b", "client_assertion_type": credentials.ASSERTION_TYPE},
        ):
            with pytest.raises(Wrong):
                _accept(_application(way), authorization, **form)
        with pytest.raises(Wrong):
            _accept(None, authorization, client_id=name)
