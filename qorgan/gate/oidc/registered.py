"""An application as the provider's rules see it: data, without its table."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from qorgan.gate.oidc.scopes import Scope
from qorgan.law.factors import Population


class Kind(StrEnum):
    """Where an application runs, and so whether it can keep a secret."""

    BROWSER = "browser"
    """A page: everybody can read its code."""
    NATIVE = "native"
    """An app on a phone or a desk: the same."""
    RESOURCE_SERVER = "resource-server"
    """A service that is shown access tokens and asks what they are. Nobody signs in to it."""
    WEB = "web"
    """A server: it keeps a secret or a private key."""


class Authentication(StrEnum):
    """How an application proves at the token endpoint that it is itself."""

    NONE = "none"
    PRIVATE_KEY_JWT = "private_key_jwt"
    SECRET_BASIC = "client_secret_basic"  # noqa: S105 (a method's name)


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What an application was registered with."""

    id: UUID
    client_id: str
    name: str
    kind: Kind
    population: Population
    authentication: Authentication
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    back_channel_logout_uri: str = ""
    scopes: frozenset[Scope] = frozenset({Scope.OPENID})
    secret_digest: bytes = b""
    jwks: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def is_on_device(self) -> bool:
        """Whether signing in to it is signing in on a device, which the gate knows or is to know (R48.156-1)."""
        return self.kind is Kind.NATIVE

    @property
    def may_introspect_others(self) -> bool:
        """Whether it may ask about tokens that other applications were given."""
        return self.kind is Kind.RESOURCE_SERVER
