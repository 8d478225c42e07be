"""Check digits: what makes a run of digits an IIN, a BIN, a card number, an IBAN or a Kazakhstan phone."""

from __future__ import annotations

from datetime import date
from typing import Final

IIN_DIGITS: Final = 12
PAN_DIGITS: Final = range(13, 20)
PHONE_DIGITS: Final = 11

_WEIGHTS: Final = (tuple(range(1, 12)), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_CENTURIES: Final = {"0": 2000, "1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
"""By the seventh digit. 0 is given to residents without standard data; their date is read as of this century."""
_LUHN_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# First digits of the card schemes met in Kazakhstan, as (from, to, lengths): ISO/IEC 7812 issuer ranges.
_SCHEMES: Final = (
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("2221", "2720", (16,)),  # Mastercard
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("30", "30", (14, 15, 16, 17, 18, 19)),  # Diners Club
    ("36", "36", (14, 15, 16, 17, 18, 19)),
    ("38", "39", (14, 15, 16, 17, 18, 19)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("4", "4", (13, 16, 18, 19)),  # Visa
    ("50", "50", tuple(range(13, 20))),  # Maestro
    ("51", "55", (16,)),  # Mastercard
    ("56", "58", tuple(range(13, 20))),  # Maestro
    ("60", "69", tuple(range(13, 20))),  # Maestro, UnionPay, Discover
    ("8600", "8600", (16,)),  # Uzcard
    ("9051", "9051", (16,)),  # Elcart
    ("9112", "9112", (16,)),  # ArCa and regional
    ("9860", "9860", (16,)),  # Humo
)

_BY_FIRST_DIGIT: Final = {
    digit: tuple(scheme for scheme in _SCHEMES if scheme[0][0] <= digit <= scheme[1][0]) for digit in "2345689"
}

_iban_entries = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NL18 NO15 OM23 PK24 PL28 "
    "PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 "
    "VG24 XK20"
)
_IBAN_LENGTHS: Final = {entry[:2]: int(entry[2:]) for entry in _iban_entries.split()}


def has_check_digit(digits: str) -> bool:
    """Whether twelve digits end in the check digit that IIN and BIN share (both weightings)."""
    values = [int(digit) for digit in digits]
    for weights in _WEIGHTS:
        remainder = sum(value * weight for value, weight in zip(values, weights, strict=False)) % 11
        if remainder < 10:  # noqa: PLR2004 (10 is no digit: the second weighting decides)
            return remainder == values[11]
    return False


def is_iin(digits: str) -> bool:
    """Whether twelve digits are a person's number: a date of birth, a century and the check digit."""
    century = _CENTURIES.get(digits[6])
    if century is None or not "0" <= digits[4] <= "3":
        return False
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return has_check_digit(digits)


def is_bin(digits: str) -> bool:
    """Whether twelve digits are a legal entity's number: a month, its kind (4-6), its part (0-3), the check digit."""
    return "4" <= digits[4] <= "6" and digits[5] <= "3" and "01" <= digits[2:4] <= "12" and has_check_digit(digits)


def is_pan(digits: str) -> bool:
    """Whether 13 to 19 digits are a card number: the range and length of a scheme, and Luhn's check digit."""
    length = len(digits)
    for first, last, lengths in _BY_FIRST_DIGIT.get(digits[0], ()):
        if first <= digits[: len(first)] <= last:
            return length in lengths and passes_luhn(digits)
    return False


def passes_luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1)."""
    plain = sum(map(int, digits[-1::-2]))
    doubled = sum(_LUHN_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return (plain + doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether upper-case letters and digits without separators are an IBAN: its country's length, and mod 97."""
    if _IBAN_LENGTHS.get(text[:2]) != len(text):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def iban_length(country: str) -> int:
    """How long an IBAN of a country (two upper-case letters) is; 0 for a country that has none."""
    return _IBAN_LENGTHS.get(country, 0)


def is_phone(digits: str) -> bool:
    """Whether eleven digits are a Kazakhstan number with country code or trunk prefix: 7 7xx… or 8 7xx…

    Area codes are not told apart: numbers are ported and codes are added, and a miss would leak.
    """
    return len(digits) == PHONE_DIGITS and digits[0] in "78" and digits[1] == "7"
