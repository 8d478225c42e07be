"""Whose certificate it is: the parts of the subject as KZ authorities write them.

`serialNumber` is `IIN` and twelve digits, or `BIN` and twelve for an information system; `OU` is `BIN` and twelve; `G`
holds the patronymic, CN the surname and the given name. A number that is there and is not of that form refuses the
certificate; so does a wrong check digit, unless the profile is that of a test authority, whose numbers are invented.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from qorgan.eds.asn1 import Name
from qorgan.eds.refusal import Reason, RefusedError, demand

_COMMON_NAME: Final = "2.5.4.3"
_SURNAME: Final = "2.5.4.4"
_SERIAL: Final = "2.5.4.5"
_COUNTRY: Final = "2.5.4.6"
_ORGANISATION: Final = "2.5.4.10"
_UNIT: Final = "2.5.4.11"
_GIVEN: Final = "2.5.4.42"
_EMAIL: Final = "1.2.840.113549.1.9.1"
_numbered = re.compile(r"(IIN|BIN)([0-9]{12})")
_ONCE: Final = frozenset({_COMMON_NAME, _SURNAME, _SERIAL, _ORGANISATION, _GIVEN})
_FIRST_WEIGHTS: Final = (*range(1, 12),)
_SECOND_WEIGHTS: Final = (*range(3, 12), 1, 2)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The holder, as the certificate says. Personal data: never into logs."""

    common_name: str = ""
    surname: str = ""
    patronymic: str = ""
    iin: str = ""
    bin: str = ""
    organisation: str = ""
    country: str = ""
    email: str = ""


def has_check_digit(digits: str) -> bool:
    """Whether the last of the twelve digits of an IIN or a BIN is that which the first eleven ask for."""
    first: list[int] = [int(digit) for digit in digits[:11]]
    check: int = sum(w * d for w, d in zip(_FIRST_WEIGHTS, first, strict=True)) % 11
    if check == 10:  # noqa: PLR2004 - the rule's own number: then the second weights decide
        check = sum(w * d for w, d in zip(_SECOND_WEIGHTS, first, strict=True)) % 11
    return check == int(digits[11])


def read_subject(name: Name) -> Subject:
    """The parts of a subject. Raises RefusedError when one that must be single is repeated or is malformed."""
    parts: dict[str, list[str]] = {}
    for level in name:
        for part in level:
            parts.setdefault(part["type"].dotted, []).append(_text(part["value"].dump()))
    for kind in _ONCE & parts.keys():
        demand(len(parts[kind]) == 1, Reason.SUBJECT_WRONG, f"The subject has more than one {kind}")
    numbers = [_number(text) for text in parts.get(_SERIAL, []) if text.startswith(("IIN", "BIN"))]
    numbers += [_number(text) for text in parts.get(_UNIT, []) if text.startswith(("BIN", "IIN"))]
    found: dict[str, str] = {}
    for kind, digits in numbers:
        demand(found.setdefault(kind, digits) == digits, Reason.SUBJECT_WRONG, f"The subject has two {kind}s")
    return Subject(
        common_name=parts.get(_COMMON_NAME, [""])[0],
        surname=parts.get(_SURNAME, [""])[0],
        patronymic=parts.get(_GIVEN, [""])[0],
        iin=found.get("IIN", ""),
        bin=found.get("BIN", ""),
        organisation=parts.get(_ORGANISATION, [""])[0],
        country=parts.get(_COUNTRY, [""])[0],
        email=parts.get(_EMAIL, [""])[0],
    )


def check_numbers(subject: Subject) -> None:
    """Refuse numbers whose check digit is wrong."""
    for kind, digits in (("IIN", subject.iin), ("BIN", subject.bin)):
        demand(not digits or has_check_digit(digits), Reason.SUBJECT_WRONG, f"The check digit of the {kind} is wrong")


def _number(text: str) -> tuple[str, str]:
    """`IIN` or `BIN` and its digits."""
    matched = _numbered.fullmatch(text)
    if not matched:
        raise RefusedError(Reason.SUBJECT_WRONG, "A number of the subject is not IIN or BIN with twelve digits")
    return matched[1], matched[2]


def _text(value: bytes) -> str:
    """The text of a string type, told by its tag."""
    tag, content = value[0], value[2 if value[1] < 0x80 else 2 + (value[1] & 0x7F) :]  # noqa: PLR2004 - length forms
    if tag == 0x1E:  # noqa: PLR2004 - BMPString
        return content.decode("utf-16-be")
    return content.decode("utf-8")
