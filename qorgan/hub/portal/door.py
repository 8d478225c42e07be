"""The door: every page is closed, but to a person who has proven two factors (R67.6). What is open is listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

from qorgan.hub.portal.devices import remember
from qorgan.hub.portal.proof import has_second_factor, is_proven

OPEN: Final = frozenset(
    {
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_signup",
        "health",
        "invitation",
        "language",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)
"""Pages for anybody."""
PROGRAMS: Final = "api:"
"""Addresses for programs, which show a token there and never a session."""
ENROLMENT: Final = frozenset(
    {
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
    }
)
"""Pages for a person who has no second factor yet: how to get one."""


class DoorMiddleware:
    """Turns away whoever has not proven both factors, before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; a device on which both factors were proven is remembered."""
        response = self._get_response(request)
        if is_proven(request) and request.user.pk is not None:
            remember(request, response, request.user.pk)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None to let the request through, else where to go instead."""
        del view, args, kwargs
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN or name.startswith(PROGRAMS):
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if has_second_factor(request.user.pk):
            if is_proven(request):
                return None
            # The factor was enrolled elsewhere after this session began with the password alone.
            logout(request)
            return _to_sign_in(request)
        return None if name in ENROLMENT else HttpResponseRedirect(reverse("mfa_index"))


def _to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    target = resolve_url("account_login")
    if request.method == "GET" and request.path != "/":
        target = f"{target}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(target)
