"""The frame of an OpenAPI 3.1 document: what programs that publish one have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final, Protocol, TypeVar

import msgspec

REFERENCE: Final = "#/components/schemas/{name}"
_PLACE: Final = re.compile(r"<\w+:(?P<name>\w+)>")


class Routed(Protocol):
    """A route as a description needs it."""

    @property
    def path(self) -> str:
        """Below the root, with Django's converters."""

    @property
    def method(self) -> str:
        """In capitals."""


R = TypeVar("R", bound=Routed)


def paths_of(root: str, routes: Iterable[R], operation: Callable[[R], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every path with its methods, each as `operation` describes it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = f"{root}/" + _PLACE.sub(r"{\g<name>}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = operation(route)
    return paths


def document_of(
    title: str,
    words: str,
    guard: str,
    paths: Mapping[str, dict[str, Any]],
    schemas: Mapping[str, Any],
    **more: Any,
) -> bytes:
    """The whole document, as JSON. `guard` names the bearer's token that every path asks for."""
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": version("qorgan"), "description": words},
            "servers": [{"url": "/"}],
            "security": [{guard: []}],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(schemas.items())),
                "securitySchemes": {guard: {"type": "http", "scheme": "bearer"}},
            },
            **more,
        }
    )
