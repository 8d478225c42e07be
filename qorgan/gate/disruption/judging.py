"""Whether what was observed is a disruption, and whether it is over. Pure.

A share alone says nothing of a night in which three people came: so many must have failed besides. What lies between
the limit and half of it changes nothing, so that what is about the limit is not told again and again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from qorgan.gate.config import DisruptionLimits
from qorgan.gate.disruption.observing import Observed
from qorgan.wire.disruption import Cause

FEW: Final = 3
"""Good ends without which nobody says that all is well."""


def is_bad(seen: Observed, limits: DisruptionLimits) -> Cause | None:
    """For whose reason too many cannot come in; None where they can."""
    if seen.failed >= limits.least and _share(seen.failed, seen.succeeded) >= limits.share:
        return Cause.PROVIDER
    if seen.hindered >= limits.least and _share(seen.hindered, seen.steps - seen.hindered) >= limits.share:
        return Cause.GATE
    return None


def is_well(seen: Observed, limits: DisruptionLimits) -> bool:
    """Whether people are seen to come in again. Where nobody tries, nobody knows."""
    half = limits.share / 2
    return (
        seen.succeeded >= FEW
        and _share(seen.failed, seen.succeeded) < half
        and _share(seen.hindered, seen.steps - seen.hindered) < half
    )


def began_at(seen: Observed, cause: Cause) -> datetime | None:
    """When the first of it was seen."""
    return seen.first_failed if cause is Cause.PROVIDER else seen.first_hindered


def last_bad(seen: Observed) -> datetime | None:
    """When the last of it was seen."""
    return max((at for at in (seen.last_failed, seen.last_hindered) if at is not None), default=None)


def still(seen: Observed, now: datetime, limits: DisruptionLimits) -> bool:
    """Whether it goes on: of a burst that has passed the counts are the same for as long as they are counted."""
    last = last_bad(seen)
    return last is not None and now - last <= limits.lasting / 3


def _share(bad: int, good: int) -> float:
    return 100 * bad / (bad + good) if bad else 0.0
