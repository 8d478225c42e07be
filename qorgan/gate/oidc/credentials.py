"""How an application proves at the token endpoint that it is itself (RFC 6749 2.3, RFC 7523 2.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote_plus

import msgspec

from qorgan.gate.oidc import jose, opaque
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.registered import Authentication, Registered

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION: Final = timedelta(minutes=5)
SKEW: Final = timedelta(seconds=30)
"""By so much an application's clock may differ."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What an application shows of itself, by the one way that it chose."""

    client_id: str
    way: Authentication
    secret: str = ""
    """The secret or the assertion. Never to be logged."""


class Assertion(msgspec.Struct, frozen=True, kw_only=True):
    """What makes an assertion usable once."""

    digest: bytes
    expires_at: datetime


def shown(authorization: str, form: Mapping[str, str]) -> Shown:
    """What was shown. Raises Wrong when nothing was, or in two ways at once."""
    ways = [bool(authorization), "client_assertion" in form or "client_assertion_type" in form]
    if sum(ways) > 1 or "client_secret" in form:
        raise Wrong(Code.INVALID_REQUEST, "an application authenticates in one way, and with no secret in the body")
    if authorization:
        return _basic(authorization, form)
    if ways[1]:
        return _assertion(form)
    if not form.get("client_id"):
        raise Wrong(Code.INVALID_CLIENT, "no application is named")
    return Shown(client_id=form["client_id"], way=Authentication.NONE)


def accept(
    proof: Shown, application: Registered | None, *, audiences: tuple[str, ...], now: datetime
) -> Assertion | None:
    """Let the application in. Gives what must not come a second time, if anything. Raises Wrong."""
    if application is None or application.authentication is not proof.way:
        raise _stranger()
    if proof.way is Authentication.SECRET_BASIC and not opaque.is_same(proof.secret, application.secret_digest):
        raise _stranger()
    if proof.way is Authentication.PRIVATE_KEY_JWT:
        return _accepted_assertion(proof.secret, application, audiences, now)
    return None


def _stranger() -> Wrong:
    return Wrong(Code.INVALID_CLIENT, "the application is unknown or did not prove itself as it was registered to")


def _basic(authorization: str, form: Mapping[str, str]) -> Shown:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise _stranger()
    try:
        name, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _stranger() from None
    client_id = unquote_plus(name)
    if not colon or form.get("client_id", client_id) != client_id:
        raise _stranger()
    return Shown(client_id=client_id, way=Authentication.SECRET_BASIC, secret=unquote_plus(secret))


def _assertion(form: Mapping[str, str]) -> Shown:
    token = form.get("client_assertion", "")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Wrong(Code.INVALID_CLIENT, "client_assertion_type is not known")
    # Who it claims to be decides whose keys it is read with; nothing is believed before that.
    client_id = form.get("client_id") or _claimed(token)
    return Shown(client_id=client_id, way=Authentication.PRIVATE_KEY_JWT, secret=token)


def _claimed(token: str) -> str:
    try:
        payload = token.split(".")[1]
        subject = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]
    except (IndexError, KeyError, TypeError, ValueError):
        raise _stranger() from None
    return subject if isinstance(subject, str) else ""


def _accepted_assertion(token: str, application: Registered, audiences: tuple[str, ...], now: datetime) -> Assertion:
    try:
        claims = jose.verified(token, application.jwks, algorithms=jose.CLIENT_ALGORITHMS)
    except jose.NotOurs:
        raise _stranger() from None
    named = _texts(claims.get("aud"))
    if claims.get("iss") != application.client_id or claims.get("sub") != application.client_id:
        raise _stranger()
    if not named or not named <= set(audiences):
        raise _stranger()
    expires_at = _moment(claims.get("exp"))
    starts = [moment for name in ("iat", "nbf") if name in claims for moment in [_moment(claims[name])]]
    if not now - SKEW < expires_at <= now + LONGEST_ASSERTION + SKEW or any(at > now + SKEW for at in starts):
        raise _stranger()
    number = claims.get("jti")
    if not isinstance(number, str) or not 0 < len(number) <= opaque.LONGEST:
        raise _stranger()
    return Assertion(digest=opaque.digest(f"{application.client_id} {number}"), expires_at=expires_at)


def _texts(value: Any) -> frozenset[str]:
    """The one text or the texts of a list; nothing when it is neither."""
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return frozenset(value)
    return frozenset()


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _stranger()
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, ValueError, OSError):
        raise _stranger() from None
