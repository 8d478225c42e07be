"""The business identification number (BIN): twelve digits, the last of which checks the others."""

from __future__ import annotations

from typing import Final

DIGITS: Final = 12
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_MODULUS: Final = 11
_LEGAL_ENTITIES: Final = "456"
_MONTHS: Final = range(1, 13)


def check_digit(eleven: str) -> int | None:
    """The digit that completes eleven others; None where neither set of weights gives one, so no such BIN exists."""
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        found = sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % _MODULUS
        if found < _MODULUS - 1:
            return found
    return None


def is_bin(text: str) -> bool:
    """Whether the text is a BIN: its check digit holds, its month exists, its fifth digit is of a legal entity.

    The fifth digit tells a BIN from a person's IIN, which has the day of birth there.
    """
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
        return False
    if int(text[2:4]) not in _MONTHS or text[4] not in _LEGAL_ENTITIES:
        return False
    return check_digit(text[:-1]) == int(text[-1])
