"""Makes secrets that belong to nobody, in every spelling that people and machines write them in."""

from __future__ import annotations

from hypothesis import strategies as st

from qorgan.personal.numbers import has_check_digit, passes_luhn

DIGITS = "0123456789"
BESIDE = st.text(alphabet="abcxyzабвәғқ ,;:()<>!?", max_size=12)
"""What may stand around a secret: no digits of its own, for they would be part of the number."""


SCHEMES = [
    *(("4", 16), ("4", 13), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("62", 16)),
    *(("62", 19), ("3528", 16), ("36", 14), ("2200", 16), ("67", 18), ("9860", 16), ("8600", 16)),
]


def _with_check(prefix: str, check) -> str | None:
    return next((prefix + digit for digit in DIGITS if check(prefix + digit)), None)


@st.composite
def iins(draw: st.DrawFn) -> str:
    born = draw(st.dates())
    century = {18: "12", 19: "34", 20: "56"}
    prefix = f"{born.year % 100:02d}{born.month:02d}{born.day:02d}"
    sign = draw(st.sampled_from(century.get(born.year // 100, "34")))
    if prefix.endswith("0229") and born.year // 100 not in century:
        prefix = "960229"
    while True:
        made = _with_check(prefix + sign + draw(st.text(DIGITS, min_size=4, max_size=4)), has_check_digit)
        if made:
            return made


@st.composite
def bins(draw: st.DrawFn) -> str:
    prefix = f"{draw(st.integers(0, 99)):02d}{draw(st.integers(1, 12)):02d}" + draw(st.sampled_from("456"))
    while True:
        serial = draw(st.text(DIGITS, min_size=5, max_size=5))
        made = _with_check(prefix + draw(st.sampled_from("0123")) + serial, has_check_digit)
        if made:
            return made


@st.composite
def pans(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from(SCHEMES))
    body = prefix + draw(st.text(DIGITS, min_size=length - 1 - len(prefix), max_size=length - 1 - len(prefix)))
    made = _with_check(body, passes_luhn)
    assert made
    return made


@st.composite
def ibans(draw: st.DrawFn) -> str:
    account = draw(st.text(DIGITS + "ABCDEFGHKLMNPRSTUVWXYZ", min_size=13, max_size=13))
    body = draw(st.text(DIGITS, min_size=3, max_size=3)) + account
    number = int("".join(str(int(letter, 36)) for letter in body + "KZ00"))
    return f"KZ{98 - number % 97:02d}{body}"


@st.composite
def phones(draw: st.DrawFn) -> str:
    """National digits of a phone, ten of them."""
    return "7" + draw(st.text(DIGITS, min_size=9, max_size=9))


def _grouped(digits: str, widths: list[int], between: str) -> str:
    groups, at = [], 0
    for width in widths:
        groups.append(digits[at : at + width])
        at += width
    return between.join([*groups, digits[at:]] if at < len(digits) else groups)


def spelled_iin(draw: st.DrawFn, digits: str) -> str:
    widths = draw(st.sampled_from([[], [6], [6, 6], [3, 3, 3, 3], [4, 4, 4], [1] * 12]))
    return _grouped(digits, widths, draw(st.sampled_from(" -\u00a0"))) if widths else digits


def spelled_pan(draw: st.DrawFn, digits: str) -> str:
    widths = draw(st.sampled_from([[], [4, 4, 4], [4, 6], [1] * len(digits)]))
    between = draw(st.sampled_from(" -\u00a0" + ("." if widths == [4, 4, 4] else "")))
    return _grouped(digits, widths, between) if widths else digits


def spelled_iban(draw: st.DrawFn, iban: str) -> str:
    written = _grouped(iban, [4, 4, 4, 4], draw(st.sampled_from(["", " ", "-"])))
    return written.lower() if draw(st.booleans()) else written


def spelled_phone(draw: st.DrawFn, national: str) -> str:
    area, first, second, third = national[:3], national[3:6], national[6:8], national[8:]
    country = draw(st.sampled_from(["+7", "8", "7"]))
    return draw(
        st.sampled_from(
            [
                f"{country}{national}",
                f"{country} {area} {first} {second} {third}",
                f"{country} ({area}) {first}-{second}-{third}",
                f"{country}({area}){first}{second}{third}",
                f"{country}-{area}-{first}-{second}{third}",
                f"{country} {area} {first}-{second}-{third}",
                f"{country}.{area}.{first}.{second}.{third}",
                f"({area}) {first}-{second}-{third}",
            ]
        )
    )


def encoded(draw: st.DrawFn, text: str) -> str:
    """The text as it is, percent-encoded once or twice, or in JSON escapes."""
    percent = "".join(f"%{byte:02X}" for byte in text.encode())
    return draw(
        st.sampled_from(
            [text, text, percent, percent.replace("%", "%25"), "".join(f"\\u{ord(letter):04x}" for letter in text)]
        )
    )
