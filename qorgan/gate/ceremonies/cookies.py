"""The cookies by which a browser is known: of its session, of its ceremony, of itself. Scripts read none.

Every face of the gate that a browser sees, pages, API and provider, takes them from here.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_SESSION: Final = "qorgan-gate-session"
_CEREMONY: Final = "qorgan-gate-ceremony"
_BROWSER: Final = "qorgan-gate-browser"


def session_secret(request: HttpRequest) -> str:
    """The secret of the session; empty for none."""
    return request.COOKIES.get(_name(_SESSION), "")


def ceremony_secret(request: HttpRequest) -> tuple[UUID, str] | None:
    """The ceremony that goes on in this browser, and its secret."""
    ceremony, _, secret = request.COOKIES.get(_name(_CEREMONY), "").partition(".")
    try:
        return (UUID(ceremony), secret) if secret else None
    except ValueError:
        return None


def browser_secret(request: HttpRequest) -> str:
    """What tells this browser from others between two visits, though nobody is signed in; empty for none yet."""
    return request.COOKIES.get(_name(_BROWSER), "")


def give_session(response: HttpResponseBase, secret: str) -> None:
    """Let the browser be known by a session until it is closed, or until the session ends."""
    _set(response, _name(_SESSION), secret)


def give_ceremony(response: HttpResponseBase, ceremony: UUID, secret: str) -> None:
    """Let a ceremony go on in this browser."""
    _set(response, _name(_CEREMONY), f"{ceremony}.{secret}")


def give_browser(response: HttpResponseBase, secret: str) -> None:
    """Let the browser be known again until it is closed."""
    _set(response, _name(_BROWSER), secret)


def take_session(response: HttpResponseBase) -> None:
    """Let the browser forget its session."""
    _forget(response, _name(_SESSION))


def take_ceremony(response: HttpResponseBase) -> None:
    """Let the browser forget its ceremony."""
    _forget(response, _name(_CEREMONY))


def _name(name: str) -> str:
    """With a prefix that binds the cookie to this host and to https, where there is https."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def _set(response: HttpResponseBase, name: str, value: str) -> None:
    # Lax: whoever comes back from an application by a link is still signed in.
    response.set_cookie(name, value, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def _forget(response: HttpResponseBase, name: str) -> None:
    response.delete_cookie(name, path="/", samesite="Lax")
