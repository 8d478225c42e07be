"""The life of an application as a table: who may move it from where to where (R67.5, R67.6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qorgan.kit.refusal import Refusal, Sentence


class State(StrEnum):
    """Where an application stands."""

    NEW = "new"
    UNDER_REVIEW = "under-review"
    SENT_BACK = "sent-back"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What is done with an application."""

    TAKE_UP = "take-up"
    ACCEPT = "accept"
    SEND_BACK = "send-back"
    MEND = "mend"
    WITHDRAW = "withdraw"


class Party(StrEnum):
    """Who moves it."""

    APPLICANT = "applicant"
    """People of the side that applied."""
    REVIEWER = "reviewer"
    """The centre's analysts and head, but nobody who wrote it."""
    HEAD = "head"
    """The head of the centre, unless they wrote it: accepting makes members."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table."""

    source: State
    verb: Verb
    target: State
    party: Party


STEPS: Final = (
    Step(State.NEW, Verb.TAKE_UP, State.UNDER_REVIEW, Party.REVIEWER),
    Step(State.UNDER_REVIEW, Verb.SEND_BACK, State.SENT_BACK, Party.REVIEWER),
    Step(State.UNDER_REVIEW, Verb.ACCEPT, State.ACCEPTED, Party.HEAD),
    Step(State.SENT_BACK, Verb.MEND, State.NEW, Party.APPLICANT),
    Step(State.NEW, Verb.WITHDRAW, State.WITHDRAWN, Party.APPLICANT),
    Step(State.UNDER_REVIEW, Verb.WITHDRAW, State.WITHDRAWN, Party.APPLICANT),
    Step(State.SENT_BACK, Verb.WITHDRAW, State.WITHDRAWN, Party.APPLICANT),
)

OPEN: Final = frozenset({State.NEW, State.UNDER_REVIEW, State.SENT_BACK})
"""States in which another application about the same would be one too many."""


def steps_from(state: State) -> tuple[Step, ...]:
    """What may follow."""
    return tuple(step for step in STEPS if step.source is state)


def step(state: State, verb: Verb, message: Sentence) -> Step:
    """The line for a verb. Raises Refusal `verb-impossible` with the message where there is none."""
    for one in steps_from(state):
        if one.verb is verb:
            return one
    raise Refusal("verb-impossible", message)
