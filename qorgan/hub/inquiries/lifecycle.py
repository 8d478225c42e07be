"""The lives of an inquiry and of its answer (R67.11, R67.14, R67.15)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Audience, Lifecycle, Need, Step, preparation
from qorgan.law.asoi import ANSWER_INQUIRY, MEND_RETURNED, TAKE_UP_INQUIRY

NEW, SENT, CLOSED, DISCARDED = "new", "sent", "closed", "discarded"
RECEIVED, IN_WORK, DECLINED, WORK_DONE, ANSWERED = "received", "in-work", "declined", "work-done", "answered"
RETURNED, ACCEPTED, DELIVERED = "returned", "accepted", "delivered"

_MAKER: Final = (Actor.MAKER,)
_ADDRESSEE: Final = (Actor.ADDRESSEE,)
_ASKER: Final = (Actor.ASKER,)
_CENTRE: Final = (Actor.CENTRE,)
_AGREED: Final = frozenset({Need.AGREED})
_FIELDS: Final = frozenset({Need.FIELDS})
_REASON: Final = frozenset({Need.REASON})

PREPARATION: Final = preparation("R67.11")
ANSWER_PREPARATION: Final = preparation("R67.14")

INQUIRY: Final = Lifecycle(
    "inquiry",
    NEW,
    frozenset({CLOSED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=SENT, who=_MAKER, clause="R67.11", needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause="R67.11", needs=_REASON),
        Step(state=SENT, verb="close", to=CLOSED, who=_MAKER, clause="R67.11"),
    ),
)

RECEPTION: Final = Lifecycle(
    "reception of an inquiry",
    RECEIVED,
    frozenset({DECLINED, ANSWERED}),
    (
        Step(
            state=RECEIVED,
            verb="take-up",
            to=IN_WORK,
            who=_ADDRESSEE,
            clause="R67.14",
            stops=(TAKE_UP_INQUIRY,),
            audience=Audience.RECEPTION,
        ),
        Step(
            state=RECEIVED,
            verb="decline-inquiry",
            to=DECLINED,
            who=_ADDRESSEE,
            clause="R67.14",
            needs=_REASON,
            stops=(TAKE_UP_INQUIRY,),
            audience=Audience.RECEPTION,
        ),
        Step(
            state=IN_WORK,
            verb="finish",
            to=WORK_DONE,
            who=_ADDRESSEE,
            clause="R67.14",
            starts=ANSWER_INQUIRY,
            audience=Audience.RECEPTION,
        ),
        Step(
            state=WORK_DONE,
            verb="answer",
            to=ANSWERED,
            who=_ADDRESSEE,
            clause="R67.14",
            stops=(ANSWER_INQUIRY,),
            audience=Audience.RECEPTION,
        ),
    ),
)
"""`answer` is said by the answer itself when it is sent. The ten days run from the end of the work, not before."""

ANSWER: Final = Lifecycle(
    "answer",
    NEW,
    frozenset({ACCEPTED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=SENT, who=_MAKER, clause="R67.14", needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause="R67.14", needs=_REASON),
        Step(state=SENT, verb="receive", to=RECEIVED, who=_ASKER, clause="R67.14"),
        Step(
            state=RECEIVED,
            verb="return",
            to=RETURNED,
            who=_CENTRE,
            clause="R67.15",
            needs=_FIELDS,
            starts=MEND_RETURNED,
        ),
        Step(state=RECEIVED, verb="accept", to=ACCEPTED, who=_ASKER, clause="R67.14"),
        Step(
            state=RETURNED,
            verb="submit",
            to=SENT,
            who=_MAKER,
            clause="R67.15",
            needs=_AGREED,
            stops=(MEND_RETURNED,),
        ),
    ),
)
"""Only the centre returns (R67.15), and so only answers to its own inquiries: others' it does not read (R67.3.7)."""

ANSWER_DELIVERY: Final = Lifecycle("delivery of an answer", DELIVERED, frozenset({DELIVERED}), ())
"""That the answer reached the asker, and only the asker (R67.3.7). What it does with it is the answer's own life."""
