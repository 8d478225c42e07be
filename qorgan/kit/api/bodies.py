"""A request's body and query, read into their shapes or refused: unknown fields, wrong types, too large, no text."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext_lazy as _

from qorgan.kit.refusal import Refusal

JSON: Final = "application/json"
_T = TypeVar("_T")


def read(request: HttpRequest, shape: type[_T], most: int) -> _T:
    """A JSON body in its shape; nothing is an empty object. Raises Refusal."""
    raw = read_bytes(request, JSON, most)
    try:
        body = msgspec.json.decode(raw or b"{}", type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        told, _at, place = str(wrong).partition(" - at ")
        raise malformed(told, place.strip("`")) from None
    if holds_null(msgspec.to_builtins(body)):
        raise malformed("Null characters cannot be stored", "")
    return body


def read_bytes(request: HttpRequest, media_type: str, most: int) -> bytes:
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
        raise malformed("", "") from None
    if len(raw) > most:
        raise Refusal("body-too-large", _("This is too large."), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return raw


def read_query(request: HttpRequest, names: Collection[str]) -> dict[str, str]:
    """The values in the query, of several of one name the last. Raises Refusal as `read_query_lists`."""
    return {name: values[-1] for name, values in read_query_lists(request, names).items()}


def read_query_lists(request: HttpRequest, names: Collection[str]) -> dict[str, list[str]]:
    """Every value in the query. Raises Refusal for one that nobody asks for, a null character, and far too many."""
    try:
        found = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    except TooManyFieldsSent:
        raise unreadable("") from None
    for name, values in found.items():
        if name not in names or any("\0" in value for value in values):
            raise unreadable(name[:100])
    return found


def unreadable(name: str) -> Refusal:
    """The refusal of what stands in the query under this name."""
    return Refusal("query-malformed", _("This value cannot be read."), status=HTTPStatus.BAD_REQUEST, field=name)


def holds_null(value: Any) -> bool:
    """Whether a text in it holds a character that PostgreSQL does not store."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(holds_null(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(holds_null(part) for part in value)
    return False


def malformed(told: str, place: str) -> Refusal:
    """The refusal of a body that is not of its shape, with the place that is wrong."""
    return Refusal(
        "body-malformed",
        told or _("This cannot be read."),
        status=HTTPStatus.BAD_REQUEST,
        field=place.removeprefix("$."),
    )
