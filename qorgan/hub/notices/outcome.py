"""What became of a try to deliver something. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Fate(Enum):
    """What became of a try."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    """Whoever was asked said no for good: trying again would change nothing."""
    DROPPED = "dropped"
    """There is nothing to say any more: the person may not see the document, or the address was removed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try, and why it failed."""

    fate: Fate
    reason: str = ""


SENT: Final = Outcome(Fate.SENT)
DROPPED: Final = Outcome(Fate.DROPPED)
