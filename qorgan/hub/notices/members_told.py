"""Who is told of which act on members: one table by the act, as the audit trail names it.

Never whoever acted, and nobody of what they may not see, whatever stands here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from qorgan.hub.members.journal import Act


class Whom(StrEnum):
    """People to whom an act on members matters."""

    APPLICANTS = "applicants"
    """Everybody who wrote a version of the application."""
    CENTRE_HEADS = "centre-heads"
    DEPUTY = "deputy"
    HEADS = "heads"
    """The heads of the unit of the institution whose audit trail tells of it."""
    OWNER = "owner"
    """Whose account it is."""
    REVIEWERS = "reviewers"
    """Whoever at the centre takes up applications."""
    SUCCESSOR = "successor"


_HEADS: Final = (Whom.HEADS, Whom.CENTRE_HEADS)

TOLD: Final[dict[Act, tuple[Whom, ...]]] = {
    Act.ABSENCE_RECORDED: (Whom.DEPUTY, Whom.HEADS),
    Act.ABSENCE_REVOKED: (Whom.DEPUTY, Whom.HEADS),
    Act.ACCOUNT_BLOCKED: _HEADS,
    Act.ACCOUNT_HANDED_OVER: (Whom.SUCCESSOR, *_HEADS),
    Act.ACCOUNT_UNBLOCKED: (Whom.OWNER, *_HEADS),
    Act.APPLICATION_ACCEPTED: (Whom.APPLICANTS, Whom.HEADS),
    Act.APPLICATION_MADE: (Whom.REVIEWERS,),
    Act.APPLICATION_MENDED: (Whom.REVIEWERS,),
    Act.APPLICATION_SENT_BACK: (Whom.APPLICANTS, Whom.HEADS),
    Act.APPLICATION_TAKEN_UP: (Whom.APPLICANTS,),
    Act.APPLICATION_WITHDRAWN: (Whom.REVIEWERS,),
    # An owner who did not lose anything learns that somebody says so.
    Act.FACTOR_RESET: (Whom.OWNER, Whom.HEADS),
    Act.FACTOR_RESET_ASKED: (Whom.OWNER, *_HEADS),
    Act.FACTOR_RESET_DECLINED: (Whom.OWNER, Whom.HEADS),
    Act.SOURCE_ALARMED: (Whom.HEADS,),
}
