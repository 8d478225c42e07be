"""The OpenAPI 3.1 document, made of the table of routes and of the structs that are enforced."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, get_args

import msgspec

from qorgan.gate.api import given
from qorgan.gate.api.models import Kind
from qorgan.gate.api.routes import ROOT, ROUTES, Route
from qorgan.gate.journal.events import Event
from qorgan.kit.api.bodies import JSON
from qorgan.kit.api.description import REFERENCE, document_of, paths_of
from qorgan.kit.problem import MEDIA_TYPE

_PLACE: Final = re.compile(r"<uuid:(?P<name>\w+)>")
_SECRET: Final = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"}
GUARD: Final = "caller"
REFUSALS: Final = {
    "400": "Malformed",
    "401": "No living token, no session, or the device's key was not proven",
    "403": "A rule says no, or what was proven is not right",
    "404": "Not there, or not yours to see",
    "409": "Not as things stand",
    "413": "Too large",
    "415": "Not the media type that is taken",
    "422": "Something cannot be taken",
    "429": "Too many attempts",
    "503": "A service that the gate asks does not answer",
}


@cache
def document() -> bytes:
    """The whole document, as JSON."""
    used = [given.ProblemShown, *filter(None, (route.takes for route in ROUTES))]
    used += [_struct(route.gives) for route in ROUTES if route.gives is not None]
    used += [Event]
    _references, definitions = msgspec.json.schema_components(list(dict.fromkeys(used)), ref_template=REFERENCE)
    words = (
        "The ceremonies of the gate without pages: who is it, and may they come in; and for programs that inspect, its "
        "journal. In the security of an operation stand the kinds of callers that may ask for it."
    )
    return document_of("Qorgan gate", words, GUARD, paths_of(ROOT, ROUTES, _operation), definitions)


def _struct(gives: Any) -> Any:
    return get_args(gives)[0] if get_args(gives) else gives


def _operation(route: Route) -> dict[str, Any]:
    """One operation: parameters, body, the answer, and that every other answer is a problem."""
    parameters: list[dict[str, Any]] = [
        {"name": found["name"], "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for found in _PLACE.finditer(route.path)
    ]
    for header, needed in (("Qorgan-Ceremony", route.of_ceremony), ("Qorgan-Session", route.of_session)):
        if needed:
            parameters.append({"name": header, "in": "header", "required": True, "schema": _SECRET})
    for name, schema in route.query.items():
        parameters.append({"name": name, "in": "query", "required": False, "schema": dict(schema)})
    done: dict[str, Any] = {"description": "Done"}
    if route.gives is not None:
        done["content"] = {JSON: {"schema": _shape(route.gives)}}
        done["content"] |= {media_type: {"schema": {"type": "string"}} for media_type in route.also}
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": (route.does.__doc__ or "").strip().splitlines()[0],
        # For a bearer's token these are roles, any of which is enough (OpenAPI 3.1, Security Requirement Object).
        "security": [{GUARD: [kind.value]} for kind in Kind if kind in route.callers],
        "parameters": parameters,
        "responses": {
            str(int(route.status)): done,
            **{code: _problem(words) for code, words in REFUSALS.items()},
        },
    }
    if route.takes is not None:
        body = {"schema": {"$ref": REFERENCE.format(name=route.takes.__name__)}}
        said["requestBody"] = {"required": True, "content": {JSON: body}}
    return said


def _shape(gives: Any) -> dict[str, Any]:
    reference = {"$ref": REFERENCE.format(name=_struct(gives).__name__)}
    return {"type": "array", "items": reference} if get_args(gives) else reference


def _problem(words: str) -> dict[str, Any]:
    shape = {"schema": {"$ref": REFERENCE.format(name=given.ProblemShown.__name__)}}
    return {"description": words, "content": {MEDIA_TYPE: shape}}
