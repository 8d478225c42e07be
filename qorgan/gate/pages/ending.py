"""What a ceremony is for, once enough was proven: let somebody in, set what they chose, tell them that it is done."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from qorgan.gate.ceremonies import actions, cookies, factoring, phoning, wording
from qorgan.gate.ceremonies.engine import Begun, View
from qorgan.gate.ceremonies.engine import found as row_of
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.pages import words
from qorgan.gate.pages.asking import because, begun_of, from_program, said, secret, session_of, to
from qorgan.gate.pages.codes import picture
from qorgan.gate.pages.programs import program
from qorgan.gate.pages.signing import signing
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method

FIRST: Final = (Method.PASSWORD, Method.ONE_TIME_CODE, Method.PASSKEY)
"""What somebody may begin with."""
_DONE: Final[Mapping[Kind, words.Words]] = MappingProxyType(
    {
        Kind.REGISTRATION: _("You are registered. Sign in by what you have chosen."),
        Kind.SIGN_IN: _("You are signed in."),
        Kind.NEW_DEVICE: _("This browser is bound to you as a device. You have been told of it."),
        Kind.PASSWORD_CHANGE: _("The password is changed. Everywhere else you are signed out."),
        Kind.RECOVERY: _("The new password is set. You are signed out everywhere; sign in with it."),
        Kind.PHONE_CHANGE: _("The number is changed. Both numbers are told of it."),
        Kind.FACTOR_ADDED: _("The way to sign in is added."),
        Kind.FACTOR_REMOVED: _("The way to sign in is removed."),
        Kind.CLOSING: _("The account is closed, and you are signed out everywhere."),
        Kind.INVITED: _("You can sign in now, by what you have chosen."),
    }
)


def page(
    request: HttpRequest,
    begun: Begun,
    found: View,
    *,
    refused: Refusal | None = None,
    asked: Mapping[str, Any] | None = None,
    method: Method | None = None,
) -> HttpResponse:
    """The page of what the ceremony is for. `asked` is what an enrolment of `method` has just asked."""
    setting = method or _to_set(found)
    context = {
        "title": words.TITLES[found.kind],
        "kind": found.kind,
        "refused": _told(refused) if refused else None,
        "setting": setting,
        "way": words.way(setting) if setting else None,
        "asked": asked,
        "picture": picture(str(asked["address"])) if asked and "address" in asked else "",
        "shortest": settings.CONFIG.password.shortest,
        "chosen": [words.METHODS[one] for one in found.enrolled],
        "firsts": _firsts(found),
        "may_end": bool(found.enrolled),
        "has_two": len(found.enrolled) > 1,
        "has_face": Method.BIOMETRICS in factoring.available(),
        "credentials": _credentials(begun, found),
        "number": phoning.confirmed(begun, now=now()) if found.kind is Kind.PHONE_CHANGE else "",
        "signing": _signing(setting),
    }
    response = render(request, "pages/end.html", context)
    if setting is Method.SIGNATURE:
        response.agent = settings.CONFIG.pages.agent  # type: ignore[attr-defined]  # the headers' policy names it
    return response


@require_POST
def enrolment(request: HttpRequest, method: str) -> HttpResponseBase:
    """What a factor needs to be set up: shown for an app of codes, given to the page's script for the rest."""
    begun, chosen = _demanded(request), _settable(method)
    try:
        public = actions.enrol_begin(begun, chosen, now=now())
    except Refusal as refusal:
        if chosen is Method.ONE_TIME_CODE:
            return page(request, begun, actions.look(begun, now=now()), refused=refusal)
        return JsonResponse(because(refusal), status=refusal.status)
    if chosen is Method.ONE_TIME_CODE:
        return page(request, begun, actions.look(begun, now=now()), asked=public, method=chosen)
    return JsonResponse(public)


@require_POST
def enrol(request: HttpRequest, method: str) -> HttpResponseBase:
    """Set up one of the factors that somebody begins with."""
    begun, chosen = _demanded(request), _settable(method)
    try:
        actions.enrol(begun, chosen, _answer(request, chosen), whence=whence_of(request), now=now())
    except Refusal as refusal:
        found = actions.look(begun, now=now())
        return page(request, begun, found, refused=refusal, asked=_shown_again(request), method=chosen)
    return to(reverse("step"))


@require_POST
def finish(request: HttpRequest) -> HttpResponseBase:
    """Do what the ceremony is for."""
    begun = _demanded(request)
    found = actions.look(begun, now=now())
    if found.kind is Kind.SIGN_IN:
        return let_in(request, begun, found)
    setting = _to_set(found)
    try:
        ended = actions.finish(begun, _last_answer(request, setting), whence=whence_of(request), now=now())
    except Refusal as refusal:
        still = actions.look(begun, now=now())
        if not still.steps.may_finish:
            raise
        asked = _shown_again(request)
        return page(request, begun, still, refused=refusal, asked=asked, method=setting if asked else None)
    response = to(reverse("done", args=[found.kind.value]))
    cookies.take_ceremony(response)
    if ended.session_secret is not None:
        cookies.give_session(response, ended.session_secret)
    if found.kind is Kind.CLOSING:
        cookies.take_session(response)
    return response


def let_in(request: HttpRequest, begun: Begun, found: View) -> HttpResponseBase:
    """Finish a sign-in: the browser is known by the session from here on."""
    done = actions.finish(begun, whence=whence_of(request), now=now())
    response = to(found.return_to or reverse("home"))
    cookies.take_ceremony(response)
    if done.session_secret is None:
        raise RuntimeError("a sign-in gave no session")
    cookies.give_session(response, done.session_secret)
    return response


@require_safe
def done(request: HttpRequest, kind: str) -> HttpResponse:
    """That it is done, and what comes next."""
    found = next((one for one in _DONE if one.value == kind), None)
    if found is None:
        raise Http404
    session: Session | None = session_of(request)
    context = {"title": words.TITLES[found], "words": _DONE[found], "is_in": session is not None}
    return render(request, "pages/done.html", context)


def _to_set(found: View) -> Method | None:
    """Which factor the last step sets, where it sets one."""
    if found.kind in {Kind.PASSWORD_CHANGE, Kind.RECOVERY}:
        return Method.PASSWORD
    if found.kind is Kind.NEW_DEVICE:
        return Method.DEVICE_KEY
    if found.kind is Kind.FACTOR_ADDED:
        return found.changed
    if found.kind in {Kind.REGISTRATION, Kind.INVITED} and Method.PASSWORD not in found.enrolled:
        return Method.PASSWORD
    return None


def _firsts(found: View) -> list[dict[str, Any]]:
    """What may still be set up at the beginning."""
    if found.kind not in {Kind.REGISTRATION, Kind.INVITED} or Method.PASSWORD not in found.enrolled:
        return []
    return [words.way(one) for one in FIRST if one not in found.enrolled]


def _credentials(begun: Begun, found: View) -> list[dict[str, Any]]:
    """Which ones there are to remove."""
    if found.kind is not Kind.FACTOR_REMOVED or found.changed is None:
        return []
    client_id = row_of(begun, now()).client_id
    if client_id is None:
        return []
    named = words.METHODS[found.changed]
    return [
        {"id": one.id, "name": one.name or named, "at": one.created_at}
        for one in factoring.factor(found.changed).enrolled(client_id)
    ]


def _last_answer(request: HttpRequest, setting: Method | None) -> dict[str, Any]:
    if setting is not None:
        return _answer(request, setting)
    return {"credential": said(request, "credential", longest=100)}


def _answer(request: HttpRequest, method: Method) -> dict[str, Any]:
    """What the form gives to a new factor. Raises Refusal."""
    name = said(request, "name", longest=100)
    match method:
        case Method.PASSWORD:
            if secret(request, "password") != secret(request, "repeated"):
                said_ = _("The two are not the same. Write the new password twice.")
                raise Refusal("password-differs", said_, status=HTTPStatus.UNPROCESSABLE_ENTITY, field="repeated")
            return {"password": secret(request, "password")}
        case Method.ONE_TIME_CODE:
            return {"code": said(request, "code", longest=40), "name": name}
        case Method.PASSKEY:
            return {"credential": from_program(request, "credential"), "name": name}
        case Method.SIGNATURE:
            return {"cms": str(request.POST.get("cms", ""))}
        case Method.DEVICE_KEY:
            called = name or program(request.headers.get("User-Agent", ""))
            return {"proof": str(request.POST.get("proof", "")), "platform": "other", "name": called}
        case _:
            raise wording.out_of_turn("method-not-offered")


def _shown_again(request: HttpRequest) -> dict[str, str] | None:
    """The code for the camera once more, after wrong digits: the app has it already, and another would be in vain."""
    address = said(request, "address", longest=500)
    return {"address": address, "secret": said(request, "secret", longest=100)} if address else None


def _told(refusal: Refusal) -> dict[str, str]:
    told = because(refusal)
    if refusal.code in words.CANNOT:
        told["words"] = str(words.CANNOT[refusal.code])
    return told


def _signing(setting: Method | None) -> dict[str, Any] | None:
    if setting is not Method.SIGNATURE:
        return None
    return signing(reverse("enrolment", args=[Method.SIGNATURE.value]))


def _settable(name: str) -> Method:
    found = next((one for one in (*FIRST, Method.SIGNATURE, Method.DEVICE_KEY) if one.value == name), None)
    if found is None:
        raise Http404
    return found


def _demanded(request: HttpRequest) -> Begun:
    begun = begun_of(request)
    if begun is None:
        raise wording.unknown()
    return begun
