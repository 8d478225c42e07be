"""How an application signs its people in through a gate: OpenID Connect's code flow with PKCE, step by step.

(1) `begin`: send the browser to the gate, and remember what was asked.
(2) `finish`: the answer is to this very question and comes from this very gate.
(3) The code is redeemed; whoever redeems it proves to be the application, and to be who asked.
(4) The ID token is the gate's, for this application, fresh, and answers the question's nonce.
(5) `left`: when the gate says that a session is over, it is over here too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCOPE: Final = "openid profile"
_SKEW: Final = 30
_LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"


class SignInFailed(Exception):
    """The gate said no, or what came back is not its answer. Says why, for the page."""


class Question(msgspec.Struct, frozen=True):
    """What was asked of the gate in one browser."""

    state: str
    nonce: str
    verifier: str


class SignedIn(msgspec.Struct, frozen=True):
    """Somebody whom the gate let in, and by what."""

    session: str
    name: str
    factors: tuple[str, ...]
    rule: str
    at: int
    id_token: str


class RelyingParty:
    """One application at one gate."""

    def __init__(self, http: httpx.AsyncClient, issuer: str, client_id: str, secret: str, address: str) -> None:
        """`address` is where the application itself answers."""
        self._http = http
        self._issuer = issuer
        self._basic = (client_id, secret)
        self._address = address
        self._gate: dict[str, Any] = {}

    async def begin(self, language: str) -> tuple[str, Question]:
        """(1) Where the browser is to go, and what was asked."""
        asked = Question(secrets.token_urlsafe(16), secrets.token_urlsafe(16), secrets.token_urlsafe(48))
        digest = hashlib.sha256(asked.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._basic[0],
            "redirect_uri": f"{self._address}/signed-in",
            "scope": SCOPE,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return f"{(await self._known())['authorization_endpoint']}?{urlencode(query)}", asked

    async def finish(self, answer: Mapping[str, str], asked: Question | None) -> SignedIn:
        """Who signed in. Raises SignInFailed."""
        # (2) Another browser's answer, and another provider's, are none.
        if asked is None or not hmac.compare_digest(answer.get("state", ""), asked.state):
            raise SignInFailed("state")
        if answer.get("iss") != self._issuer:
            raise SignInFailed("iss")
        if "code" not in answer:
            raise SignInFailed(answer.get("error", "code"))
        # (3) By the application's own secret, and by the verifier of this browser's question.
        gate = await self._known()
        form = {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": f"{self._address}/signed-in",
            "code_verifier": asked.verifier,
        }
        tokens = (await self._http.post(gate["token_endpoint"], data=form, auth=self._basic)).json()
        if "error" in tokens:
            raise SignInFailed(tokens["error"])
        # (4) Its signature, issuer, audience and time are looked at before its nonce.
        claims = await self._verified(tokens["id_token"])
        if claims.get("nonce") != asked.nonce:
            raise SignInFailed("nonce")
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        person = (await self._http.get(gate["userinfo_endpoint"], headers=bearer)).json()
        return SignedIn(
            session=claims["sid"],
            name=person.get("name", ""),
            factors=tuple(one for one in claims["amr"] if one != "mfa"),
            rule=claims["acr"].rpartition(":")[2],
            at=claims["auth_time"],
            id_token=tokens["id_token"],
        )

    async def leaving(self, id_token: str) -> str:
        """Where the browser is to go to sign out of the gate too."""
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{self._address}/signed-out"}
        return f"{(await self._known())['end_session_endpoint']}?{urlencode(query)}"

    async def left(self, logout_token: str) -> str:
        """(5) The session that the gate says is over. Raises SignInFailed."""
        claims = await self._verified(logout_token)
        if _LOGOUT not in claims.get("events", {}) or "nonce" in claims:
            raise SignInFailed("events")
        return str(claims["sid"])

    async def _known(self) -> dict[str, Any]:
        if not self._gate:
            found = (await self._http.get(f"{self._issuer}/.well-known/openid-configuration")).json()
            if found["issuer"] != self._issuer:
                raise SignInFailed("issuer")
            self._gate = found
        return self._gate

    async def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that the gate signed for this application a moment ago. Raises SignInFailed."""
        gate = await self._known()
        keys = KeySet.import_key_set((await self._http.get(gate["jwks_uri"])).json())
        try:
            claims = jwt.decode(token, keys, algorithms=gate["id_token_signing_alg_values_supported"]).claims
        except (JoseError, ValueError):
            raise SignInFailed("signature") from None
        if claims.get("iss") != self._issuer or claims.get("aud") != self._basic[0]:
            raise SignInFailed("aud")
        if not time.time() - _SKEW < claims.get("exp", 0):
            raise SignInFailed("exp")
        return dict(claims)
