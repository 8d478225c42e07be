"""Headers that every page carries: a strict content-security policy, no caching, no powers of the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
PERMISSIONS_POLICY: Final = ", ".join(
    [
        *(f"{power}=()" for power in ("camera", "geolocation", "microphone", "payment", "usb")),
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
SANDBOX: Final = "default-src 'none'; sandbox"
"""Of files that people gave: stricter than a page's, and the one policy that a view may set instead."""
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Frame-Options": "DENY",
}


class HeadersMiddleware:
    """Sets the headers last, so that no view loosens them. Static files are served before it and may be cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers on it."""
        response = self._get_response(request)
        is_file = response.get("Content-Security-Policy") == SANDBOX
        for name, value in HEADERS.items():
            response[name] = SANDBOX if is_file and name == "Content-Security-Policy" else value
        if settings.SECURE_HSTS_SECONDS:
            # Django's own would wait for a request it sees as secure, and behind a TLS terminator it may see none.
            response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response
