"""A life as a table: which verb leads from which state to which, who may say it, by which clause. Pure.

Three tables make a document's life. Its *preparation* goes on inside the author's unit: a draft is proposed to the
head and agreed over its exact bytes. Its *life* is what all parties see. Its *reception* is one addressee's own part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from qorgan.law.clause import Term


class Actor(StrEnum):
    """Who may say a verb."""

    MAKER = "maker"
    """The responsible employee of the organisation whose document it is, or of the centre that serves it."""
    HEAD = "head"
    """The head of its security unit, or a deputy; never one who made what is agreed (R48.15)."""
    ADDRESSEE = "addressee"
    """The responsible employee of an organisation that received it."""
    ADDRESSEE_HEAD = "addressee-head"
    """The head of that organisation's security unit; never one who made the decision that is agreed."""
    ASKER = "asker"
    """The responsible employee of the organisation whose inquiry an answer belongs to."""
    CENTRE = "centre"
    """An analyst or the head of the sectoral centre."""


class Need(StrEnum):
    """What has to come with a verb."""

    REASON = "reason"
    FIELDS = "fields"
    """The fields that lack, with a reason each (R67.15)."""
    AGREED = "agreed"
    """A draft agreed by the head, unchanged since (R67.10 to R67.14)."""
    COMPLETE = "complete"
    """A draft in which nothing lacks that its stage asks for."""
    DECISION = "decision"
    """Each recommendation accepted or declined, a declined one with its reason (R67.13)."""
    FINAL = "final"
    """A document whose last stage was sent."""
    ABOUT = "about"
    """The document that it is joined with."""


class Audience(StrEnum):
    """Who may read that an act was done."""

    AUTHOR = "author"
    """Only the organisation whose act it is."""
    RECEPTION = "reception"
    """Besides, whoever sees that addressee's reception: the author, and the centre where it is a party."""
    PARTIES = "parties"
    """Everyone who sees the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a life."""

    state: str
    verb: str
    to: str
    who: tuple[Actor, ...]
    clause: str
    needs: frozenset[Need] = frozenset()
    starts: Term | None = None
    """The clock that begins with this act."""
    stops: tuple[Term, ...] = ()
    """The clocks that end with it."""
    audience: Audience = Audience.PARTIES


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A table of steps. One target for a verb in a state."""

    name: str
    initial: str
    final: frozenset[str]
    steps: tuple[Step, ...]
    _by: dict[tuple[str, str], Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table = {(step.state, step.verb): step for step in self.steps}
        if len(table) != len(self.steps):
            raise ValueError(f"{self.name}: a verb has two targets in one state")
        object.__setattr__(self, "_by", table)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        named = [self.initial, *(state for step in self.steps for state in (step.state, step.to))]
        return tuple(dict.fromkeys(named))

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb, in the order of the table."""
        return tuple(dict.fromkeys(step.verb for step in self.steps))

    def step(self, state: str, verb: str) -> Step | None:
        """The row of a verb in a state; None when the state does not know it."""
        return self._by.get((state, verb))

    def open_to(self, state: str) -> Iterator[Step]:
        """The rows that lead out of a state."""
        return (step for step in self.steps if step.state == state)

    def faults(self) -> list[str]:
        """What is wrong with the table: states that cannot be reached, dead ends, final states that go on."""
        reached = {self.initial}
        while more := {step.to for step in self.steps if step.state in reached} - reached:
            reached |= more
        leaving = {step.state for step in self.steps}
        return [
            *(f"{state} cannot be reached" for state in self.states if state not in reached),
            *(f"{state} is a dead end" for state in self.states if state not in leaving | self.final),
            *(f"{state} is final and goes on" for state in sorted(self.final & leaving)),
            *(f"{state} is final and unknown" for state in sorted(self.final - set(self.states))),
        ]


OPEN: Final = "open"
PROPOSED: Final = "proposed"
AGREED: Final = "agreed"

_MAKER: Final = (Actor.MAKER,)
_HEAD: Final = (Actor.HEAD,)


def preparation(clause: str) -> Lifecycle:
    """How a draft comes to be agreed, under the clause that asks for the agreement. Any edit leads back to open."""
    own = Audience.AUTHOR
    complete = frozenset({Need.COMPLETE})
    reason = frozenset({Need.REASON})
    return Lifecycle(
        "preparation",
        OPEN,
        frozenset(),
        (
            Step(state=OPEN, verb="edit", to=OPEN, who=_MAKER, clause=clause, audience=own),
            Step(state=OPEN, verb="propose", to=PROPOSED, who=_MAKER, clause=clause, needs=complete, audience=own),
            Step(state=PROPOSED, verb="edit", to=OPEN, who=_MAKER, clause=clause, audience=own),
            Step(state=PROPOSED, verb="agree", to=AGREED, who=_HEAD, clause=clause, audience=own),
            Step(state=PROPOSED, verb="decline", to=OPEN, who=_HEAD, clause=clause, needs=reason, audience=own),
            Step(state=AGREED, verb="edit", to=OPEN, who=_MAKER, clause=clause, audience=own),
        ),
    )
