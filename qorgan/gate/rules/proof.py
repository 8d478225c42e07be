"""What was proven about a person: with which factor, by which credential, held where, when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

import msgspec

from qorgan.law.factors import FactorKind, Method

FRESH: Final = timedelta(minutes=10)
"""How old a proof may be when it is judged: no ceremony lasts longer."""


class BiometricSource(StrEnum):
    """Which of the two a biometric identification was (R56.1)."""

    STATE = "state"
    """Compared with what the identification data exchange centre holds."""
    OWN_DEVICE = "own-device"
    """Taken and compared by the institution's own hardware."""


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One factor that was shown to be right, in one ceremony."""

    method: Method
    credential: str
    """Which of the person's credentials of this method: its id, never its secret."""
    at: datetime
    carrier: str = ""
    """The one thing whose loss gives this factor away: the device, the app or the message's receiver that holds it.
    Empty for what is in a person's head or face."""
    source: BiometricSource | None = None
    """Of biometric identification alone."""
    report: str = ""
    """Of biometric identification the id of the provider's report, of a signature that of its evidence."""

    @property
    def kind(self) -> FactorKind:
        """Knowledge, possession or inherence."""
        return self.method.kind


def fresh(proofs: Iterable[Proof], at: datetime) -> tuple[Proof, ...]:
    """Those that are neither too old nor from the future."""
    return tuple(proof for proof in proofs if timedelta() <= at - proof.at <= FRESH)


def are_independent(one: Proof, other: Proof) -> bool:
    """Whether one theft or one loss cannot give both away (D26.two-factor).

    Two kinds, not held by one carrier; and an answer to a question is as easily asked out of somebody as a password.
    """
    if one.kind is other.kind or one.credential == other.credential:
        return False
    return not (one.carrier and one.carrier == other.carrier)


def independent_kinds(proofs: Iterable[Proof]) -> int:
    """How many factors count: the most that are of different kinds and independent of each other, one by one."""
    proven = tuple(proofs)
    for size in range(min(len(FactorKind), len(proven)), 1, -1):
        for chosen in combinations(proven, size):
            if all(are_independent(one, other) for one, other in combinations(chosen, 2)):
                return size
    return min(1, len(proven))
