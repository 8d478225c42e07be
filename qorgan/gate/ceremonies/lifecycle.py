"""A ceremony's life as a table: which verb leads from which state to which. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from qorgan.gate.rules.proof import FRESH

LIVES: Final = FRESH
"""How long a ceremony lives: no longer than its proofs are fresh."""
KEPT: Final = timedelta(days=1)
"""How long an ended one is kept, for the answer that was lost on its way; the journal has the rest."""


class State(StrEnum):
    """Where a ceremony stands."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


class Verb(StrEnum):
    """What can be said of a ceremony."""

    IDENTIFY = "identify"
    CHALLENGE = "challenge"
    PROVE = "prove"
    ENROL = "enrol"
    FINISH = "finish"
    REFUSE = "refuse"
    """By its owner who goes away, or by the gate after too many wrong answers."""
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a life."""

    state: State
    verb: Verb
    to: State


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A table of steps, one target for a verb in a state."""

    initial: State
    final: frozenset[State]
    steps: tuple[Step, ...]
    _by: dict[tuple[State, Verb], State] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = {(step.state, step.verb): step.to for step in self.steps}
        if len(table) != len(self.steps):
            raise ValueError("a verb has two targets in one state")
        object.__setattr__(self, "_by", table)

    def after(self, state: State, verb: Verb) -> State | None:
        """Where a verb leads; None when the state does not know it."""
        return self._by.get((state, verb))


LIFE: Final = Lifecycle(
    State.BEGUN,
    frozenset({State.DONE, State.REFUSED, State.EXPIRED}),
    (
        Step(State.BEGUN, Verb.IDENTIFY, State.BEGUN),
        Step(State.BEGUN, Verb.CHALLENGE, State.BEGUN),
        Step(State.BEGUN, Verb.PROVE, State.BEGUN),
        Step(State.BEGUN, Verb.ENROL, State.BEGUN),
        Step(State.BEGUN, Verb.FINISH, State.DONE),
        Step(State.BEGUN, Verb.REFUSE, State.REFUSED),
        Step(State.BEGUN, Verb.EXPIRE, State.EXPIRED),
    ),
)
