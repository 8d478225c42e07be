"""The authorisation request: read at the border into a frozen struct, or refused (OpenID Connect Core 3.1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from qorgan.gate.oidc import pkce
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.registered import Kind, Registered
from qorgan.gate.oidc.scopes import Scope, read_scopes

LANGUAGES: Final = ("kk", "ru", "en")
LONGEST: Final = 1_024
"""Characters of a value that the provider keeps or sends back."""
_MAX_AGE_DIGITS: Final = 9


class Prompt(StrEnum):
    """What the person is to be shown. No other prompt exists here: applications are the institution's own, and need
    no consent.
    """

    LOGIN = "login"
    NONE = "none"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an application asks for."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[Scope]
    code_challenge: str
    state: str = ""
    nonce: str = ""
    prompt: Prompt | None = None
    max_age: int | None = None
    """Seconds since the person last proved who they are, at most."""
    acr_values: tuple[str, ...] = ()
    login_hint: str = ""
    """Perhaps an IIN or a phone number: never to be logged, and sealed where it is kept."""
    id_token_hint: str = ""
    ui_language: str = ""


Parameters = Mapping[str, Sequence[str]]


def is_to_be_trusted(application: Registered | None, parameters: Parameters) -> str:
    """The redirect address, if it is exactly one of the application's; empty otherwise.

    Until it is known, nothing is sent back anywhere: a person is told on the gate's own page.
    """
    if application is None or application.kind is Kind.RESOURCE_SERVER:
        return ""
    sent = parameters.get("redirect_uri", ())
    return sent[0] if len(sent) == 1 and sent[0] in application.redirect_uris else ""


def state_of(parameters: Parameters) -> str:
    """What goes back to the application with whatever is answered."""
    sent = parameters.get("state", ())
    return sent[0] if len(sent) == 1 and len(sent[0]) <= LONGEST else ""


def read(parameters: Parameters, application: Registered, redirect_uri: str) -> Asked:
    """What is asked for, once it is known who asks and where the answer goes. Raises Wrong, to be sent there."""
    # (1) Once each (RFC 6749 3.1), and of a length that can be kept.
    _check_shape(parameters)
    one = {name: values[0] for name, values in parameters.items() if values}
    # (2) What this provider does not do.
    _check_supported(one)
    # (3) Scopes.
    scopes = _scopes(one.get("scope", ""), application)
    # (4) PKCE, whoever asks.
    challenge = one.get("code_challenge", "")
    if one.get("code_challenge_method") != pkce.METHOD or not pkce.is_challenge(challenge):
        raise Wrong(Code.INVALID_REQUEST, "code_challenge with code_challenge_method=S256 is required")
    # (5) How the person is to be met.
    return Asked(
        client_id=application.client_id,
        redirect_uri=redirect_uri,
        scopes=scopes,
        code_challenge=challenge,
        state=one.get("state", ""),
        nonce=one.get("nonce", ""),
        prompt=_prompt(one.get("prompt", "")),
        max_age=_max_age(one.get("max_age", "")),
        acr_values=tuple(one.get("acr_values", "").split()),
        login_hint=one.get("login_hint", ""),
        id_token_hint=one.get("id_token_hint", ""),
        ui_language=language(one.get("ui_locales", "")),
    )


def language(ui_locales: str) -> str:
    """The first of the wished languages that the gate speaks; empty when none."""
    wished = (tag.split("-")[0].lower() for tag in ui_locales.split())
    return next((tag for tag in wished if tag in LANGUAGES), "")


def _check_shape(parameters: Parameters) -> None:
    for name, values in parameters.items():
        if len(values) > 1:
            raise Wrong(Code.INVALID_REQUEST, "a parameter is repeated")
        # An ID token as a hint is long by nature.
        if name != "id_token_hint" and any(len(value) > LONGEST for value in values):
            raise Wrong(Code.INVALID_REQUEST, "a parameter is too long")
        if any("\0" in value for value in values):
            raise Wrong(Code.INVALID_REQUEST, "a parameter holds a zero byte")


def _check_supported(one: Mapping[str, str]) -> None:
    for name, code in (
        ("request", Code.REQUEST_NOT_SUPPORTED),
        ("request_uri", Code.REQUEST_URI_NOT_SUPPORTED),
        ("registration", Code.REGISTRATION_NOT_SUPPORTED),
    ):
        if name in one:
            raise Wrong(code, f"the parameter {name} is not supported")
    if one.get("response_type") != "code":
        raise Wrong(Code.UNSUPPORTED_RESPONSE_TYPE, "response_type is code")
    if one.get("response_mode", "query") != "query":
        raise Wrong(Code.INVALID_REQUEST, "response_mode is query")


def _scopes(text: str, application: Registered) -> frozenset[Scope]:
    scopes = read_scopes(text)
    if Scope.OPENID not in scopes:
        raise Wrong(Code.INVALID_SCOPE, "the scope openid is required")
    if not scopes <= application.scopes:
        raise Wrong(Code.INVALID_SCOPE, "a scope was not granted to this application")
    return scopes


def _prompt(text: str) -> Prompt | None:
    if not text:
        return None
    try:
        return Prompt(text)
    except ValueError:
        raise Wrong(Code.INVALID_REQUEST, "prompt is login or none") from None


def _max_age(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_AGE_DIGITS):
        raise Wrong(Code.INVALID_REQUEST, "max_age is a number of seconds")
    return int(text)
