"""One line of the table of routes: method, path, what comes, what goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from qorgan.hub.api import taken
from qorgan.hub.api.call import Answer, Call

ROOT: Final = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked."""

    name: str
    method: str
    path: str
    """Below ROOT, with Django's converters."""
    does: Callable[[Call], Answer]
    takes: type[taken.Taken] | None = None
    gives: Any = None
    """A struct or a list of them; None for bytes as they are."""
    status: int = HTTPStatus.OK
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    raw: str = ""
    """The media type of a body that comes as bytes."""
    gives_media: str = "application/json"
    """Of bytes as they are."""
    most_bytes: int = 1024 * 1024
    """Of a body."""

    @property
    def writes(self) -> bool:
        """Whether it changes anything: then the token must be one that may."""
        return self.method != "GET"
