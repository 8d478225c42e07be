"""Signing out: an application sends its person to the gate to leave (OpenID Connect RP-Initiated Logout 1.0).

Without a proof that the application means this very session the person is asked: else any page could sign anybody out.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from qorgan.gate.ceremonies import cookies
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.oidc import answers, jose, keys, registry, signed_in
from qorgan.gate.oidc.asking import LONGEST
from qorgan.gate.oidc.endpoints import issuer
from qorgan.gate.oidc.onward import onward
from qorgan.gate.oidc.registered import Registered
from qorgan.kit.clock import now

_KEPT: Final = ("client_id", "id_token_hint", "post_logout_redirect_uri", "state")


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of who wants to leave, and where to."""

    application: Registered | None = None
    session: str = ""
    """Which session an ID token of ours names."""
    to: str = ""
    """Where to go afterwards: an address that the application registered for this, or nowhere."""
    state: str = ""


@csrf_exempt
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponseBase:
    """Sign out whom an application sends, or ask them first."""
    sent = request.POST if request.method == "POST" else request.GET
    leaving = _read({name: str(value) for name, value in sent.items()})
    session = signed_in.current(request, now=now())
    if session is not None and leaving.session != str(session.id):
        told = {name: str(value) for name, value in sent.items() if name in _KEPT}
        return answers.closed(render(request, "oidc/end_session.html", {"kept": told}))
    _sign_out(request)
    if not leaving.to:
        return _signed_out(request)
    return _without_session(answers.ToApplication(leaving.to, {"state": leaving.state}))


@require_POST
def confirmed(request: HttpRequest) -> HttpResponseBase:
    """Sign out whoever said so on the gate's own page."""
    leaving = _read({name: str(value) for name, value in request.POST.items()})
    _sign_out(request)
    if leaving.application is None or not leaving.to:
        return _signed_out(request)
    return _without_session(onward(request, leaving.to, {"state": leaving.state}, leaving.application.name))


def _sign_out(request: HttpRequest) -> None:
    moment = now()
    session = signed_in.current(request, now=moment)
    if session is not None:
        signed_in.sign_out(session, whence=whence_of(request), now=moment)


def _signed_out(request: HttpRequest) -> HttpResponseBase:
    return _without_session(answers.closed(render(request, "oidc/signed_out.html")))


def _without_session(response: HttpResponseBase) -> HttpResponseBase:
    cookies.take_session(response)
    return response


def _read(sent: dict[str, str]) -> Leaving:
    claims = _claims(sent.get("id_token_hint", ""))
    client_id = str(claims.get("aud", "")) or sent.get("client_id", "")
    if sent.get("client_id", client_id) != client_id:
        return Leaving()
    application = registry.registered(client_id)
    to = sent.get("post_logout_redirect_uri", "")
    is_registered = application is not None and to in application.post_logout_redirect_uris
    return Leaving(
        application=application,
        session=str(claims.get("sid", "")) if application else "",
        to=to if is_registered else "",
        state=sent.get("state", "")[:LONGEST],
    )


def _claims(hint: str) -> dict[str, Any]:
    """What an ID token of ours says, however old; nothing for anything else."""
    try:
        claims = jose.verified(hint, keys.every_jwks())
    except jose.NotOurs:
        return {}
    return claims if claims.get("iss") == issuer() else {}
