"""One call, taken apart: who calls, for whom, what was sent; and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from qorgan.gate.api.models import Caller, Kind
from qorgan.gate.ceremonies import sessions, wording
from qorgan.gate.ceremonies.engine import Begun
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.journal.entry import Whence
from qorgan.kit.api.bodies import JSON
from qorgan.law.factors import Population


@dataclass(frozen=True, slots=True)
class Call:
    """What a route gets."""

    caller: Caller
    whence: Whence
    now: datetime
    path: dict[str, Any]
    query: Mapping[str, Sequence[str]]
    ceremony_secret: str
    session: Session | None
    body: Any

    @property
    def id(self) -> UUID:
        """The identifier in the path."""
        return UUID(str(self.path["id"]))

    @property
    def begun(self) -> Begun:
        """The ceremony that the path names and the header opens."""
        return Begun(ceremony=self.id, secret=self.ceremony_secret)

    @property
    def in_app(self) -> bool:
        """Whether it comes from an app on somebody's device."""
        return self.caller.kind == Kind.APP

    @property
    def population(self) -> Population:
        """The one that the caller may speak for. An inspector has none."""
        return Population(self.caller.population)

    @property
    def owner(self) -> Session:
        """The session of whoever is in. Raises Refusal `session-missing`."""
        if self.session is None:
            raise wording.session_missing()
        return self.session


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route gives."""

    body: Any = None
    """A struct, a list of them, or bytes as they are; None for nothing."""
    status: int = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = JSON


def session_of(secret: str, caller: Caller, now: datetime) -> Session | None:
    """The session that a header opens, if it is of the caller's population."""
    found = sessions.by_secret(secret, now=now) if secret else None
    return found if found is not None and found.population.value == caller.population else None
