"""The entrance: whose token it is, one transaction, what was sent read into its shape, refusals as problems.

A session's cookie counts for nothing here: only a token does, so that no other site can speak for a browser.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from qorgan.hub.api import openapi, tokens
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.api.route import Route
from qorgan.hub.members.access import scope_of
from qorgan.kit.api import answers, bodies
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
                raise answers.another_method(answers.methods_of(by_method))
            return _respond(_answer(route, request, path))
        except Refusal as refused:
            return _refuse(request, refused, allowed=answers.methods_of(by_method))

    return view


def described(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: for anybody with a token."""
    try:
        if request.method not in {"GET", "HEAD"}:
            raise answers.another_method(["GET"])
        with transaction.atomic():
            tokens.bearer(request.headers.get("Authorization", ""), now=now())
        return _respond(Answer(openapi.document()))
    except Refusal as refused:
        return _refuse(request, refused, allowed=["GET", "HEAD"])


def unknown(request: HttpRequest, path: str = "") -> HttpResponse:
    """What is not in the table, told as a problem and not as a page."""
    del path
    return _refuse(request, answers.no_such_address())


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
            query=bodies.read_query(request, route.query),
            values={name: [str(one) for one in found] for name, found in request.GET.lists()},
            headers=request.headers,
            body=_body(route, request),
        )
        return route.does(call)


def _body(route: Route, request: HttpRequest) -> Any:
    """What was sent: bytes as they are, or read into its shape. Raises Refusal."""
    if route.raw:
        return bodies.read_bytes(request, route.raw, route.most_bytes)
    if route.takes is None:
        return None
    return bodies.read(request, route.takes, route.most_bytes)


def _respond(answer: Answer) -> HttpResponse:
    return answers.given(answer.body, answer.status, answer.media_type, answer.headers)


def _refuse(request: HttpRequest, refused: Refusal, *, allowed: Iterable[str] = ()) -> HttpResponse:
    if refused.code.endswith("-unknown") and refused.status == HTTPStatus.FORBIDDEN:
        # "Not yours" and "not there" answer alike, by the status too.
        refused = Refusal(refused.code, refused.message, refused.clause, HTTPStatus.NOT_FOUND, field=refused.field)
    trace = secrets.token_hex(8)
    log.info("refused %s %s: %s (trace %s)", request.method, request.path, refused.code, trace)
    return answers.refused(refused, trace=trace, allowed=allowed)
