"""A client's life as a table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Where a client stands."""

    REGISTERING = "registering"
    """Said to be somebody, and not registered: found by nobody, and gone with the ceremony."""
    ACTIVE = "active"
    BLOCKED = "blocked"
    CLOSED = "closed"


class Verb(StrEnum):
    """What can be done to a client."""

    ACTIVATE = "activate"
    BLOCK = "block"
    UNBLOCK = "unblock"
    CLOSE = "close"


STEPS: Final[Mapping[tuple[State, Verb], State]] = MappingProxyType(
    {
        (State.REGISTERING, Verb.ACTIVATE): State.ACTIVE,
        (State.REGISTERING, Verb.CLOSE): State.CLOSED,
        (State.ACTIVE, Verb.BLOCK): State.BLOCKED,
        (State.ACTIVE, Verb.CLOSE): State.CLOSED,
        (State.BLOCKED, Verb.UNBLOCK): State.ACTIVE,
        (State.BLOCKED, Verb.CLOSE): State.CLOSED,
    }
)
HELD: Final = frozenset({State.ACTIVE, State.BLOCKED})
"""States in which somebody is a client: one at most for a person in a population."""
