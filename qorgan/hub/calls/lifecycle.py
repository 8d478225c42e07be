"""The life of a report by phone, taken down by the centre (R48I.3-fallback)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Lifecycle, Need, Step, preparation

CLAUSE: Final = "R48I.3-fallback"
NEW, RECORDED, JOINED, DISMISSED, DISCARDED = "new", "recorded", "joined", "dismissed", "discarded"

_CENTRE: Final = (Actor.CENTRE,)
_COMPLETE: Final = frozenset({Need.COMPLETE})
_REASON: Final = frozenset({Need.REASON})

PREPARATION: Final = preparation(CLAUSE)
LIFE: Final = Lifecycle(
    "phone-report",
    NEW,
    frozenset({JOINED, DISMISSED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=RECORDED, who=_CENTRE, clause=CLAUSE, needs=_COMPLETE),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_CENTRE, clause=CLAUSE, needs=_REASON),
        Step(state=RECORDED, verb="submit", to=RECORDED, who=_CENTRE, clause=CLAUSE, needs=_COMPLETE),
        Step(state=RECORDED, verb="join", to=JOINED, who=_CENTRE, clause=CLAUSE),
        Step(state=RECORDED, verb="dismiss", to=DISMISSED, who=_CENTRE, clause=CLAUSE, needs=_REASON),
    ),
)
"""It needs no head's agreement: what was said on the phone is written down as it was said."""
