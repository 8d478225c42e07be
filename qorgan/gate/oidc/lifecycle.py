"""An authorisation's life as a table: from what an application asked for to the tokens that it was given. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

ASKED_LIVES: Final = timedelta(minutes=15)
"""A ceremony's ten minutes, and the way there and back."""
CODE_LIVES: Final = timedelta(seconds=60)
ACCESS_LIVES: Final = timedelta(minutes=5)
REFRESH_LIVES: Final = timedelta(hours=12)
"""At most. A session that ends ends its tokens with it."""
KEPT: Final = timedelta(days=2)
"""How long an ended one is kept, so that a code or a token that comes again is known; the journal has the rest."""


class State(StrEnum):
    """Where an authorisation stands."""

    ASKED = "asked"
    GRANTED = "granted"
    """A code is out."""
    REDEEMED = "redeemed"
    """Tokens are out."""
    REFUSED = "refused"
    REVOKED = "revoked"


class Verb(StrEnum):
    """What can be done to it."""

    GRANT = "grant"
    REDEEM = "redeem"
    REFUSE = "refuse"
    REVOKE = "revoke"


STEPS: Final[Mapping[tuple[State, Verb], State]] = MappingProxyType(
    {
        (State.ASKED, Verb.GRANT): State.GRANTED,
        (State.ASKED, Verb.REFUSE): State.REFUSED,
        (State.GRANTED, Verb.REDEEM): State.REDEEMED,
        (State.GRANTED, Verb.REVOKE): State.REVOKED,
        (State.REDEEMED, Verb.REVOKE): State.REVOKED,
    }
)


class Why(StrEnum):
    """Why an authorisation was revoked, or a token refused: for the journal, never for the answer."""

    APPLICATION_ASKED = "application-asked"
    CODE_EXPIRED = "code-expired"
    CODE_REUSED = "code-reused"
    OTHER_APPLICATION = "other-application"
    REDIRECT_DIFFERS = "redirect-differs"
    REFRESH_REUSED = "refresh-reused"
    SESSION_ENDED = "session-ended"
    VERIFIER_WRONG = "verifier-wrong"
