"""What a request of a browser brings: its session, its ceremony, what its form says."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from qorgan.gate.ceremonies import cookies, sessions
from qorgan.gate.ceremonies.engine import Begun
from qorgan.gate.ceremonies.sessions import Session
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

P = ParamSpec("P")
_LONGEST: Final = 4096
_UNKNOWN: Final = object()


def session_of(request: HttpRequest) -> Session | None:
    """Who is signed in at this browser. Asked of the database once for a request."""
    found: Any = getattr(request, "gate_session", _UNKNOWN)
    if found is _UNKNOWN:
        secret = cookies.session_secret(request)
        found = sessions.by_secret(secret, now=now()) if secret else None
        request.gate_session = found  # type: ignore[attr-defined]  # carried along with the request
    return found if isinstance(found, Session) else None


def begun_of(request: HttpRequest) -> Begun | None:
    """The ceremony that goes on in this browser, by its cookie; whether it still does is another question."""
    kept = cookies.ceremony_secret(request)
    return Begun(ceremony=kept[0], secret=kept[1]) if kept else None


def signed_in(
    view: Callable[Concatenate[HttpRequest, Session, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view the session, and send whoever has none to sign in and back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> HttpResponseBase:
        session = session_of(request)
        if session is None:
            return to(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, session, *args, **named)

    return guarded


def said(request: HttpRequest, name: str, *, longest: int = _LONGEST) -> str:
    """A field of the form, without what surrounds it; cut where nobody writes that much."""
    return str(request.POST.get(name, "")).strip()[:longest]


def secret(request: HttpRequest, name: str) -> str:
    """A field of the form as it was typed."""
    return str(request.POST.get(name, ""))[:_LONGEST]


def from_program(request: HttpRequest, name: str) -> dict[str, Any]:
    """A field of the form in which a script put JSON; empty for anything else."""
    try:
        found = json.loads(request.POST.get(name, ""))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def inner(request: HttpRequest, address: str) -> str:
    """An address of this gate as it was given, or nothing: nobody is led elsewhere by a link to a page of ours."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours and address.startswith("/") else ""


def language() -> str:
    """The language of the page."""
    return translation.get_language() or "kk"


def to(address: str) -> HttpResponse:
    """Go there by a fresh GET."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def because(refusal: Refusal) -> dict[str, str]:
    """A refusal as a page says it: what to do, and by which rule."""
    return {"words": str(refusal), "clause": refusal.clause or "", "code": refusal.code, "field": refusal.field}
