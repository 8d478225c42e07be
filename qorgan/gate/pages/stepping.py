"""What is proven next: one factor at a time, each with the others beside it, until the rules are content."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from qorgan.gate.ceremonies import actions, cookies, phoning, wording
from qorgan.gate.ceremonies.engine import Begun, View
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import State
from qorgan.gate.ceremonies.plan import SOURCES
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.pages import ending, words
from qorgan.gate.pages.asking import because, begun_of, from_program, language, said, secret, to
from qorgan.gate.pages.entrance import application_name
from qorgan.gate.pages.signing import signing
from qorgan.gate.providers.configured import identification
from qorgan.gate.rules.proof import BiometricSource
from qorgan.gate.rules.verdict import Refused
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, registration_rule
from qorgan.law.register import clause

SHOWN: Final = (
    Method.PASSWORD,
    Method.ONE_TIME_CODE,
    Method.PASSKEY,
    Method.SIGNATURE,
    Method.BIOMETRICS,
    Method.DEVICE_KEY,
)
"""What a page can ask for, the handiest first. That a browser has the key of a device only its script knows."""
PHONE: Final = "phone"
"""Beside the methods: whose the number is."""
_NAMES: Final = {
    Kind.SIGN_IN: "sign-in",
    Kind.RECOVERY: "recover",
    Kind.REGISTRATION: "register",
    Kind.INVITED: "invitation",
}
"""Where each kind asks who came."""


@require_safe
def step(request: HttpRequest) -> HttpResponseBase:
    """Where the ceremony of this browser stands, and what to do next. Raises Refusal when there is none."""
    begun = demanded(request)
    found = actions.look(begun, now=now())
    if found.state is State.DONE:
        return to(found.return_to or reverse("home"))
    if found.state is not State.BEGUN:
        raise wording.unknown()
    if not found.identified:
        return to(reverse(_NAMES.get(found.kind, "home")))
    if found.steps.may_finish:
        return ending.page(request, begun, found)
    return page(request, found)


@require_POST
def prove(request: HttpRequest, method: str) -> HttpResponseBase:
    """Answer a factor."""
    begun, asked = demanded(request), method_of(method)
    try:
        found = actions.prove(begun, asked, answer_of(request, asked), whence=whence_of(request), now=now())
    except Refusal as refusal:
        return again(request, begun, refusal, by=asked.value)
    return _onward(request, begun, found)


@require_POST
def challenge(request: HttpRequest, method: str) -> HttpResponseBase:
    """What a factor asks: for the page's script, or, of biometric identification, the way to the service."""
    begun, asked = demanded(request), method_of(method)
    try:
        public = actions.challenge(begun, asked, now=now(), source=_source(request, asked))
    except Refusal as refusal:
        if asked is Method.BIOMETRICS:
            return again(request, begun, refusal, by=asked.value)
        return JsonResponse(because(refusal), status=refusal.status)
    except Unavailable as gone:
        if asked is Method.BIOMETRICS:
            return not_answering(request, begun, gone, by=asked.value)
        raise
    return away(request, public) if asked is Method.BIOMETRICS else JsonResponse(public)


@require_GET
def identified(request: HttpRequest, ceremony: UUID) -> HttpResponseBase:
    """Come back from the identification service, whose report is asked for now. The address proves nothing."""
    begun = demanded(request)
    if begun.ceremony != ceremony:
        raise wording.unknown()
    try:
        found = actions.prove(begun, Method.BIOMETRICS, {}, whence=whence_of(request), now=now())
    except Refusal as refusal:
        if refusal.code == "not-yet":
            response = render(request, "pages/not_yet.html", {"words": str(refusal)})
            response["Refresh"] = "3"
            return response
        return again(request, begun, refusal, by=Method.BIOMETRICS.value)
    except Unavailable as gone:
        return not_answering(request, begun, gone, by=Method.BIOMETRICS.value)
    return _onward(request, begun, found)


@require_POST
def phone(request: HttpRequest) -> HttpResponseBase:
    """Ask whose the number is, and have a code sent to it."""
    begun = demanded(request)
    try:
        asked = phoning.ask(begun, said(request, "phone", longest=40), whence=whence_of(request), now=now())
    except Refusal as refusal:
        return again(request, begun, refusal, by=PHONE)
    except Unavailable as gone:
        return not_answering(request, begun, gone, by=PHONE)
    return page(request, actions.look(begun, now=now()), by=PHONE, sent_to=asked.phone)


@require_POST
def phone_code(request: HttpRequest) -> HttpResponseBase:
    """Bring the code that was sent."""
    begun = demanded(request)
    try:
        found = phoning.confirm(begun, said(request, "code", longest=40), whence=whence_of(request), now=now())
    except Refusal as refusal:
        return again(request, begun, refusal, by=PHONE, sent_to=said(request, "sent_to", longest=20))
    return _onward(request, begun, found)


@require_POST
def give_up(request: HttpRequest) -> HttpResponseBase:
    """Go on with it no more."""
    begun = demanded(request)
    actions.give_up(begun, whence=whence_of(request), now=now())
    response = to(reverse("home"))
    cookies.take_ceremony(response)
    return response


def page(
    request: HttpRequest, found: View, *, refused: Refusal | None = None, by: str = "", sent_to: str = ""
) -> HttpResponse:
    """The page of the next step. It shows what was asked for, if that is offered, else the handiest way."""
    offered = [one.value for one in SHOWN if one in found.steps.methods]
    offered += [PHONE] if found.steps.phone else []
    asked = by or request.GET.get("by", "")
    chosen = asked if asked in offered else next(iter(offered), "")
    response = render(request, "pages/step.html", _context(found, chosen, offered, refused, sent_to))
    if chosen == Method.SIGNATURE.value:
        response.agent = settings.CONFIG.pages.agent  # type: ignore[attr-defined]  # the headers' policy names it
    return response


def again(request: HttpRequest, begun: Begun, refusal: Refusal, *, by: str = "", sent_to: str = "") -> HttpResponse:
    """The same step with what was wrong. Raises the refusal itself where the ceremony is over."""
    found = actions.look(begun, now=now())
    if found.state is not State.BEGUN or found.steps.may_finish or not found.identified:
        raise refusal
    return page(request, found, refused=refusal, by=by, sent_to=sent_to)


def not_answering(request: HttpRequest, begun: Begun, gone: Unavailable, *, by: str) -> HttpResponse:
    """The same step with the other ways, where whoever is asked for this one does not answer."""
    response = again(request, begun, wording.not_answering(), by=by)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(gone.retry_after)
    return response


def demanded(request: HttpRequest) -> Begun:
    """The ceremony of this browser. Raises Refusal."""
    begun = begun_of(request)
    if begun is None:
        raise wording.unknown()
    return begun


def method_of(name: str) -> Method:
    """The method of this name. Raises Http404 for what no page asks for."""
    found = next((one for one in SHOWN if one.value == name), None)
    if found is None:
        raise Http404
    return found


def answer_of(request: HttpRequest, method: Method) -> dict[str, Any]:
    """What the form answers to a factor."""
    match method:
        case Method.PASSWORD:
            return {"password": secret(request, "password")}
        case Method.ONE_TIME_CODE:
            return {"code": said(request, "code", longest=40), "name": said(request, "name", longest=100)}
        case Method.PASSKEY:
            return {"credential": from_program(request, "credential"), "name": said(request, "name", longest=100)}
        case Method.SIGNATURE:
            return {"cms": str(request.POST.get("cms", ""))}
        case Method.DEVICE_KEY:
            return {"proof": str(request.POST.get("proof", ""))}
        case _:
            return {}


def away(request: HttpRequest, public: dict[str, Any]) -> HttpResponse:
    """The page that leads to the identification service.

    A form's policy lets it lead to the gate alone, and browsers hold a redirection after a form to the same.
    """
    response = render(request, "pages/away.html", {"address": public["redirect_url"]})
    response["Refresh"] = f"1;url={public['redirect_url']}"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _onward(request: HttpRequest, begun: Begun, found: View) -> HttpResponseBase:
    """After a step: let somebody in whose sign-in needs no more, else the next step by a fresh page."""
    if found.steps.may_finish and found.kind is Kind.SIGN_IN:
        return ending.let_in(request, begun, found)
    return to(reverse("step"))


def _context(found: View, chosen: str, offered: list[str], refused: Refusal | None, sent_to: str) -> dict[str, Any]:
    verdict = found.steps.verdict
    lacks = wording.WORDS[verdict.lacks] if isinstance(verdict, Refused) and found.proven else ""
    rule = clause(verdict.rule) if verdict.rule else None
    return {
        "title": words.TITLES[found.kind],
        "why": _why(found),
        "kind": found.kind,
        "application": application_name(found.application),
        "who": found.population.label(language()),
        "proven": [words.METHODS[one] for one in found.proven] + ([_("Phone number")] if found.phone_confirmed else []),
        "chosen": chosen,
        "others": [_shown(one) for one in offered if one != chosen],
        "lacks": lacks,
        "rule": rule,
        "refused": because(refused) if refused else None,
        "sent_to": sent_to,
        "asks_for_number": found.kind is Kind.PHONE_CHANGE,
        "sources": _sources(found),
        "signing": signing(reverse("challenge", args=[Method.SIGNATURE.value])) if chosen == Method.SIGNATURE else None,
        "prove": reverse("prove", args=[chosen]) if chosen and chosen != PHONE else "",
        "challenge": reverse("challenge", args=[chosen]) if chosen and chosen != PHONE else "",
    }


def _sources(found: View) -> list[str]:
    """Who may identify biometrically: at a registration those alone by whom the act lets somebody be registered."""
    rule = registration_rule(found.population, now().date()) if found.kind is Kind.REGISTRATION else None
    ports = identification(settings.CONFIG)
    return [one.source.value for one in ports if rule is None or SOURCES[one.source] in rule[0].ways]


def _why(found: View) -> words.Words:
    """What the ceremony leads to; at a registration, what it takes, before anything is shown."""
    if found.kind is not Kind.REGISTRATION:
        return words.WHY.get(found.kind, "")
    if found.proven or found.phone_confirmed:
        return ""
    both = settings.CONFIG.registration.all_named and found.steps.phone
    return words.BOTH_WAYS if both else words.ANY_WAY


def _shown(offered: str) -> dict[str, Any]:
    if offered == PHONE:
        about = _("A code to your number, if the base of mobile citizens says that it is yours")
        return {"method": PHONE, "words": _("Phone number"), "about": about, "symbol": "phone"}
    return words.way(Method(offered))


def _source(request: HttpRequest, method: Method) -> BiometricSource | None:
    asked = said(request, "source")
    return next((one for one in BiometricSource if one.value == asked), None) if method is Method.BIOMETRICS else None
