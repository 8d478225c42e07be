"""Answers of an API: a struct as JSON, a refusal as a problem (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from qorgan.kit import problem
from qorgan.kit.api.bodies import JSON
from qorgan.kit.refusal import Refusal


def given(
    body: Any, status: int = HTTPStatus.OK, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A struct, or bytes as they are."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    response = HttpResponse(raw, status=status, content_type=media_type)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refused(refusal: Refusal, *, trace: str, allowed: Iterable[str] = ()) -> HttpResponse:
    """A rule said no. `allowed` are the methods of the address, told where another was asked for."""
    told = problem.of_refusal(refusal, trace=trace)
    response = HttpResponse(problem.encode(told), status=told.status, content_type=problem.MEDIA_TYPE)
    if told.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if told.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = ", ".join(allowed)
    return response


def methods_of(by_method: Iterable[str]) -> list[str]:
    """What an address can be asked by."""
    named = set(by_method)
    return sorted({*named, *(("HEAD",) if "GET" in named else ())})


def another_method(methods: Iterable[str]) -> Refusal:
    """The refusal of a method that the address does not know."""
    return Refusal(
        "method-unknown",
        _("Ask by one of: %(methods)s.") % {"methods": ", ".join(methods)},
        status=HTTPStatus.METHOD_NOT_ALLOWED,
    )


def no_such_address() -> Refusal:
    """The refusal of an address that is not in the table."""
    return Refusal("route-unknown", _("There is no such address."), status=HTTPStatus.NOT_FOUND)
