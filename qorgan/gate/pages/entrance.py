"""Who comes, and to do what: the pages on which a ceremony begins with a name."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qorgan.gate.ceremonies import actions, cookies
from qorgan.gate.ceremonies.engine import Begun, View
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import State
from qorgan.gate.oidc import registry
from qorgan.gate.pages import words
from qorgan.gate.pages.asking import because, begun_of, inner, language, said, session_of, to
from qorgan.gate.pages.beginning import begin
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population

_ADDRESSES: Final = {Kind.SIGN_IN: "sign-in", Kind.RECOVERY: "recover"}


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """One's own page, or the way to it."""
    return to(reverse("account") if session_of(request) else reverse("sign-in"))


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Say who wants to come in. A ceremony that an application began goes on."""
    return _named(request, Kind.SIGN_IN)


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Begin a sign-in with a passkey instead of a name: what the page's script hands to the authenticator."""
    waits, moment = waiting(request, Kind.SIGN_IN), now()
    population = waits[1].population if waits else population_of(request)
    if population is None:
        raise Http404
    try:
        begun = waits[0] if waits else _begun(request, Kind.SIGN_IN, population, moment)
        public = actions.challenge(begun, Method.PASSKEY, now=moment)
    except Refusal as refusal:
        return JsonResponse(because(refusal), status=refusal.status)
    response = JsonResponse(public)
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    return response


@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponseBase:
    """Say whose password is forgotten."""
    return _named(request, Kind.RECOVERY)


def waiting(request: HttpRequest, kind: Kind) -> tuple[Begun, View] | None:
    """The ceremony of this kind that waits in this browser for a name."""
    begun = begun_of(request)
    if begun is None:
        return None
    try:
        found = actions.look(begun, now=now())
    except Refusal:
        return None
    waits = found.state is State.BEGUN and found.kind is kind and not found.identified
    return (begun, found) if waits else None


def population_of(request: HttpRequest) -> Population | None:
    """For whom the page is: as it was chosen, or the only one that comes in here."""
    offered = settings.CONFIG.pages.populations
    asked = request.POST.get("for") or request.GET.get("for", "")
    chosen = next((one for one in offered if one.value == asked), None)
    return offered[0] if chosen is None and len(offered) == 1 else chosen


def choice(request: HttpRequest, title: words.Words, offered: tuple[Population, ...]) -> HttpResponse:
    """The page that asks who somebody is to the institution."""
    kept = {name: value for name, value in request.GET.items() if name in {"next", "request"}}
    ways = [{"address": f"?{urlencode({**kept, 'for': one.value})}", "words": one.label(language())} for one in offered]
    return render(request, "pages/choice.html", {"title": title, "ways": ways})


def application_name(application: UUID | None) -> str:
    """What the application that asks calls itself; empty where none does."""
    found = registry.by_id(application) if application else None
    return found.name if found else ""


def _named(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    waits = waiting(request, kind) if "request" in request.GET or request.method == "POST" else None
    if kind is Kind.SIGN_IN and waits is None and _goes_on(request):
        return to(reverse("step"))
    population = waits[1].population if waits else population_of(request)
    if population is None:
        return choice(request, words.TITLES[kind], settings.CONFIG.pages.populations)
    refused: dict[str, str] | None = None
    if request.method == "POST":
        try:
            return _identified(request, kind, population, waits[0] if waits else None)
        except Refusal as refusal:
            refused = because(refusal)
    context = _context(request, kind, population, waits[1].application if waits else None)
    return render(request, "pages/identify.html", {**context, "refused": refused})


def _goes_on(request: HttpRequest) -> bool:
    """Whether an application sent somebody here whom it named itself."""
    begun = begun_of(request) if "request" in request.GET and request.method == "GET" else None
    if begun is None:
        return False
    try:
        found = actions.look(begun, now=now())
    except Refusal:
        return False
    return found.state is State.BEGUN and found.kind is Kind.SIGN_IN and found.identified


def _identified(request: HttpRequest, kind: Kind, population: Population, begun: Begun | None) -> HttpResponse:
    """Begin, unless it has begun, and name who came. Raises Refusal."""
    identifier = said(request, "identifier", longest=100)
    if not identifier:
        words_ = _("Write who you are: it is asked in the field below.")
        raise Refusal("identifier-missing", words_, status=HTTPStatus.UNPROCESSABLE_ENTITY, field="identifier")
    moment = now()
    if begun is None:
        begun = _begun(request, kind, population, moment)
    actions.identify(begun, identifier, now=moment)
    response = to(reverse("step"))
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    return response


def _begun(request: HttpRequest, kind: Kind, population: Population, moment: datetime) -> Begun:
    return begin(request, kind, population, now=moment, return_to=_return_to(request))


def _return_to(request: HttpRequest) -> str:
    """Where a sign-in leads: back to the page that asked for it, or to the application's request."""
    try:
        return reverse("oidc-go-on", args=[UUID(said(request, "request") or request.GET.get("request", ""))])
    except ValueError:
        return inner(request, said(request, "next") or request.GET.get("next", ""))


def _context(request: HttpRequest, kind: Kind, population: Population, application: UUID | None) -> dict[str, Any]:
    offered = settings.CONFIG.pages.populations
    return {
        "title": words.TITLES[kind],
        "action": reverse(_ADDRESSES[kind]),
        "population": population,
        "who": population.label(language()),
        "others": len(offered) > 1 and application is None,
        "application": application_name(application),
        "is_employee": population is Population.EMPLOYEE,
        "is_sign_in": kind is Kind.SIGN_IN,
        "identifier": said(request, "identifier", longest=100),
        "next": inner(request, request.GET.get("next", "") or said(request, "next")),
        "request_id": request.GET.get("request", "") or said(request, "request"),
    }
