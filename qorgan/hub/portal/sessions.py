"""Where each person is signed in: when a session was last seen is kept to the minute, not to the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase

from qorgan.kit.clock import now

PRECISION: Final = timedelta(minutes=1)
"""How much later than said a session may have been seen."""


class SessionsMiddleware:
    """Notes a session when it is new, comes from elsewhere, or was not seen for a minute.

    Noting it on every page would have every page wait for the disk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note the session of somebody signed in, and answer."""
        if request.session.session_key and request.user.is_authenticated and not _is_noted(request):
            UserSession.objects.create_from_request(request)
        return self._get_response(request)


def _is_noted(request: HttpRequest) -> bool:
    agent = UserSession._meta.get_field("user_agent")  # noqa: SLF001 (Django's name for what a model's fields are)
    as_it_is = {
        "session_key": request.session.session_key,
        "user_id": request.user.pk,
        "ip": get_adapter().get_client_ip(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[: agent.max_length],
    }
    return bool(UserSession.objects.filter(**as_it_is, last_seen_at__gt=now() - PRECISION).exists())
