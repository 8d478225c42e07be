"""The liveness check as a state machine: commands one after the other, a mismatch repeats its command, three end it."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Final

from msgspec import Struct

from qorgan.gate.providers.biometrics import Command
from qorgan.gate.providers.checking import COMMANDS, FAILURES

GESTURES: Final = ("turn-left", "turn-right", "nod", "blink", "smile", "open-mouth")
_random = random.SystemRandom()


class Check(Struct, frozen=True, kw_only=True):
    """How far a check has got."""

    wanted: tuple[str, ...]
    """The commands, in the order in which they are given."""
    given: tuple[Command, ...] = ()

    @property
    def failures(self) -> int:
        """Commands that were not followed."""
        return sum(not one.matched for one in self.given)

    @property
    def current(self) -> str | None:
        """The command of the moment; None when the check is over."""
        done = len(self.given) - self.failures
        return None if self.failures >= FAILURES or done == len(self.wanted) else self.wanted[done]

    @property
    def passed(self) -> bool:
        """Whether a living person did everything that was asked."""
        return self.current is None and self.failures < FAILURES

    def followed(self, gesture: str, at: datetime) -> Check:
        """The check after somebody did something."""
        if self.current is None:
            return self
        told = Command(command=self.current, matched=gesture == self.current, at=at)
        return Check(wanted=self.wanted, given=(*self.given, told))


def new_check() -> Check:
    """Commands that nobody can know beforehand."""
    return Check(wanted=tuple(_random.sample(GESTURES, COMMANDS)))
