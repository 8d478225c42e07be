"""How the provider answers over HTTP: never to be kept by anybody, and readable by the pages that may read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from qorgan.gate.oidc import registry
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.redirects import origin, with_answer
from qorgan.gate.oidc.registered import Kind

JSON: Final = "application/json"
View = Callable[..., HttpResponseBase]
_ALLOWED_HEADERS: Final = "authorization, content-type"
_PREFLIGHT_SECONDS: Final = "600"


class ToApplication(HttpResponseRedirect):
    """Sends the browser to an address that was registered: an app's own scheme among them."""

    status_code = HTTPStatus.SEE_OTHER

    def __init__(self, address: str, answer: Mapping[str, str]) -> None:
        self.allowed_schemes = ["http", "https", address.partition(":")[0]]
        super().__init__(with_answer(address, answer))
        closed(self)
        # What the address carries is for whoever it leads to.
        self["Referrer-Policy"] = "no-referrer"


def closed(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by no cache."""
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def as_json(told: Mapping[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    """A JSON answer."""
    response = HttpResponse(msgspec.json.encode(told), status=status, content_type=JSON)
    closed(response)
    return response


def wrong(refused: Wrong, *, challenge: str = "") -> HttpResponse:
    """An error as JSON. A 401 names the scheme that would have been right (RFC 7235, RFC 6750 3)."""
    response = as_json(refused.as_json(), refused.status)
    if challenge == "Bearer":
        response["WWW-Authenticate"] = f'Bearer error="{refused.code}", error_description="{refused.description}"'
    elif refused.code is Code.INVALID_CLIENT:
        response["WWW-Authenticate"] = 'Basic realm="gate"'
    return response


def one_of_each(request: HttpRequest) -> dict[str, str]:
    """The fields of a form. Raises Wrong when one is repeated (RFC 6749 3.2)."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Wrong(Code.INVALID_REQUEST, "send application/x-www-form-urlencoded")
    fields = dict(request.POST.lists())
    if any(len(values) != 1 or "\0" in values[0] for values in fields.values()):
        raise Wrong(Code.INVALID_REQUEST, "a parameter is repeated or malformed")
    return {name: str(values[0]) for name, values in fields.items()}


def for_pages(*methods: str, public: bool = False) -> Callable[[View], View]:
    """Let scripts of registered pages read the answer: of those origins alone, and without cookies.

    `public` lets any page: for what says nothing of anybody.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "OPTIONS":
                response = closed(HttpResponse(status=HTTPStatus.NO_CONTENT))
            else:
                response = view(request, *args, **kwargs)
            return _with_origin(request, response, methods, public=public)

        return answered

    return decorate


def _with_origin(
    request: HttpRequest, response: HttpResponseBase, methods: tuple[str, ...], *, public: bool
) -> HttpResponseBase:
    sent = request.headers.get("Origin", "")
    if not sent or not (public or sent in _origins()):
        return response
    response["Access-Control-Allow-Origin"] = "*" if public else sent
    response["Vary"] = "Origin"
    response["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
        response["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
    return response


def _origins() -> set[str]:
    pages = (application for application in registry.listed() if application.kind is Kind.BROWSER)
    return {origin(address) for application in pages for address in application.redirect_uris} - {""}
