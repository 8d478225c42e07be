"""Devices a person has signed in from: a signed cookie that says so, and nothing else.

It opens nothing. It only tells the owner's mistakes from a stranger's, so that a stranger cannot lock the owner out.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

NAME: Final = "qorgan-device"
_SALT: Final = "qorgan.hub.portal.devices"
_AGE: Final = timedelta(days=400)
_PEOPLE: Final = 5
"""How many people one browser remembers; the longest unseen is forgotten."""


def cookie_name() -> str:
    """The cookie's name; with https it is bound to the host."""
    return f"__Host-{NAME}" if settings.SESSION_COOKIE_SECURE else NAME


def known_device(request: HttpRequest, person_id: int) -> str | None:
    """The device's own name for this person; None when they never signed in from it."""
    return _people(request).get(str(person_id))


def remember(request: HttpRequest, response: HttpResponseBase, person_id: int) -> None:
    """Make this device known to the person, who has just proven both factors on it."""
    people = _people(request)
    if str(person_id) in people:
        return
    newest = {str(person_id): secrets.token_urlsafe(16)}
    kept = dict([*newest.items(), *people.items()][:_PEOPLE])
    response.set_cookie(
        cookie_name(),
        signing.dumps(kept, salt=_SALT),
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> dict[str, str]:
    try:
        loaded = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        return {}
    return {str(person): str(device) for person, device in loaded.items()} if isinstance(loaded, dict) else {}
