"""The ID token: what an application is told about a sign-in, signed (OpenID Connect Core 2), and the logout token."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

LIFE: Final = timedelta(minutes=5)
"""An application reads it at once; what it opens lives on in the application's own session."""
LOGOUT_LIFE: Final = timedelta(minutes=2)
LOGOUT_KIND: Final = "logout+jwt"
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate knows of a sign-in that it tells an application of."""

    subject: UUID
    session: UUID
    at: datetime
    """When the last factor was proven."""
    acr: str
    """The rule that was satisfied: `urn:qorgan:acr:` and its clause."""
    amr: Sequence[str]
    """The factors, as RFC 8176 names them."""


def claims(
    sign_in: SignIn, *, issuer: str, audience: str, nonce: str, access_token: str, now: datetime
) -> dict[str, Any]:
    """The claims of an ID token. A nonce is there only if one was sent: a client that sent one misses it otherwise."""
    made: dict[str, Any] = {
        "iss": issuer,
        "sub": str(sign_in.subject),
        "aud": audience,
        "azp": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "auth_time": int(sign_in.at.timestamp()),
        "acr": sign_in.acr,
        "amr": list(sign_in.amr),
        "sid": str(sign_in.session),
        "at_hash": half_hash(access_token),
    }
    if nonce:
        made["nonce"] = nonce
    return made


def logout_claims(
    *, subject: UUID, session: UUID, issuer: str, audience: str, token: UUID, now: datetime
) -> dict[str, Any]:
    """The claims of a logout token (Back-Channel Logout 2.4). It never carries a nonce."""
    return {
        "iss": issuer,
        "sub": str(subject),
        "aud": audience,
        "iat": int(now.timestamp()),
        "exp": int((now + LOGOUT_LIFE).timestamp()),
        "jti": str(token),
        "sid": str(session),
        "events": {LOGOUT_EVENT: {}},
    }


def half_hash(text: str) -> str:
    """The left half of a token's digest, which binds it to the ID token beside it (OpenID Connect Core 3.1.3.6)."""
    whole = hashlib.sha256(text.encode("ascii")).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
