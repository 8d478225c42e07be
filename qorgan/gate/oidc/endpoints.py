"""The provider over HTTP for programs: what it is, its keys, tokens, and what they are good for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from qorgan.gate.journal.whence import whence_of
from qorgan.gate.oidc import answers, credentials, discovery, keys, registry, tokens
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.levels import acr_values
from qorgan.gate.oidc.models import Assertion
from qorgan.gate.oidc.registered import Authentication, Registered
from qorgan.gate.oidc.tokens import Circumstances
from qorgan.kit.clock import now

Served = Callable[[Registered, dict[str, str], Circumstances], HttpResponse]


def issuer() -> str:
    """The gate's name in every token: the address that people type."""
    return str(settings.CONFIG.portal.address).rstrip("/")


@answers.for_pages("GET", public=True)
def configuration(request: HttpRequest) -> HttpResponseBase:
    """The discovery document."""
    return _got(request, lambda: discovery.document(issuer(), acr_values(now())))


@answers.for_pages("GET", public=True)
def key_set(request: HttpRequest) -> HttpResponseBase:
    """The public keys. The first is made when they are first asked for."""

    def published() -> dict[str, Any]:
        moment = now()
        keys.signing_key(moment, whence_of(request))
        return keys.jwks(moment)

    return _got(request, published)


def _for_applications(served: Served) -> answers.View:
    """An endpoint that applications call with a form, each proving itself first."""

    @csrf_exempt
    @answers.for_pages("POST")
    @wraps(served)
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return _only("POST, OPTIONS")
        at = Circumstances(issuer=issuer(), whence=whence_of(request), now=now())
        try:
            form = answers.one_of_each(request)
            return served(_application(request, form, at), form, at)
        except Wrong as refused:
            return answers.wrong(refused)

    return view


@_for_applications
def token(application: Registered, form: dict[str, str], at: Circumstances) -> HttpResponse:
    """Tokens, for a code or for a refresh token (RFC 6749 3.2)."""
    match form.get("grant_type", ""):
        case "authorization_code":
            issued = tokens.redeem(
                application,
                code=_required(form, "code"),
                redirect_uri=_required(form, "redirect_uri"),
                verifier=_required(form, "code_verifier"),
                at=at,
            )
        case "refresh_token":
            shown = _required(form, "refresh_token")
            issued = tokens.refresh(application, token=shown, scope=form.get("scope", ""), at=at)
        case "":
            raise Wrong(Code.INVALID_REQUEST, "grant_type is missing")
        case _:
            raise Wrong(Code.UNSUPPORTED_GRANT_TYPE, "grant_type is authorization_code or refresh_token")
    return answers.as_json(issued)


@_for_applications
def revoke(application: Registered, form: dict[str, str], at: Circumstances) -> HttpResponse:
    """End a token (RFC 7009): the answer is the same for one that never was."""
    tokens.revoke(application, token=_required(form, "token"), at=at)
    return answers.as_json({})


@_for_applications
def introspect(application: Registered, form: dict[str, str], at: Circumstances) -> HttpResponse:
    """What a token is good for (RFC 7662)."""
    if application.authentication is Authentication.NONE:
        raise Wrong(Code.INVALID_CLIENT, "only an application that proves itself may ask about tokens")
    return answers.as_json(tokens.introspect(application, token=_required(form, "token"), at=at))


@csrf_exempt
@answers.for_pages("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponseBase:
    """What a person lets the application know (OpenID Connect Core 5.3)."""
    if request.method not in {"GET", "POST"}:
        return _only("GET, POST, OPTIONS")
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not shown:
        response = answers.closed(HttpResponse(status=HTTPStatus.UNAUTHORIZED))
        # Whoever shows nothing is told nothing but how to (RFC 6750 3.1).
        response["WWW-Authenticate"] = "Bearer"
        return response
    try:
        return answers.as_json(tokens.userinfo(shown.strip(), now=now()))
    except Wrong as refused:
        return answers.wrong(refused, challenge="Bearer")


def _application(request: HttpRequest, form: dict[str, str], at: Circumstances) -> Registered:
    """The application that calls. Raises Wrong."""
    proof = credentials.shown(request.headers.get("Authorization", ""), form)
    application = registry.registered(proof.client_id)
    audiences = (at.issuer, discovery.address(at.issuer, discovery.TOKEN), f"{at.issuer}{request.path}")
    once = credentials.accept(proof, application, audiences=audiences, now=at.now)
    if once is not None:
        _spend(once)
    if application is None:
        raise Wrong(Code.INVALID_CLIENT, "the application is unknown")
    return application


def _spend(once: credentials.Assertion) -> None:
    """Take an assertion the first time. Raises Wrong."""
    try:
        with transaction.atomic():
            Assertion.objects.create(digest=once.digest, expires_at=once.expires_at + 2 * credentials.SKEW)
    except IntegrityError:
        raise Wrong(Code.INVALID_CLIENT, "the assertion was used before") from None


def _required(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise Wrong(Code.INVALID_REQUEST, f"{name} is missing")
    return value


def _got(request: HttpRequest, told: Callable[[], dict[str, Any]]) -> HttpResponseBase:
    if request.method not in {"GET", "HEAD"}:
        return _only("GET, HEAD, OPTIONS")
    return answers.as_json(told())


def _only(methods: str) -> HttpResponseBase:
    response = answers.closed(HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED))
    response["Allow"] = methods
    return response
