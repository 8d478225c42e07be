"""The lives of warnings (R67.3.5, R67.10, R67.15) and what an addressee does with one (R67.13)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.lifecycle import Actor, Audience, Lifecycle, Need, Step, preparation
from qorgan.law.asoi import ANSWER_WARNING, MEND_RETURNED
from qorgan.law.clause import Term
from qorgan.law.trading_platform import INSTALL_CRITICAL_UPDATE

NEW, PUBLISHED, RETURNED, WITHDRAWN, DISCARDED = "new", "published", "returned", "withdrawn", "discarded"
RECEIVED, ACCEPTING, DECLINING, ACCEPTED, DECLINED, PROCESSED = (
    *("received", "accepting", "declining", "accepted", "declined", "processed"),
)

_MAKER: Final = (Actor.MAKER,)
_EITHER: Final = (Actor.MAKER, Actor.CENTRE)
_CENTRE: Final = (Actor.CENTRE,)
_ADDRESSEE: Final = (Actor.ADDRESSEE,)
_HEAD: Final = (Actor.ADDRESSEE_HEAD,)
_AGREED: Final = frozenset({Need.AGREED})
_FIELDS: Final = frozenset({Need.FIELDS})
_REASON: Final = frozenset({Need.REASON})
_DECISION: Final = frozenset({Need.DECISION})

THREAT_PREPARATION: Final = preparation("R67.10")
VULNERABILITY_PREPARATION: Final = preparation("R67.3.5")


def _withdraw(clause: str) -> Step:
    return Step(state=PUBLISHED, verb="withdraw", to=WITHDRAWN, who=_EITHER, clause=clause, needs=_REASON)


THREAT: Final = Lifecycle(
    "threat-warning",
    NEW,
    frozenset({WITHDRAWN, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=PUBLISHED, who=_MAKER, clause="R67.10", needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause="R67.10", needs=_REASON),
        Step(
            state=PUBLISHED,
            verb="return",
            to=RETURNED,
            who=_CENTRE,
            clause="R67.15",
            needs=_FIELDS,
            starts=MEND_RETURNED,
        ),
        Step(
            state=RETURNED,
            verb="submit",
            to=PUBLISHED,
            who=_MAKER,
            clause="R67.15",
            needs=_AGREED,
            stops=(MEND_RETURNED,),
        ),
        Step(state=PUBLISHED, verb="submit", to=PUBLISHED, who=_MAKER, clause="R67.10", needs=_AGREED),
        _withdraw("R67.10"),
    ),
)

VULNERABILITY: Final = Lifecycle(
    "vulnerability-warning",
    NEW,
    frozenset({WITHDRAWN, DISCARDED}),
    (
        Step(state=NEW, verb="submit", to=PUBLISHED, who=_MAKER, clause="R67.3.5", needs=_AGREED),
        Step(state=NEW, verb="discard", to=DISCARDED, who=_MAKER, clause="R67.3.5", needs=_REASON),
        Step(state=PUBLISHED, verb="submit", to=PUBLISHED, who=_MAKER, clause="R67.3.5", needs=_AGREED),
        _withdraw("R67.3.5"),
    ),
)
"""Nothing in the rules returns it: R67.15 names threat warnings, cards and answers."""


def _decide(verb: str, to: str) -> Step:
    return Step(
        state=RECEIVED,
        verb=verb,
        to=to,
        who=_ADDRESSEE,
        clause="R67.13",
        needs=_DECISION,
        audience=Audience.AUTHOR,
    )


def _agree(state: str, to: str, *stops: Term) -> Step:
    return Step(
        state=state,
        verb="agree",
        to=to,
        who=_HEAD,
        clause="R67.13",
        stops=(ANSWER_WARNING, *stops),
        audience=Audience.RECEPTION,
    )


def _send_back(state: str) -> Step:
    return Step(
        state=state,
        verb="send-back",
        to=RECEIVED,
        who=_HEAD,
        clause="R67.13",
        needs=_REASON,
        audience=Audience.AUTHOR,
    )


RECEPTION: Final = Lifecycle(
    "reception of a warning",
    RECEIVED,
    frozenset({DECLINED, PROCESSED}),
    (
        _decide("accept", ACCEPTING),
        _decide("decline", DECLINING),
        _agree(ACCEPTING, ACCEPTED),
        _agree(DECLINING, DECLINED, INSTALL_CRITICAL_UPDATE),
        _send_back(ACCEPTING),
        _send_back(DECLINING),
        Step(
            state=ACCEPTED,
            verb="process",
            to=PROCESSED,
            who=_ADDRESSEE,
            clause="R67.13",
            stops=(INSTALL_CRITICAL_UPDATE,),
            audience=Audience.RECEPTION,
        ),
    ),
)
"""The clock of R57.13 is started by a critical vulnerability warning for operators of trading platforms alone."""
