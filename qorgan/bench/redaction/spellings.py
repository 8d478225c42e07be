"""The forms in which a number is written. Each is one that people, programs or protocols really use."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from typing import Final

_FULL_WIDTH: Final = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
_ARABIC: Final = {ord("0") + digit: 0x0660 + digit for digit in range(10)}
_EASTERN: Final = {ord("0") + digit: 0x06F0 + digit for digit in range(10)}

Form = Callable[[str, random.Random], str]


def _groups(digits: str, chance: random.Random) -> list[str]:
    """As people group so many digits: a card in fours, an IIN in threes or halves."""
    if digits.startswith("KZ"):
        width = 4
    elif len(digits) == 12:
        width = chance.choice((3, 4, 6))
    elif len(digits) == 15:
        return [digits[:4], digits[4:10], digits[10:]]
    elif len(digits) == 10:
        return [digits[:3], digits[3:6], digits[6:8], digits[8:]]
    else:
        width = 4
    return [digits[at : at + width] for at in range(0, len(digits), width)]


def _joined(by: str) -> Form:
    return lambda digits, chance: by.join(_groups(digits, chance))


def _sown(mark: str) -> Form:
    """With a mark that nobody sees somewhere within."""

    def write(digits: str, chance: random.Random) -> str:
        at = chance.randint(1, len(digits) - 1)
        return digits[:at] + mark + digits[at:]

    return write


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _token(digits: str, chance: random.Random) -> str:
    """A JSON Web Token with the number in its payload."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": digits, "exp": chance.randint(1_790_000_000, 1_799_999_999)})
    made = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*made, base64.urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("=")])


PLAIN: Final = "bare"

FORMS: Final[dict[str, Form]] = {
    PLAIN: lambda digits, _: digits,
    "spaced": _joined(" "),
    "dashed": _joined("-"),
    "no-break spaces": _joined("\u00a0"),
    "narrow no-break spaces": _joined("\u202f"),
    "thin spaces": _joined("\u2009"),
    "en dashes": _joined("\u2013"),
    "one by one": lambda digits, _: " ".join(digits),
    "pluses of a form": _joined("+"),
    "percent-encoded": lambda digits, _: _percent(digits),
    "percent-encoded twice": lambda digits, _: _percent(digits).replace("%", "%25"),
    "percent-encoded spaces": lambda digits, chance: "%20".join(_groups(digits, chance)),
    "percent-encoded no-break spaces": lambda digits, chance: "%C2%A0".join(_groups(digits, chance)),
    "%u0034 of old servers": lambda digits, _: "".join(f"%u{ord(digit):04x}" for digit in digits),
    "escapes of JSON": lambda digits, _: "".join(f"\\u{ord(digit):04x}" for digit in digits),
    "one escape of JSON within": lambda digits, _: f"{digits[:3]}\\u{ord(digits[3]):04x}{digits[4:]}",
    "spaces as escapes of JSON": lambda digits, chance: "\\u00a0".join(_groups(digits, chance)),
    "hexadecimal escapes": lambda digits, _: "".join(f"\\x{ord(digit):02x}" for digit in digits),
    "entities": lambda digits, _: "".join(f"&#{ord(digit)};" for digit in digits),
    "hexadecimal entities": lambda digits, _: "".join(f"&#x{ord(digit):x};" for digit in digits),
    "spaces as entities": lambda digits, chance: "&nbsp;".join(_groups(digits, chance)),
    "full-width digits": lambda digits, _: digits.translate(_FULL_WIDTH),
    "Arabic-Indic digits": lambda digits, _: digits.translate(_ARABIC),
    "eastern Arabic-Indic digits": lambda digits, _: digits.translate(_EASTERN),
    "zero-width space within": _sown("\u200b"),
    "zero-width joiner within": _sown("\u200d"),
    "byte order mark within": _sown("\ufeff"),
    "soft hyphen within": _sown("\u00ad"),
    "base64": lambda digits, _: f"data={_base64(digits)}",
    "base64 among words": lambda digits, _: f"data={_base64(f'client {digits} asked')}",
    "base64 of JSON": lambda digits, _: f"data={_base64(json.dumps({'id': digits, 'n': 1}))}",
    "base64, percent-encoded": lambda digits, _: f"data={_percent_marks(_base64(f'n={digits};'))}",
    "base64 of URLs, unpadded": lambda digits, _: (
        f"data={base64.urlsafe_b64encode(f'who?{digits}>~'.encode()).decode().rstrip('=')}"
    ),
    "base64 twice": lambda digits, _: f"data={_base64(_base64(f'id={digits}'))}",
    "Authorization: Basic": lambda digits, _: f"Authorization: Basic {_base64(f'{digits}:x1')}",
    "JSON Web Token": _token,
    "hexadecimal": lambda digits, _: f"data={digits.encode().hex()}",
    "hexadecimal with 0x": lambda digits, _: f"0x{digits.encode().hex().upper()}",
}
DOTTED: Final[Form] = _joined(".")
"""For card numbers alone: anything else with dots is an address or a version."""


def _percent_marks(text: str) -> str:
    return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def phone_as_written(national: str, chance: random.Random) -> str:
    """A phone with its country code, as people write it."""
    area, first, second, third = national[:3], national[3:6], national[6:8], national[8:]
    country = chance.choice(("+7", "8"))
    written = (
        f"{country}{national}",
        f"{country} {area} {first} {second} {third}",
        f"{country} ({area}) {first}-{second}-{third}",
        f"{country}({area}){first}{second}{third}",
        f"{country}-{area}-{first}-{second}{third}",
        f"{country}.{area}.{first}.{second}.{third}",
        f"{country}\u00a0{area}\u00a0{first}\u00a0{second}\u00a0{third}",
        f"%2B7{national}",
        f"+7%20{area}%20{first}%20{second}{third}",
    )
    return chance.choice(written)
