"""One entry of the journal as its writer gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from qorgan.gate.journal.events import Event, Outcome


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a request came from."""

    address: str
    port: int
    """0 when nobody knows."""
    program: str
    """What it calls itself: `User-Agent`. Anybody may call themselves anything."""
    trace: str
    """What joins this entry to the log lines of the same request."""


HERE = Whence(address="", port=0, program="qorgan gate", trace="")
"""The gate itself: its clerk and its commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, to whom, by whom, from where, by which factors and which rule. No secret and no name is in it."""

    event: Event
    outcome: Outcome
    at: datetime
    whence: Whence
    population: str = ""
    """A value of `law.factors.Population`."""
    client: UUID | None = None
    """Whose account it is about; None for somebody unknown."""
    by: UUID | None = None
    """Who did it, when it was not the client: an employee of the institution."""
    ceremony: UUID | None = None
    device: UUID | None = None
    factors: tuple[str, ...] = ()
    """Values of `law.factors.Method` that were shown, right or wrong as the outcome says."""
    rule: str = ""
    """The clause that let it happen or forbade it, and its edition."""
    edition: str = ""
    reason: str = ""
    """A code, of what lacked or what an employee gave as the reason."""
    before: Mapping[str, Any] | None = None
    """Of a change: what was so far."""
    after: Mapping[str, Any] | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What else there is to say of this event."""
