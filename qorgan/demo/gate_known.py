"""Who is known at the demonstration's gate: invented people whom its sandbox registries know too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.law.factors import Population


@dataclass(frozen=True)
class Known:
    """One invented person."""

    population: Population
    number: int

    @property
    def iin(self) -> str:
        """What they sign in by."""
        return invented_iin(self.number)

    @property
    def phone(self) -> str:
        """Theirs, as the sandbox's base of mobile citizens has it."""
        return invented_phone(self.number)


KNOWN: Final = (Known(Population.BANK_CLIENT, 1), Known(Population.PARTICIPANT, 2))
STRANGER: Final = Known(Population.BANK_CLIENT, 3)
"""Whom the registries know and the gate does not: to register with."""
