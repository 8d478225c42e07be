"""What a gate tells the institution's module of a disruption of sign-in (R67.12), in a line of its log.

It counts and names services; it names no person, and nothing in it is free text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from qorgan.wire.signal import Moment

DATASET: Final = "qorgan.gate"
"""`event.dataset` of the gate's lines."""

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Service = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Cause(StrEnum):
    """For whose reason people could not sign in."""

    ABSENT = "absent"
    """The gate itself was not there: it did not run, or did not answer, or had no database."""
    PROVIDER = "provider"
    """A registry or another service that it asks did not answer."""
    GATE = "gate"
    """It failed by itself."""
    SLOW = "slow"
    """It answered too late."""


class Phase(StrEnum):
    """How far it is."""

    BEGAN = "began"
    GOES_ON = "goes-on"
    ENDED = "ended"

    @property
    def rank(self) -> int:
        """Grows with time: an earlier phase says nothing new after a later one."""
        return list(Phase).index(self)


class Disruption(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One disruption as it is known at one moment. All counts are since it began."""

    id: UUID
    phase: Phase
    cause: Cause
    at: Moment
    """When this was known."""
    since: Moment
    until: Moment | None = None
    """When people came in again; only of one that has ended."""
    failed: Number = 0
    """Ceremonies that a service kept from their end: sign-ins, registrations and the like."""
    succeeded: Number = 0
    """Ceremonies that came to a good end meanwhile."""
    people: Number = 0
    """Known clients among those whose ceremonies failed."""
    steps: Number = 0
    """Requests of ceremonies that the gate answered, but for those that it rightly refused."""
    hindered: Number = 0
    """Of them those that failed by the gate's own fault, or were answered too late."""
    services: Annotated[dict[Service, Number], Meta(max_length=20)] = {}
    """Which services did not answer, and in how many ceremonies."""

    def __post_init__(self) -> None:
        """Refuses an end before the beginning, and one of a disruption that has not ended."""
        if (self.until is not None) != (self.phase is Phase.ENDED):
            raise ValueError("until is said of what has ended, and of nothing else")
        if self.until is not None and self.until < self.since:
            raise ValueError("until is before since")


class _Own(Struct, frozen=True):
    disruption: Disruption


class _Event(Struct, frozen=True):
    dataset: str


class _Line(Struct, frozen=True):
    event: _Event
    qorgan: _Own


_MARK: Final = b'"disruption"'
_read: Final = msgspec.json.Decoder(_Line).decode


def told_by(line: bytes) -> Disruption | None:
    """What a line of a gate's log tells of a disruption; None for every other line."""
    if _MARK not in line:
        return None
    try:
        found = _read(line)
    except (msgspec.MsgspecError, ValueError):
        return None
    return found.qorgan.disruption if found.event.dataset == DATASET else None
