"""The authorisation endpoint: a browser comes from an application, is met by the gate, and goes back with a code.

Where nobody is signed in, or not as the application asks, a ceremony is begun and the browser goes to the pages that
lead it; these send it on to `go_on`, whoever has signed in there.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from qorgan.gate.ceremonies import actions, cookies
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.lockout.counters import of_network
from qorgan.gate.lockout.counting import charge
from qorgan.gate.oidc import answers, asking, authorisations, jose, keys, opaque, registry, signed_in, standing
from qorgan.gate.oidc.asking import Asked, Prompt
from qorgan.gate.oidc.endpoints import issuer
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.levels import acr_of
from qorgan.gate.oidc.onward import onward
from qorgan.gate.oidc.registered import Registered
from qorgan.kit.clock import now
from qorgan.kit.pages.language import set_cookie
from qorgan.kit.refusal import Refusal

SIGN_IN: Final = "/sign-in"
"""Where the pages that lead a ceremony begin. `request` names what waits; the ceremony itself is in a cookie."""


@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorise(request: HttpRequest) -> HttpResponseBase:
    """Meet a browser that an application sent. Raises Refusal while nobody knows where to send it back to."""
    sent = request.POST if request.method == "POST" else request.GET
    parameters = {name: [str(value) for value in values] for name, values in sent.lists()}
    named = parameters.get("client_id", [])
    application = registry.registered(named[0]) if len(named) == 1 else None
    redirect_uri = asking.is_to_be_trusted(application, parameters)
    if application is None or not redirect_uri:
        raise _stray()
    moment = now()
    try:
        asked = asking.read(parameters, application, redirect_uri)
        return _met(request, application, asked, moment)
    except Wrong as refused:
        return answers.ToApplication(redirect_uri, _error(asking.state_of(parameters), refused))


@require_GET
def go_on(request: HttpRequest, authorisation: UUID) -> HttpResponseBase:
    """Take up a request whose person has been met. Raises Refusal when it does not wait at this browser."""
    moment, browser = now(), opaque.digest(cookies.browser_secret(request))
    asked, application_id, asked_at = authorisations.waiting(authorisation, browser=browser, now=moment)
    application = registry.by_id(application_id)
    if application is None:
        raise _stray()
    session = signed_in.current(request, now=moment)
    try:
        proven = _demanded(session, asked, application, asked_at, moment)
    except Wrong as refused:
        authorisations.refuse(authorisation)
        return onward(request, asked.redirect_uri, _error(asked.state, refused), application.name)
    answer = _granted(request, authorisation, application, asked, proven, moment)
    return onward(request, asked.redirect_uri, answer, application.name)


def _met(request: HttpRequest, application: Registered, asked: Asked, moment: datetime) -> HttpResponseBase:
    """Answer at once if the person is signed in as asked; otherwise let them be met. Raises Wrong."""
    if asked.acr_values and acr_of(application.population, moment) not in asked.acr_values:
        raise Wrong(Code.UNMET_AUTHENTICATION_REQUIREMENTS, "no sign-in of this population satisfies acr_values")
    session = signed_in.current(request, now=moment)
    hinted = _hinted(asked)
    suffices = standing.suffices(session, asked, application, asked_at=moment, now=moment)
    suffices = suffices and (not hinted or (session is not None and str(session.client_id) == hinted))
    if not suffices and asked.prompt is Prompt.NONE:
        raise Wrong(Code.LOGIN_REQUIRED, "nobody is signed in as asked")
    _demand_calm(request, moment)
    secret = cookies.browser_secret(request)
    browser = secret or opaque.mint("qgb_")[0]
    authorisation = authorisations.ask(application, asked, browser=opaque.digest(browser), now=moment)
    if session is not None and suffices:
        answer = _granted(request, authorisation, application, asked, session, moment)
        response: HttpResponseBase = answers.ToApplication(asked.redirect_uri, answer)
    else:
        response = _to_sign_in(request, authorisation, application, asked, moment)
    if not secret:
        cookies.give_browser(response, browser)
    return response


def _demand_calm(request: HttpRequest, moment: datetime) -> None:
    """Nobody fills the tables from one network: what is asked is kept until it ends. Raises Wrong."""
    limits = settings.CONFIG.limits
    address = whence_of(request).address
    counter = of_network("authorise", address=address, limits=limits, most=limits.asked_per_network)
    if not charge([counter], moment):
        raise Wrong(Code.TEMPORARILY_UNAVAILABLE, "too many requests from this network; try again later")


def _to_sign_in(
    request: HttpRequest, authorisation: UUID, application: Registered, asked: Asked, moment: datetime
) -> HttpResponse:
    return_to = reverse("oidc-go-on", args=[authorisation])
    begun = actions.begin(
        Kind.SIGN_IN,
        application.population,
        whence_of(request),
        now=moment,
        application=application.id,
        in_app=application.is_on_device,
        return_to=return_to,
    )
    authorisations.begun(authorisation, begun.ceremony)
    if asked.login_hint:
        # Whoever is hinted at is asked for their factors at once.
        actions.identify(begun, asked.login_hint, now=moment)
    response = HttpResponseRedirect(f"{SIGN_IN}?{urlencode({'request': authorisation})}")
    response.status_code = HTTPStatus.SEE_OTHER
    answers.closed(response)
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    if asked.ui_language:
        set_cookie(response, asked.ui_language)
    return response


def _granted(
    request: HttpRequest,
    authorisation: UUID,
    application: Registered,
    asked: Asked,
    session: Session,
    moment: datetime,
) -> dict[str, str]:
    """What the application is answered: a code, and who gives it (RFC 9207)."""
    code = authorisations.grant(authorisation, application, session, whence=whence_of(request), now=moment)
    return {"code": code, "state": asked.state, "iss": issuer()}


def _demanded(
    session: Session | None, asked: Asked, application: Registered, asked_at: datetime, moment: datetime
) -> Session:
    """The session, if whoever comes from the pages is signed in as asked. Raises Wrong, for the application."""
    if session is None:
        raise Wrong(Code.ACCESS_DENIED, "nobody signed in")
    if not standing.meets_level(session, asked):
        raise Wrong(Code.UNMET_AUTHENTICATION_REQUIREMENTS, "the sign-in does not satisfy acr_values")
    hinted = _hinted(asked)
    if hinted and str(session.client_id) != hinted:
        raise Wrong(Code.LOGIN_REQUIRED, "somebody else signed in")
    if not standing.suffices(session, asked, application, asked_at=asked_at, now=moment):
        raise Wrong(Code.LOGIN_REQUIRED, "nobody is signed in as asked")
    return session


def _hinted(asked: Asked) -> str:
    """Whom an ID token of ours speaks of; empty when none was sent. Raises Wrong."""
    if not asked.id_token_hint:
        return ""
    try:
        claims = jose.verified(asked.id_token_hint, keys.every_jwks())
    except jose.NotOurs:
        raise Wrong(Code.INVALID_REQUEST, "id_token_hint is no ID token of this provider") from None
    if claims.get("iss") != issuer() or claims.get("aud") != asked.client_id:
        raise Wrong(Code.INVALID_REQUEST, "id_token_hint is not of this application")
    return str(claims.get("sub", ""))


def _error(state: str, refused: Wrong) -> dict[str, str]:
    return {**refused.as_json(), "state": state, "iss": issuer()}


def _stray() -> Refusal:
    return Refusal(
        "application-unknown",
        _("An application that the gate does not know sent you here, or it sent a wrong address. Tell its owner."),
        status=HTTPStatus.BAD_REQUEST,
    )
