"""The life of a report by phone, taken down by the centre (R48I.3-fallback)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Lifecycle, Need, Step, preparation

CLAUSE: Final = "R48I.3-fallback"
NEW, RECORDED, JOINED, CLOSED, DISMISSED, DISCARDED = "new", "recorded", "joined", "closed", "dismissed", "discarded"
NOTED: Final = "noted"

_CENTRE: Final = (Actor.CENTRE,)
_ABOUT: Final = frozenset({Need.ABOUT})
_COMPLETE: Final = frozenset({Need.COMPLETE})
_REASON: Final = frozenset({Need.REASON})

PREPARATION: Final = preparation(CLAUSE)
LIFE: Final = Lifecycle(
    "phone-report",
    NEW,
    frozenset({CLOSED, DISMISSED, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=RECORDED, who=_CENTRE, clause=CLAUSE, needs=_COMPLETE),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_CENTRE, clause=CLAUSE, needs=_REASON),
        Step(state=RECORDED, verb="submit", to=RECORDED, who=_CENTRE, clause=CLAUSE, needs=_COMPLETE),
        Step(state=RECORDED, verb="join", to=JOINED, who=_CENTRE, clause=CLAUSE, needs=_ABOUT),
        Step(state=RECORDED, verb="dismiss", to=DISMISSED, who=_CENTRE, clause=CLAUSE, needs=_REASON),
        Step(state=JOINED, verb="submit", to=JOINED, who=_CENTRE, clause=CLAUSE, needs=_COMPLETE),
        Step(state=JOINED, verb="close", to=CLOSED, who=_CENTRE, clause=CLAUSE),
    ),
)
"""It needs no head's agreement: what was said on the phone is written down as it was said. A joined one stays open for
the letter, which may come after the card."""

RECEPTION: Final = Lifecycle("reception of a phone report", NOTED, frozenset({NOTED}), ())
"""The institution reads what was taken down of its call, and has nothing to do about it."""
