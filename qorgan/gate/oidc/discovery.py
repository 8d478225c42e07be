"""What the provider says of itself (OpenID Connect Discovery 3, RFC 8414, RFC 9207)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from qorgan.gate.oidc import jose, pkce
from qorgan.gate.oidc.asking import LANGUAGES, Prompt
from qorgan.gate.oidc.registered import Authentication
from qorgan.gate.oidc.scopes import CLAIMS, Scope

WELL_KNOWN: Final = ".well-known/openid-configuration"
WELL_KNOWN_OF_OAUTH: Final = ".well-known/oauth-authorization-server"
"""Where clients look that know OAuth alone (RFC 8414). The document is the same."""
AUTHORISE: Final = "oidc/authorise"
TOKEN: Final = "oidc/token"  # noqa: S105 (an address)
USERINFO: Final = "oidc/userinfo"
KEYS: Final = "oidc/keys"
REVOKE: Final = "oidc/revoke"
INTROSPECT: Final = "oidc/introspect"
END_SESSION: Final = "oidc/end-session"
_SIGN_IN_CLAIMS: Final = ("acr", "amr", "at_hash", "aud", "auth_time", "azp", "exp", "iat", "iss", "nonce", "sid")


def address(issuer: str, path: str) -> str:
    """One of the provider's addresses."""
    return f"{issuer}/{path}"


def document(issuer: str, acr_values: Iterable[str]) -> dict[str, Any]:
    """The discovery document. Every value in it is true of the code beside it; a test asks each endpoint."""
    ways = [way.value for way in Authentication]
    proven_ways = [way for way in ways if way != Authentication.NONE]
    return {
        "issuer": issuer,
        "authorization_endpoint": address(issuer, AUTHORISE),
        "token_endpoint": address(issuer, TOKEN),
        "userinfo_endpoint": address(issuer, USERINFO),
        "jwks_uri": address(issuer, KEYS),
        "revocation_endpoint": address(issuer, REVOKE),
        "introspection_endpoint": address(issuer, INTROSPECT),
        "end_session_endpoint": address(issuer, END_SESSION),
        "scopes_supported": [scope.value for scope in Scope],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": sorted(acr_values),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [jose.ALGORITHM],
        "token_endpoint_auth_methods_supported": ways,
        "token_endpoint_auth_signing_alg_values_supported": list(jose.CLIENT_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_signing_alg_values_supported": list(jose.CLIENT_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": proven_ways,
        "introspection_endpoint_auth_signing_alg_values_supported": list(jose.CLIENT_ALGORITHMS),
        "code_challenge_methods_supported": [pkce.METHOD],
        "claim_types_supported": ["normal"],
        "claims_supported": sorted({*_SIGN_IN_CLAIMS, *(name for names in CLAIMS.values() for name in names)}),
        "ui_locales_supported": list(LANGUAGES),
        "prompt_values_supported": [prompt.value for prompt in Prompt],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
    }
