"""The OpenAPI 3.1 document, made of the table of routes and of the structs that are enforced."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, get_args

import msgspec
from django.db.models import Choices

from qorgan.hub.api import given, parties, taken
from qorgan.hub.api.files import FILE_NAME
from qorgan.hub.api.route import ROOT, Route
from qorgan.hub.api.routes import ROUTES
from qorgan.hub.casework.kinds import kind_of, kinds
from qorgan.hub.signals.filters import PRESETS, USUAL
from qorgan.kit.api.description import REFERENCE, document_of, paths_of
from qorgan.kit.problem import MEDIA_TYPE
from qorgan.law.asoi import OrganisationKind, SignalType
from qorgan.law.documents import DocumentType
from qorgan.law.severity import Severity

_PLACE: Final = re.compile(r"<(?P<kind>\w+):(?P<name>\w+)>")
_TYPES: Final = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
}
_WORDS: Final = {"type": "string", "maxLength": 200}
_VERSION: Final = {"type": "integer", "minimum": 0, "maximum": 99_999}
_SEVERAL: Final[dict[str, list[str]]] = {
    "type": [one.value for one in SignalType],
    "severity": [one.value for one in Severity],
}
_QUERY: Final[dict[str, dict[str, Any]]] = {
    **dict.fromkeys(("kind", "state", "since", "until", "sensor", "hash", "domain", "q", "address"), _WORDS),
    **dict.fromkeys(("from", "to"), _VERSION),
    "act": {"type": "string", "maxLength": 64},
    "all": {"type": "boolean", "default": False},
    "category": _WORDS,
    "of_kind": {"type": "string", "enum": [one.value for one in OrganisationKind]},
    "period": {"type": "string", "description": "2026, 2026-Q3 or 2026-07; the running month without it."},
    "whose": {"type": "string", "format": "uuid"},
    "after": {"type": "string", "description": "The `next` of the page before."},
    "before": {"type": "string", "description": "The `next` of the page before."},
    "last": {"type": "string", "enum": list(PRESETS), "default": USUAL},
    "limit": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    "module": {"type": "string", "format": "uuid"},
    "organisation": {"type": "array", "items": {"type": "string", "format": "uuid"}},
    "rule": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "unseen": {"type": "boolean", "default": False},
    **{name: {"type": "array", "items": {"type": "string", "enum": each}} for name, each in _SEVERAL.items()},
}
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    FILE_NAME: {"type": "string", "pattern": "^[!-~]{1,600}$", "description": "UTF-8, percent-encoded."},
}


@cache
def document() -> bytes:
    """The whole document, as JSON."""
    contents = [kind.content for kind in kinds()]
    used = [given.ProblemShown, *contents, *filter(None, (route.takes for route in ROUTES))]
    used += [_struct(route.gives) for route in ROUTES if route.gives is not None]
    _references, definitions = msgspec.json.schema_components(
        list(dict.fromkeys(used)), schema_hook=_of_choices, ref_template=REFERENCE
    )
    # What a document holds depends on its kind.
    held = {"anyOf": [{"$ref": REFERENCE.format(name=content.__name__)} for content in contents]}
    for shape in (taken.NewDocument, taken.DraftText, given.DraftShown):
        definitions[shape.__name__]["properties"]["content"] = held
    definitions[taken.CallTaken.__name__]["properties"]["content"] = {
        "$ref": REFERENCE.format(name=kind_of(DocumentType.PHONE_REPORT).content.__name__)
    }
    words = "Documents of ASOI: the same acts, under the same rules, as on the pages."
    named = {kind.code: parties.schema_name(kind) for kind in kinds()}
    paths = paths_of(ROOT, ROUTES, _operation)
    return document_of("Qorgan", words, "token", paths, definitions, **{"x-contents": named})


def _of_choices(kind: type) -> dict[str, Any]:
    """How a list of Django's choices is described. Raises NotImplementedError for anything else."""
    if not issubclass(kind, Choices):
        raise NotImplementedError
    return {"type": "string", "enum": [str(one) for one in kind.values]}


def _struct(gives: Any) -> Any:
    return get_args(gives)[0] if get_args(gives) else gives


def _operation(route: Route) -> dict[str, Any]:
    """One operation: parameters, body, the answer, and that every other answer is a problem."""
    places = [
        {"name": found["name"], "in": "path", "required": True, "schema": _TYPES[found["kind"]]}
        for found in _PLACE.finditer(route.path)
    ]
    asked = [{"name": name, "in": "query", "required": False, "schema": _QUERY[name]} for name in route.query]
    asked += [{"name": name, "in": "header", "required": True, "schema": _HEADERS[name]} for name in route.headers]
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": (route.does.__doc__ or "").strip().splitlines()[0],
        "parameters": [*places, *asked],
        "responses": {
            str(int(route.status)): {"description": "Done", "content": _content(route)},
            **{code: _problem(words) for code, words in REFUSALS.items()},
        },
    }
    if route.raw:
        said["requestBody"] = {"required": True, "content": {route.raw: {"schema": {}}}}
    if route.takes is not None:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REFERENCE.format(name=route.takes.__name__)}}},
        }
    return said


REFUSALS: Final = {
    "400": "Malformed",
    "401": "No living token",
    "403": "A rule says no",
    "404": "Not there, or not yours to see",
    "409": "Not as things stand, or changed meanwhile",
    "413": "Too large",
    "415": "Not the media type that is taken",
    "422": "Something lacks",
}


def _content(route: Route) -> dict[str, Any]:
    if route.gives is None:
        return {route.gives_media: {"schema": {}}}
    reference = {"$ref": REFERENCE.format(name=_struct(route.gives).__name__)}
    schema = {"type": "array", "items": reference} if get_args(route.gives) else reference
    return {"application/json": {"schema": schema}}


def _problem(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name=given.ProblemShown.__name__)}}},
    }
