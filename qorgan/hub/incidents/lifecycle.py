"""The life of an incident card (R67.12, R67.15), for insurers and microfinance organisations too (D26.reporting)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Lifecycle, Need, Step, preparation
from qorgan.law.asoi import MEND_RETURNED

CLAUSE: Final = "R67.12"
NEW, SENT, RECEIVED, RETURNED, ACCEPTED, CLOSED, DISCARDED = (
    *("new", "sent", "received", "returned", "accepted", "closed", "discarded"),
)

_MAKER: Final = (Actor.MAKER,)
_CENTRE: Final = (Actor.CENTRE,)
_AGREED: Final = frozenset({Need.AGREED})
_FIELDS: Final = frozenset({Need.FIELDS})
_REASON: Final = frozenset({Need.REASON})
_FINAL: Final = frozenset({Need.FINAL})

PREPARATION: Final = preparation(CLAUSE)
LIFE: Final = Lifecycle(
    "incident-card",
    NEW,
    frozenset({CLOSED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause=CLAUSE, needs=_REASON),
        Step(state=SENT, verb="receive", to=RECEIVED, who=_CENTRE, clause=CLAUSE),
        Step(state=SENT, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
        Step(
            state=RECEIVED,
            verb="return",
            to=RETURNED,
            who=_CENTRE,
            clause="R67.15",
            needs=_FIELDS,
            starts=MEND_RETURNED,
        ),
        Step(state=RECEIVED, verb="accept", to=ACCEPTED, who=_CENTRE, clause=CLAUSE),
        Step(state=RECEIVED, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
        Step(
            state=RETURNED,
            verb="submit",
            to=SENT,
            who=_MAKER,
            clause="R67.15",
            needs=_AGREED,
            stops=(MEND_RETURNED,),
        ),
        Step(state=ACCEPTED, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
        Step(state=ACCEPTED, verb="close", to=CLOSED, who=_CENTRE, clause=CLAUSE, needs=_FINAL),
    ),
)
