"""The entrance: whose token it is, one transaction, what was sent read into its shape, refusals as problems.

A session's cookie counts for nothing here: only a token does, so that no other site can speak for a browser.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from qorgan.hub.api import openapi, tokens
from qorgan.hub.api.call import JSON, Answer, Call
from qorgan.hub.api.route import Route
from qorgan.hub.members.access import scope_of
from qorgan.kit import problem
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

log = logging.getLogger(__name__)


def resource(*routes: Route) -> Any:
    """The view of one path: one route for each method."""
    by_method = {route.method: route for route in routes}

    @csrf_exempt
    def view(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            route = by_method.get("GET" if request.method == "HEAD" else str(request.method))
            if route is None:
                raise _method(_methods(by_method))
            return _respond(_answer(route, request, path))
        except Refusal as refused:
            return _refuse(request, refused, allowed=_methods(by_method))

    return view


def described(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: for anybody with a token."""
    try:
        if request.method not in {"GET", "HEAD"}:
            raise _method(["GET"])
        with transaction.atomic():
            tokens.bearer(request.headers.get("Authorization", ""), now=now())
        return _respond(Answer(openapi.document()))
    except Refusal as refused:
        return _refuse(request, refused, allowed=["GET", "HEAD"])


def unknown(request: HttpRequest, path: str = "") -> HttpResponse:
    """What is not in the table, told as a problem and not as a page."""
    del path
    return _refuse(request, Refusal("route-unknown", _("There is no such address."), status=HTTPStatus.NOT_FOUND))


def _answer(route: Route, request: HttpRequest, path: dict[str, Any]) -> Answer:
    at = now()
    with transaction.atomic():
        person, token = tokens.bearer(request.headers.get("Authorization", ""), now=at)
        scope = scope_of(person)
        if route.writes and not token.may_write:
            raise Refusal("token-reads-only", _("This token may read and nothing else."), "R67.6")
        call = Call(
            person=person,
            may_write=token.may_write,
            scope=scope,
            now=at,
            path=path,
            query=_query(route, request),
            values={name: [str(one) for one in found] for name, found in request.GET.lists()},
            headers=request.headers,
            body=_body(route, request),
        )
        return route.does(call)


def _query(route: Route, request: HttpRequest) -> dict[str, str]:
    """The values in the query. Raises Refusal for one that nobody asks for, and for a null character."""
    for name, value in request.GET.items():
        if name not in route.query or "\0" in str(value):
            raise Refusal(
                "query-malformed", _("This value cannot be read."), status=HTTPStatus.BAD_REQUEST, field=name[:100]
            )
    return {name: str(value) for name, value in request.GET.items()}


def _body(route: Route, request: HttpRequest) -> Any:
    """What was sent: bytes as they are, or read into its shape. Raises Refusal."""
    if route.raw:
        return _bytes(request, route.raw, route.most_bytes)
    if route.takes is None:
        return None
    raw = _bytes(request, JSON, route.most_bytes)
    try:
        body = msgspec.json.decode(raw or b"{}", type=route.takes)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        told, _at, place = str(wrong).partition(" - at ")
        raise _malformed(told, place.strip("`")) from None
    if _holds_null(msgspec.to_builtins(body)):
        raise _malformed("Null characters cannot be stored", "")
    return body


def _bytes(request: HttpRequest, media_type: str, most: int) -> bytes:
    """A body whole. Raises Refusal `media-type`, `body-malformed`, `body-too-large`."""
    if request.content_type != media_type:
        raise Refusal(
            "media-type",
            _("Send %(media_type)s.") % {"media_type": media_type},
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    try:
        raw = request.read(most + 1)
    except (UnreadablePostError, RawPostDataException, OSError):
        raise _malformed("", "") from None
    if len(raw) > most:
        raise Refusal("body-too-large", _("This is too large."), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return raw


def _holds_null(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_null(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_holds_null(part) for part in value)
    return False


def _malformed(told: str, place: str) -> Refusal:
    return Refusal(
        "body-malformed",
        told or _("This cannot be read."),
        status=HTTPStatus.BAD_REQUEST,
        field=place.removeprefix("$."),
    )


def _methods(by_method: Mapping[str, Route]) -> list[str]:
    return sorted({*by_method, *(("HEAD",) if "GET" in by_method else ())})


def _method(methods: Iterable[str]) -> Refusal:
    return Refusal(
        "method-unknown",
        _("Ask by one of: %(methods)s.") % {"methods": ", ".join(methods)},
        status=HTTPStatus.METHOD_NOT_ALLOWED,
    )


def _respond(answer: Answer) -> HttpResponse:
    body = answer.body if isinstance(answer.body, bytes) else msgspec.json.encode(answer.body)
    response = HttpResponse(body, status=answer.status, content_type=answer.media_type)
    for name, value in answer.headers.items():
        response[name] = value
    return response


def _refuse(request: HttpRequest, refused: Refusal, *, allowed: Iterable[str] = ()) -> HttpResponse:
    if refused.code.endswith("-unknown") and refused.status == HTTPStatus.FORBIDDEN:
        # "Not yours" and "not there" answer alike, by the status too.
        refused = Refusal(refused.code, refused.message, refused.clause, HTTPStatus.NOT_FOUND, field=refused.field)
    trace = secrets.token_hex(8)
    log.info("refused %s %s: %s (trace %s)", request.method, request.path, refused.code, trace)
    told = problem.of_refusal(refused, trace=trace)
    response = HttpResponse(problem.encode(told), status=told.status, content_type=problem.MEDIA_TYPE)
    if told.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if told.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(allowed)
    return response
