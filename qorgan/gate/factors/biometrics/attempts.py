"""How often a person may try to be identified, whatever path they take (NIST SP 800-63B-4, 3.2.3).

Five wrong in a row, or ten where a liveness check is made; then one every half minute; at fifty or a hundred it stops
until a year has gone by since the first. Each of the ways without biometrics stays open.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from qorgan.gate.lockout.counting import Counter, charge, refund

DAY: Final = timedelta(days=1)
PAUSE: Final = timedelta(seconds=30)
YEAR: Final = timedelta(days=365)


class Limits(Struct, frozen=True, kw_only=True):
    """How many attempts."""

    at_once: int
    """Without a pause."""
    ever: int
    """Until the hard stop."""


WITH_LIVENESS: Final = Limits(at_once=10, ever=100)
WITHOUT_LIVENESS: Final = Limits(at_once=5, ever=50)


def allowed(subject: str, *, liveness: bool, now: datetime) -> bool:
    """Count an attempt before it begins; False when it must not begin. Not within a transaction.

    `subject` is what attempts on a person are counted under, known or not. One that was refused for its haste alone
    brings the hard stop no nearer.
    """
    free, slow, hard = _counters(subject, liveness=liveness)
    if not charge([hard], now):
        return False
    if charge([free], now) or charge([slow], now):
        return True
    refund([hard])
    return False


def forgiven(subject: str, *, liveness: bool) -> None:
    """Take an attempt back: it was right, or it was not the person who failed."""
    refund(_counters(subject, liveness=liveness))


def _counters(subject: str, *, liveness: bool) -> tuple[Counter, Counter, Counter]:
    limits = WITH_LIVENESS if liveness else WITHOUT_LIVENESS
    kind = "biometrics" if liveness else "biometrics-without-liveness"
    return (
        Counter(f"{kind}:{subject}", limits.at_once, DAY),
        Counter(f"{kind}-pause:{subject}", 1, PAUSE),
        Counter(f"{kind}-ever:{subject}", limits.ever, YEAR),
    )
