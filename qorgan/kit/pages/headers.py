"""Headers that every page carries: a strict content-security policy, no caching, no powers of the device."""

from __future__ import annotations

import re
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
WITH_AGENT: Final = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", "connect-src 'self' {agent}")
"""Of a page on which somebody signs: it also speaks to an agent on their own computer, at this one address."""
_AGENT: Final = re.compile(r"wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}")
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
        policy = _policy(response)
        for name, value in HEADERS.items():
            response[name] = policy if name == "Content-Security-Policy" else value
        if settings.SECURE_HSTS_SECONDS:
            # Django's own would wait for a request it sees as secure, and behind a TLS terminator it may see none.
            response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response


def _policy(response: HttpResponseBase) -> str:
    """The policy of a page. A view may say that it gives a file, or name in `agent` where somebody's own agent is."""
    agent = getattr(response, "agent", "")
    if agent and _AGENT.fullmatch(agent):
        return WITH_AGENT.format(agent=agent)
    return SANDBOX if response.get("Content-Security-Policy") == SANDBOX else CONTENT_SECURITY_POLICY
