"""The cookies by which a browser is known: of its session, and of its ceremony. Scripts read neither.

Every face of the gate that a browser sees, pages, API and provider, takes them from here.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_SESSION: Final = "qorgan-gate-session"
_CEREMONY: Final = "qorgan-gate-ceremony"


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


def give_session(response: HttpResponseBase, secret: str) -> None:
    """Let the browser be known by a session until it is closed, or until the session ends."""
    _set(response, _SESSION, secret)


def give_ceremony(response: HttpResponseBase, ceremony: UUID, secret: str) -> None:
    """Let a ceremony go on in this browser."""
    _set(response, _CEREMONY, f"{ceremony}.{secret}")


def take_session(response: HttpResponseBase) -> None:
    """Let the browser forget its session."""
    _forget(response, _SESSION)


def take_ceremony(response: HttpResponseBase) -> None:
    """Let the browser forget its ceremony."""
    _forget(response, _CEREMONY)


def _name(name: str) -> str:
    """With a prefix that binds the cookie to this host and to https, where there is https."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def _set(response: HttpResponseBase, name: str, value: str) -> None:
    # Lax: whoever comes back from an application by a link is still signed in.
    response.set_cookie(
        _name(name), value, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def _forget(response: HttpResponseBase, name: str) -> None:
    response.delete_cookie(_name(name), path="/", samesite="Lax")
