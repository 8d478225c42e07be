"""The cookies by which a browser is known: of its session, of its ceremony, of itself. Scripts read none.

Every face of the gate that a browser sees, pages, API and provider, takes them from here.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def session_secret(request: HttpRequest) -> str:
    """The secret of the session; empty for none."""
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def ceremony_secret(request: HttpRequest) -> tuple[UUID, str] | None:
    """The ceremony that goes on in this browser, and its secret."""
    ceremony, _, secret = request.COOKIES.get(settings.CEREMONY_COOKIE_NAME, "").partition(".")
    try:
        return (UUID(ceremony), secret) if secret else None
    except ValueError:
        return None


def browser_secret(request: HttpRequest) -> str:
    """What tells this browser from others between two visits, though nobody is signed in; empty for none yet."""
    return request.COOKIES.get(_browser_name(), "")


def give_session(response: HttpResponseBase, secret: str) -> None:
    """Let the browser be known by a session until it is closed, or until the session ends."""
    _set(response, settings.SESSION_COOKIE_NAME, secret)


def give_ceremony(response: HttpResponseBase, ceremony: UUID, secret: str) -> None:
    """Let a ceremony go on in this browser."""
    _set(response, settings.CEREMONY_COOKIE_NAME, f"{ceremony}.{secret}")


def give_browser(response: HttpResponseBase, secret: str) -> None:
    """Let the browser be known again until it is closed."""
    _set(response, _browser_name(), secret)


def take_session(response: HttpResponseBase) -> None:
    """Let the browser forget its session."""
    _forget(response, settings.SESSION_COOKIE_NAME)


def take_ceremony(response: HttpResponseBase) -> None:
    """Let the browser forget its ceremony."""
    _forget(response, settings.CEREMONY_COOKIE_NAME)


def _browser_name() -> str:
    return "__Host-gate-browser" if settings.SESSION_COOKIE_SECURE else "gate-browser"


def _set(response: HttpResponseBase, name: str, value: str) -> None:
    # Lax: whoever comes back from an application by a link is still signed in.
    response.set_cookie(name, value, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")


def _forget(response: HttpResponseBase, name: str) -> None:
    response.delete_cookie(name, path="/", samesite="Lax")
