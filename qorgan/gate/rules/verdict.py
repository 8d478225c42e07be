"""A verdict: allowed or refused, by which clause in which edition, and what lacks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from qorgan.law.clause import Clause


class Lack(StrEnum):
    """What is missing. A code for machines; `WORDS` has it for people's translations."""

    RULE = "no-rule-in-force"
    PROOF = "nothing-proven"
    TWO_FACTORS = "two-independent-factors"
    SIGNATURE_OR_BIOMETRICS = "signature-or-biometrics"
    BIOMETRICS = "biometrics"
    DEVICE = "registered-device"
    IDENTIFICATION = "identification"
    EVERY_IDENTIFICATION = "every-identification"
    SAME_PERSON = "same-person"
    EQUAL_STRENGTH = "equal-strength"


WORDS: Final[Mapping[Lack, str]] = MappingProxyType(
    {
        Lack.RULE: "No rule in force lets anybody do this here.",
        Lack.PROOF: "Nothing has been proven.",
        Lack.TWO_FACTORS: "Two independent factors of different kinds are needed.",
        Lack.SIGNATURE_OR_BIOMETRICS: "A digital signature or biometric identification is needed.",
        Lack.BIOMETRICS: "Biometric identification is needed.",
        Lack.DEVICE: "A device that is registered for you is needed.",
        Lack.IDENTIFICATION: "A digital signature, biometric identification or proof of the phone's owner is needed.",
        Lack.EVERY_IDENTIFICATION: "Each of the required identifications is needed.",
        Lack.SAME_PERSON: "What was proven is of different people.",
        Lack.EQUAL_STRENGTH: "Fresh proof as strong as the one to be changed is needed.",
    }
)


class Allowed(msgspec.Struct, frozen=True, kw_only=True, tag="allowed"):
    """The rule lets the act happen."""

    rule: str
    """The clause."""
    edition: str


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The rule forbids the act as things are."""

    rule: str
    edition: str
    lacks: Lack


Verdict = Allowed | Refused


def allowed(clause: Clause) -> Allowed:
    """Allowed by a clause in the edition that it was found in."""
    return Allowed(rule=clause.id, edition=clause.edition.name)


def refused(clause: Clause, lacks: Lack) -> Refused:
    """Refused by a clause."""
    return Refused(rule=clause.id, edition=clause.edition.name, lacks=lacks)


def no_rule() -> Refused:
    """Refused because silence refuses."""
    return Refused(rule="", edition="", lacks=Lack.RULE)
