"""The life of a report on the information-security management system (R48.29)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Lifecycle, Need, Step, preparation

CLAUSE: Final = "R48.29"
NEW, SENT, RECEIVED, RETURNED, ACCEPTED, DISCARDED = "new", "sent", "received", "returned", "accepted", "discarded"

_MAKER: Final = (Actor.MAKER,)
_CENTRE: Final = (Actor.CENTRE,)
_AGREED: Final = frozenset({Need.AGREED})

PREPARATION: Final = preparation(CLAUSE)
LIFE: Final = Lifecycle(
    "isms-report",
    NEW,
    frozenset({ACCEPTED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause=CLAUSE, needs=frozenset({Need.REASON})),
        Step(state=SENT, verb="receive", to=RECEIVED, who=_CENTRE, clause=CLAUSE),
        Step(state=RECEIVED, verb="return", to=RETURNED, who=_CENTRE, clause=CLAUSE, needs=frozenset({Need.FIELDS})),
        Step(state=RECEIVED, verb="accept", to=ACCEPTED, who=_CENTRE, clause=CLAUSE),
        Step(state=RETURNED, verb="submit", to=SENT, who=_MAKER, clause=CLAUSE, needs=_AGREED),
    ),
)
"""It comes back as other documents do, but no clock of the law runs: R67.15 does not name it."""
