"""How long to wait after a failure: longer each time, and never the same as the other modules."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

FIRST: Final = 0.5
LONGEST: Final = 60.0
_LONGEST_ASKED: Final = 3_600.0
_MOST_DOUBLINGS: Final = 20


class Backoff:
    """Exponential with full jitter: any time between none and the ceiling, which doubles with each failure."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self.failures = 0

    def succeeded(self) -> None:
        """Begin anew."""
        self.failures = 0

    def failed(self, asked: float | None = None) -> float:
        """Seconds to wait now; not less than the hub asked for, within an hour."""
        ceiling = min(LONGEST, FIRST * (1 << min(self.failures, _MOST_DOUBLINGS)))
        self.failures += 1
        return max(self._chance() * ceiling, min(asked or 0.0, _LONGEST_ASKED))
