"""JSON Web Tokens as the provider writes and reads them: asymmetric algorithms alone, named before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, KeySetSerialization

ALGORITHM: Final = "ES256"
"""What the gate signs with. Every client of OpenID Connect that is kept can verify it."""
CLIENT_ALGORITHMS: Final = ("ES256", "Ed25519", "PS256")
"""What applications may sign with. No algorithm with a shared secret is among them, so none can be confused with it."""
LONGEST: Final = 8_192


class NotOurs(ValueError):
    """The text is no token that one of the given keys signed for this use."""


def new_key() -> ECKey:
    """A new pair, named by its thumbprint (RFC 7638)."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM})
    key.ensure_kid()
    return key


def public_of(key: ECKey) -> dict[str, Any]:
    """What everybody may see of it."""
    return dict(key.as_dict(private=False))


def private_of(key: ECKey) -> dict[str, Any]:
    """All of it. To be sealed."""
    return dict(key.as_dict(private=True))


def key_of(kept: Mapping[str, Any]) -> ECKey:
    """The key that was kept."""
    return ECKey.import_key(cast("dict[str, str | list[str]]", dict(kept)))


def signed(claims: Mapping[str, Any], key: ECKey, *, kind: str = "JWT") -> str:
    """The claims as a compact token of a kind (its `typ`)."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])


def verified(
    token: str,
    jwks: Mapping[str, Any],
    *,
    algorithms: tuple[str, ...] = (ALGORITHM,),
    kinds: tuple[str, ...] = ("JWT",),
) -> dict[str, Any]:
    """The claims of a token that one of the keys signed. What they say is not judged here. Raises NotOurs."""
    if len(token) > LONGEST or not token.isascii():
        raise NotOurs("not a token")
    try:
        keys = KeySet.import_key_set(cast("KeySetSerialization", dict(jwks)))
        read = jwt.decode(token, keys, algorithms=list(algorithms))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotOurs(type(error).__name__) from None
    if str(read.header.get("typ", "JWT")) not in kinds:
        raise NotOurs("a token of another kind")
    return dict(read.claims)
