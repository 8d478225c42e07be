"""Keys, tokens and proofs of possession as data."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from authlib.oidc.core import CodeIDToken
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from qorgan.gate.oidc import id_token, jose, opaque, pkce
from qorgan.gate.oidc.scopes import CLAIMS, Scope, claims_of, read_scopes, written

ISSUER = "https://gate.example"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = jose.new_key()
JWKS = {"keys": [jose.public_of(KEY)]}
SIGN_IN = id_token.SignIn(
    subject=UUID(int=1), session=UUID(int=2), at=NOW, acr="urn:qorgan:acr:R57.10", amr=("pwd", "face")
)


def _claims(nonce: str = "n") -> dict[str, Any]:
    return id_token.claims(SIGN_IN, issuer=ISSUER, audience="bank", nonce=nonce, access_token="qga_x", now=NOW)


def test_an_id_token_says_who_signed_in_how_and_by_which_rule() -> None:
    claims = jose.verified(jose.signed(_claims(), KEY), JWKS)
    assert claims["acr"] == "urn:qorgan:acr:R57.10"
    assert claims["amr"] == ["pwd", "face"]
    assert claims["auth_time"] == int(NOW.timestamp())
    # A foreign reader agrees that everything a code flow needs is there.
    foreign = CodeIDToken(
        claims,
        {"alg": "ES256"},
        {"iss": {"values": [ISSUER]}},
        {"nonce": "n", "access_token": "qga_x", "client_id": "bank"},
    )
    foreign.validate(now=int(NOW.timestamp()))


def test_a_nonce_is_said_back_only_when_one_was_sent() -> None:
    assert _claims("n")["nonce"] == "n"
    assert "nonce" not in _claims("")


def test_a_logout_token_is_no_id_token_and_an_id_token_no_logout_token() -> None:
    claims = id_token.logout_claims(
        subject=UUID(int=1), session=UUID(int=2), issuer=ISSUER, audience="bank", token=UUID(int=3), now=NOW
    )
    token = jose.signed(claims, KEY, kind=id_token.LOGOUT_KIND)
    assert jose.verified(token, JWKS, kinds=(id_token.LOGOUT_KIND,))["events"] == {id_token.LOGOUT_EVENT: {}}
    assert "nonce" not in claims
    with pytest.raises(jose.NotOurs):
        jose.verified(token, JWKS)
    with pytest.raises(jose.NotOurs):
        jose.verified(jose.signed(_claims(), KEY), JWKS, kinds=(id_token.LOGOUT_KIND,))


def test_an_altered_bare_or_foreign_token_is_not_ours() -> None:
    token = jose.signed(_claims(), KEY)
    head, body, signature = token.split(".")
    raised = {**_claims(), "acr": "urn:qorgan:acr:R57.8"}
    forged = base64.urlsafe_b64encode(json.dumps(raised).encode()).rstrip(b"=").decode()
    bare = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    # The public key, which everybody knows, taken for a shared secret.
    confused = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode() + f".{body}"
    mac = hmac.digest(KEY.as_pem(private=False), confused.encode(), "sha256")
    confused += "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    other = jose.signed(_claims(), ECKey.generate_key("P-256", {"kid": KEY.kid}))
    for text in (f"{head}.{forged}.{signature}", f"{bare}.{body}.", f"{head}.{body}.", confused, other, "", "é.é.é"):
        with pytest.raises(jose.NotOurs):
            jose.verified(text, JWKS)
    with pytest.raises(jose.NotOurs):
        jose.verified(token, {"keys": []})


@given(st.text(), st.binary())
def test_any_text_is_read_or_refused(text: str, raw: bytes) -> None:
    packed = base64.urlsafe_b64encode(raw).decode()
    for token in (text, f"{packed}.{packed}.{packed}", f"{jose.signed({}, KEY)}{text}"[:9_000] + "!"):
        with pytest.raises(jose.NotOurs):
            jose.verified(token, JWKS)


def test_a_published_key_says_nothing_private() -> None:
    assert "d" not in jose.public_of(KEY)
    assert jose.public_of(KEY)["kid"] == KEY.thumbprint()
    again = jose.key_of(jose.private_of(KEY))
    assert jose.verified(jose.signed(_claims(), again), JWKS)


@given(st.from_regex(r"[A-Za-z0-9._~-]{43,128}", fullmatch=True))
def test_a_verifier_answers_its_own_challenge_and_no_other(verifier: str) -> None:
    challenge = pkce.challenge_of(verifier)
    assert pkce.is_challenge(challenge)
    assert pkce.answers(verifier, challenge)
    assert not pkce.answers(verifier[::-1] + "a"[: 128 - len(verifier)], challenge) or verifier == verifier[::-1]
    assert not pkce.answers(challenge, challenge)


@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, "é" * 43, "a" * 43 + "\n"])
def test_what_is_no_verifier_answers_nothing(verifier: str) -> None:
    assert not pkce.answers(verifier, pkce.challenge_of(verifier))


def test_an_opaque_text_is_kept_as_a_digest() -> None:
    text, kept = opaque.mint("qga_")
    assert len(text) > 40
    assert text.encode() not in kept
    assert opaque.is_same(text, kept)
    assert not opaque.is_same(text + "a", kept)
    assert not opaque.is_same("", kept)


def test_a_claim_is_read_only_under_its_scope() -> None:
    read: list[str] = []

    def reading(name: str) -> Any:
        return lambda: read.append(name) or f"the {name}"

    known = {name: reading(name) for names in CLAIMS.values() for name in names}
    assert claims_of({Scope.OPENID, Scope.OFFLINE_ACCESS}, known) == {"sub": "the sub"}
    assert read == ["sub"]
    for scope in Scope:
        assert set(claims_of({scope}, known)) == set(CLAIMS[scope])
    assert [scope for scope, names in CLAIMS.items() if "iin" in names] == [Scope.IIN]


def test_scopes_are_read_and_written() -> None:
    assert written(read_scopes("profile strange openid")) == "openid profile"
