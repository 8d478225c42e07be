"""Which new passwords are taken. Length and unexpectedness count; kinds of characters and age do not."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from qorgan.gate.factor_rules import PasswordRules
from qorgan.gate.factors.password.hashing import prepared
from qorgan.kit.passwords import is_guessed_first


class Fault(StrEnum):
    """What is wrong with a new password. The pages have words for each."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    GUESSED_FIRST = "guessed-first"


def fault(password: str, rules: PasswordRules, telling: Iterable[str]) -> Fault | None:
    """The first fault of a new password; None when it is taken.

    `telling` is what guessers may know of its owner: name, number, phone. The institution's own words come beside it.
    """
    one = prepared(password)
    if len(one) < rules.shortest:
        return Fault.TOO_SHORT
    if len(one) > rules.longest:
        return Fault.TOO_LONG
    if is_guessed_first(one, [*rules.words, *telling]):
        return Fault.GUESSED_FIRST
    return None
