"""One call, taken apart: who, when, and what was sent; and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Person
from qorgan.kit.refusal import Refusal

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """What a route gets."""

    person: Person
    may_write: bool
    scope: Scope
    now: datetime
    path: dict[str, Any]
    query: dict[str, str]
    """The last value of each name."""
    values: dict[str, list[str]]
    """Every value of each name."""
    headers: Mapping[str, str]
    body: Any

    @property
    def id(self) -> UUID:
        """The identifier in the path."""
        found = self.path["id"]
        if not isinstance(found, UUID):
            raise TypeError("the route has no identifier in its path")
        return found

    @property
    def number_of_act(self) -> int:
        """The number of an act in the path."""
        return int(self.path["act"])

    @property
    def language(self) -> str:
        """The caller's: kk, ru or en."""
        return get_language() or "en"

    def number(self, name: str, usual: int, most: int) -> int:
        """A number in the query, from one on. Raises Refusal `query-malformed`."""
        text = self.query.get(name, "")
        if not text:
            return usual
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:10]) <= most:
            raise malformed(name)
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route gives: a struct, or bytes as they are."""

    body: Any
    status: int = HTTPStatus.OK
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def missing(name: str) -> Refusal:
    """The refusal where a value that is needed was not sent."""
    return Refusal("value-missing", _("This value is needed."), status=HTTPStatus.BAD_REQUEST, field=name)


def flag(text: str, name: str) -> bool:
    """A yes or no in the query; no where it is not said. Raises Refusal `query-malformed`."""
    if text not in {"", "true", "false"}:
        raise malformed(name)
    return text == "true"


def malformed(name: str) -> Refusal:
    """The refusal of a value in the query that cannot be read."""
    return Refusal("query-malformed", _("This value cannot be read."), status=HTTPStatus.BAD_REQUEST, field=name)
