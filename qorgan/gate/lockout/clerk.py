"""The clerk's part: counters that no window holds any more are forgotten."""

from __future__ import annotations

from qorgan.gate.lockout.counting import forget_old
from qorgan.kit import clock


def forget() -> int:
    """Drop them; gives how many."""
    return forget_old(clock.now())
