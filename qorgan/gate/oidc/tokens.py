"""From a code to tokens, and what tokens are good for. Whatever is used twice, or by another, ends the whole family.

A verb that refuses has still written why and ended what must end: so each gives its refusal back from inside the
transaction, and raises it outside.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from qorgan.gate.clients import access
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.oidc import authorisations, id_token, jose, keys, opaque, pkce, registry, signed_in
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.lifecycle import ACCESS_LIVES, REFRESH_LIVES, STEPS, State, Verb, Why
from qorgan.gate.oidc.models import Authorisation, Token
from qorgan.gate.oidc.registered import Registered
from qorgan.gate.oidc.scopes import Scope, claims_of, read_scopes, written

ACCESS: Final = "access"
REFRESH: Final = "refresh"
_PREFIXES: Final = {ACCESS: "qga_", REFRESH: "qgr_"}
_LIVES: Final = {ACCESS: ACCESS_LIVES, REFRESH: REFRESH_LIVES}


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What every verb needs to know of its moment."""

    issuer: str
    whence: Whence
    now: datetime


def redeem(
    application: Registered, *, code: str, redirect_uri: str, verifier: str, at: Circumstances
) -> dict[str, Any]:
    """Tokens for a code. It is tried once: a wrong try ends it. Raises Wrong."""
    return _raised(_redeem(application, code, redirect_uri, verifier, at))


def refresh(application: Registered, *, token: str, scope: str, at: Circumstances) -> dict[str, Any]:
    """New tokens for a refresh token, which is spent by it. Raises Wrong."""
    return _raised(_refresh(application, token, scope, at))


@transaction.atomic
def revoke(application: Registered, *, token: str, at: Circumstances) -> None:
    """End an application's own token, and with a refresh token all that came of the sign-in (RFC 7009).

    Tokens that are not its own are not spoken of.
    """
    found = _locked(token, None)
    if found is None or found.authorisation.application_id != application.id:
        return
    if found.kind == REFRESH:
        authorisations.end(found.authorisation, application, Why.APPLICATION_ASKED, whence=at.whence, now=at.now)
    elif found.revoked_at is None:
        found.revoked_at = at.now
        found.save(update_fields=["revoked_at"])
        _journal(Event.TOKEN_REVOKED, found.authorisation, application, at, reason=Why.APPLICATION_ASKED, kind=ACCESS)


def introspect(application: Registered, *, token: str, at: Circumstances) -> dict[str, Any]:
    """What a token is good for (RFC 7662): its own application's, or any for a resource server."""
    found = _live(token, at.now)
    if found is None:
        return {"active": False}
    row = found.authorisation
    owner = registry.by_id(row.application_id)
    if owner is None or (owner.id != application.id and not application.may_introspect_others):
        return {"active": False}
    sign_in = authorisations.sign_in_of(row)
    return {
        "active": True,
        "iss": at.issuer,
        "client_id": owner.client_id,
        "sub": str(sign_in.subject),
        "scope": written(_scopes(found)),
        "token_type": "Bearer" if found.kind == ACCESS else "refresh_token",
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        "auth_time": int(sign_in.at.timestamp()),
        "acr": sign_in.acr,
        "amr": list(sign_in.amr),
        "population": owner.population.value,
    }


def userinfo(token: str, *, now: datetime) -> dict[str, Any]:
    """What the token's scopes tell of its person. Raises Wrong."""
    found = _live(token, now)
    if found is None or found.kind != ACCESS or registry.by_id(found.authorisation.application_id) is None:
        raise Wrong(Code.INVALID_TOKEN, "the access token is unknown, expired or revoked")
    client = access.by_id(authorisations.sign_in_of(found.authorisation).subject)
    known = {
        "sub": lambda: str(client.pk),
        "name": lambda: access.name_of(client),
        "locale": lambda: client.language,
        "phone_number": lambda: access.phone_of(client),
        "iin": lambda: access.iin_of(client.pk),
        "bin": lambda: client.bin,
    }
    return claims_of(_scopes(found), known)


@transaction.atomic
def _redeem(
    application: Registered, code: str, redirect_uri: str, verifier: str, at: Circumstances
) -> dict[str, Any] | Wrong:
    row = Authorisation.objects.select_for_update().filter(code_digest=opaque.digest(code)).first()
    if row is None:
        return _wrong_grant()
    why = _why_not(row, application, redirect_uri, verifier, at)
    if why is not None:
        _journal(Event.TOKEN_REFUSED, row, application, at, reason=why)
        authorisations.end(row, application, why, whence=at.whence, now=at.now)
        return _wrong_grant()
    row.state = STEPS[State(row.state), Verb.REDEEM]
    row.save(update_fields=["state"])
    asked = authorisations.asked_of(row)
    _journal(Event.TOKEN_ISSUED, row, application, at, scopes=sorted(asked.scopes))
    return _issued(row, application, asked.scopes, asked.scopes, asked.nonce, at)


def _why_not(
    row: Authorisation, application: Registered, redirect_uri: str, verifier: str, at: Circumstances
) -> Why | None:
    """The first reason against redeeming a code."""
    asked = authorisations.asked_of(row)
    reasons = (
        (row.application_id != application.id, Why.OTHER_APPLICATION),
        (row.state != State.GRANTED, Why.CODE_REUSED),
        (row.code_expires_at is None or at.now >= row.code_expires_at, Why.CODE_EXPIRED),
        (redirect_uri != asked.redirect_uri, Why.REDIRECT_DIFFERS),
        (not pkce.answers(verifier, asked.code_challenge), Why.VERIFIER_WRONG),
        (row.session is None or not signed_in.stands(row.session, at.now), Why.SESSION_ENDED),
    )
    return next((why for holds, why in reasons if holds), None)


@transaction.atomic
def _refresh(application: Registered, token: str, scope: str, at: Circumstances) -> dict[str, Any] | Wrong:
    found = _locked(token, REFRESH)
    if found is None:
        return _wrong_grant()
    row = found.authorisation
    why = _why_not_again(found, application, at)
    if why is not None:
        _journal(Event.TOKEN_REFUSED, row, application, at, reason=why)
        authorisations.end(row, application, why, whence=at.whence, now=at.now)
        return _wrong_grant()
    scopes = _scopes(found)
    narrowed = read_scopes(scope) if scope else scopes
    if not narrowed or not narrowed <= scopes:
        return Wrong(Code.INVALID_SCOPE, "a refresh token opens no more than it was given for")
    if at.now >= found.expires_at:
        return _wrong_grant()
    found.spent_at = at.now
    found.save(update_fields=["spent_at"])
    _journal(Event.TOKEN_ISSUED, row, application, at, scopes=sorted(narrowed), refreshed=True)
    # An ID token that was refreshed has no nonce (OpenID Connect Core 12.2).
    return _issued(row, application, narrowed, scopes, "", at)


def _why_not_again(found: Token, application: Registered, at: Circumstances) -> Why | None:
    row = found.authorisation
    reasons = (
        (row.application_id != application.id, Why.OTHER_APPLICATION),
        (found.spent_at is not None or found.revoked_at is not None, Why.REFRESH_REUSED),
        (row.session is None or not signed_in.stands(row.session, at.now), Why.SESSION_ENDED),
    )
    return next((why for holds, why in reasons if holds), None)


def _issued(
    row: Authorisation,
    application: Registered,
    scopes: frozenset[Scope],
    all_scopes: frozenset[Scope],
    nonce: str,
    at: Circumstances,
) -> dict[str, Any]:
    """The answer of the token endpoint, and the rows behind it."""
    access_token = _made(row, ACCESS, scopes, at.now)
    claims = id_token.claims(
        authorisations.sign_in_of(row),
        issuer=at.issuer,
        audience=application.client_id,
        nonce=nonce,
        access_token=access_token,
        now=at.now,
    )
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIVES.total_seconds()),
        "scope": written(scopes),
        "id_token": jose.signed(claims, keys.signing_key(at.now, at.whence)),
    }
    if Scope.OFFLINE_ACCESS in all_scopes:
        answer["refresh_token"] = _made(row, REFRESH, all_scopes, at.now)
    return answer


def _made(row: Authorisation, kind: str, scopes: frozenset[Scope], now: datetime) -> str:
    text, digest = opaque.mint(_PREFIXES[kind])
    Token.objects.create(
        authorisation=row,
        kind=kind,
        digest=digest,
        scopes=sorted(scopes),
        issued_at=now,
        expires_at=now + _LIVES[kind],
    )
    return text


def _live(token: str, now: datetime) -> Token | None:
    """A token that means something at this moment: its session stands, and its sign-in was not revoked.

    Whoever shows an access token uses the session behind it.
    """
    found = (
        Token.objects.select_related("authorisation")
        .filter(digest=opaque.digest(token), revoked_at=None, spent_at=None, expires_at__gt=now)
        .filter(authorisation__state=State.REDEEMED)
        .first()
    )
    if found is None or found.authorisation.session is None:
        return None
    uses = found.kind == ACCESS
    return found if signed_in.stands(found.authorisation.session, now, uses=uses) else None


def _locked(token: str, kind: str | None) -> Token | None:
    """A token under the lock of its authorisation, which every verb takes first."""
    rows = Token.objects.filter(digest=opaque.digest(token))
    known = (rows.filter(kind=kind) if kind else rows).values_list("pk", "authorisation_id").first()
    if known is None:
        return None
    row = Authorisation.objects.select_for_update().get(pk=known[1])
    found = Token.objects.get(pk=known[0])
    found.authorisation = row
    return found


def _scopes(token: Token) -> frozenset[Scope]:
    return frozenset(Scope(one) for one in token.scopes)


def _journal(
    event: Event, row: Authorisation, application: Registered, at: Circumstances, *, reason: str = "", **detail: Any
) -> None:
    authorisations.journal(event, row, application, whence=at.whence, now=at.now, reason=reason, **detail)


def _wrong_grant() -> Wrong:
    return Wrong(Code.INVALID_GRANT, "the code or token is unknown, expired, used or not this application's")


def _raised(result: dict[str, Any] | Wrong) -> dict[str, Any]:
    if isinstance(result, Wrong):
        raise result
    return result
