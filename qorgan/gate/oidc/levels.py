"""Which `acr` values the gate can give on a day: one for each rule of sign-in in force, and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from qorgan.gate.ceremonies.sessions import ACR
from qorgan.law.calendar import ZONE_NAME
from qorgan.law.factors import Population, sign_in_rule

_LAW_ZONE: Final = ZoneInfo(ZONE_NAME)


def acr_values(at: datetime) -> frozenset[str]:
    """All of them."""
    return frozenset(value for population in Population if (value := acr_of(population, at)))


def acr_of(population: Population, at: datetime) -> str:
    """What a sign-in of this population satisfies; empty when no rule lets it in."""
    found = sign_in_rule(population, at.astimezone(_LAW_ZONE).date())
    return ACR + found[1].id if found else ""
