"""Whether ASOI is away, with hysteresis: slow to say so and to take it back, and never for a fault of our network.

Pure: looks come in with their times, states and spells go out (R48I.3-fallback).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Look(StrEnum):
    """What one look found."""

    ANSWERED = "answered"
    SILENT = "silent"
    """ASOI gave no good answer, and the network here is well: an anchor answered."""
    NO_NETWORK = "no-network"
    """Neither ASOI nor any anchor answered."""


class State(StrEnum):
    """How ASOI stands, as seen from here."""

    HERE = "here"
    DOUBTFUL = "doubtful"
    """It did not answer, not yet often or long enough to be away."""
    AWAY = "away"
    LOCAL_FAULT = "local-fault"
    """The network here is broken: nothing can be said of ASOI."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much it takes."""

    tries: int
    span: timedelta
    answers: int


@dataclass(frozen=True, slots=True)
class Began:
    """ASOI is away, since the first look that it did not answer."""

    since: datetime
    found_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """ASOI is back, since the first of the good answers in a row."""

    until: datetime


@dataclass(slots=True)
class Outage:
    """What is known by now."""

    patience: Patience
    state: State = State.HERE
    since: datetime | None = None
    """When the state began; None until the first look."""
    reason: str = ""
    _silent: int = field(default=0, repr=False)
    _first_silent: datetime | None = field(default=None, repr=False)
    _answers: int = field(default=0, repr=False)
    _first_answer: datetime | None = field(default=None, repr=False)

    def see(self, look: Look, at: datetime, reason: str = "") -> Began | Ended | None:
        """Take in a look. Gives what changed for good by it."""
        if self.since is None:
            self.since = at
        if self.state is State.AWAY:
            return self._see_while_away(look, at)
        return self._see_while_not_away(look, at, reason)

    def resume(self, since: datetime, reason: str) -> None:
        """Go on with an absence that was found before a restart."""
        self.state, self.since, self.reason = State.AWAY, since, reason

    def _see_while_not_away(self, look: Look, at: datetime, reason: str) -> Began | None:
        if look is Look.ANSWERED:
            self._forget()
            self._turn(State.HERE, at, "")
            return None
        if look is Look.NO_NETWORK:
            # What was silent until now may have been our own fault as well.
            self._forget()
            self._turn(State.LOCAL_FAULT, at, reason)
            return None
        self._silent += 1
        self._first_silent = self._first_silent or at
        self.reason = reason
        if self._silent >= self.patience.tries and at - self._first_silent >= self.patience.span:
            since = self._first_silent
            self._forget()
            self.state, self.since = State.AWAY, since
            return Began(since, at, reason)
        self._turn(State.DOUBTFUL, self._first_silent, reason)
        return None

    def _see_while_away(self, look: Look, at: datetime) -> Ended | None:
        if look is not Look.ANSWERED:
            self._answers, self._first_answer = 0, None
            return None
        self._answers += 1
        self._first_answer = self._first_answer or at
        if self._answers < self.patience.answers:
            return None
        until = self._first_answer
        self._forget()
        self._turn(State.HERE, until, "")
        return Ended(until)

    def _turn(self, state: State, at: datetime, reason: str) -> None:
        if state is not self.state:
            self.state, self.since = state, at
        self.reason = reason

    def _forget(self) -> None:
        self._silent, self._first_silent = 0, None
        self._answers, self._first_answer = 0, None
