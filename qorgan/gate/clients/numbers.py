"""Numbers that identify, read as people type them, and refused when they are none."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.kit.refusal import Refusal
from qorgan.personal.numbers import IIN_DIGITS, is_bin, is_iin

_MOBILE: Final = re.compile(r"(?:\+?7|8)(7\d{9})", re.ASCII)
_NOISE: Final = re.compile(r"[\s()\-.]")
_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{2,63}", re.ASCII)


def read_iin(text: str) -> tuple[str, bool]:
    """The twelve digits, and whether they are a test's. Raises Refusal `iin-malformed`.

    Test certificates carry numbers whose check digit is wrong: taken only where `registration.test_numbers` says so.
    """
    digits = _NOISE.sub("", text)
    if _is_twelve(digits):
        if is_iin(digits):
            return digits, False
        if settings.CONFIG.registration.test_numbers:
            return digits, True
    raise _refused("iin-malformed", _("This is not an IIN: check its twelve digits."), "iin")


def read_bin(text: str) -> str:
    """The twelve digits of a legal entity; empty for none. Raises Refusal `bin-malformed`."""
    digits = _NOISE.sub("", text)
    if not digits:
        return ""
    if _is_twelve(digits) and (is_bin(digits) or settings.CONFIG.registration.test_numbers):
        return digits
    raise _refused("bin-malformed", _("This is not a BIN: check its twelve digits."), "bin")


def read_phone(text: str) -> str:
    """A mobile number of Kazakhstan as +77…. Raises Refusal `phone-malformed`."""
    found = phone_or_nothing(text)
    if not found:
        raise _refused("phone-malformed", _("This is not a mobile number of Kazakhstan."), "phone")
    return found


def phone_or_nothing(text: str) -> str:
    """A mobile number as +77…, or empty."""
    found = _MOBILE.fullmatch(_NOISE.sub("", text))
    return f"+7{found[1]}" if found else ""


def iin_or_nothing(text: str) -> str:
    """Twelve digits that may be an IIN, or empty. Whether they are one is asked at registration."""
    digits = _NOISE.sub("", text)
    return digits if _is_twelve(digits) else ""


def read_login(text: str) -> str:
    """An employee's login. Raises Refusal `login-malformed`."""
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login):
        words = _("A login begins with a Latin letter and has 3 to 64 letters, digits, dots, dashes or underscores.")
        raise _refused("login-malformed", words, "login")
    return login


def masked(phone: str) -> str:
    """Enough of a number for its owner to know it, and for nobody to call it."""
    return f"{phone[:5]}…{phone[-2:]}" if phone else ""


def _is_twelve(digits: str) -> bool:
    return len(digits) == IIN_DIGITS and digits.isascii() and digits.isdigit()


def _refused(code: str, words: object, field: str) -> Refusal:
    return Refusal(code, words, status=HTTPStatus.UNPROCESSABLE_ENTITY, field=field)
