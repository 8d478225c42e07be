"""What cannot be as it is written: times out of order, malformed identifiers, a seventh category without its hour.

Pure. What depends on the moment stands in `untimely`, which is given it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from uuid import UUID

from qorgan.cards.content import Card, Indicator
from qorgan.cards.lack import Lack
from qorgan.cards.wording import worded as _
from qorgan.cards.words import IndicatorType
from qorgan.law.incidents import IncidentCategory
from qorgan.personal.numbers import IIN_DIGITS, is_bin
from qorgan.wire.signal import HASH_DIGITS, MAX_SEQUENCE

CLAUSE: Final = "R67.12"
SKEW: Final = timedelta(minutes=5)
"""By how much the clock of whoever writes may be ahead of the hub's."""

_TECHNIQUE: Final = re.compile(r"T\d{4}(\.\d{3})?", re.ASCII)
_CVE: Final = re.compile(r"CVE-(19|20)\d{2}-\d{4,19}", re.ASCII)
_HASH: Final = re.compile("[0-9a-fA-F]+")
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}|hxxps?)(?:\[?:\]?//)\S+", re.IGNORECASE)
_SPACED: Final = re.compile(r"\s")
_HASH_LENGTHS: Final = frozenset(HASH_DIGITS.values())


def contradictions(card: Card) -> Iterator[Lack]:
    """What contradicts itself or cannot be, in the order of the form."""
    yield from _times(card)
    yield from _outage(card)
    yield from _identifiers(card)


def untimely(card: Card, now: datetime) -> Iterator[Lack]:
    """What cannot be so at this moment: things that lie ahead, an hour that has not passed."""
    latest = now + SKEW
    ahead = _("This lies in the future. Mend the time.")
    for name in ("found_at", "started_at", "outage_start", "outage_end"):
        at = getattr(card, name)
        if at is not None and at > latest:
            yield Lack(name, ahead, CLAUSE)
    if card.told is not None and card.told.called_at is not None and card.told.called_at > latest:
        yield Lack("told", ahead, "R48I.3-fallback")
    if any(one.at is not None and one.at > latest for one in card.informed):
        yield Lack("informed", ahead, CLAUSE)
    is_open = card.category is IncidentCategory.OUTAGE and card.outage_end is None
    if is_open and card.outage_start is not None and not IncidentCategory.OUTAGE.admits(latest - card.outage_start):
        yield Lack("outage_over_hour", _HOUR_NOT_PASSED, CLAUSE)


_HOUR_NOT_PASSED = _("An hour of standing still has not passed yet. Until then another category fits, if any.")


def outage_of(card: Card) -> timedelta | None:
    """How long systems stood still; while they still do, until the incident was found. None where it is not said."""
    until = card.outage_end or card.found_at
    if card.outage_start is None or until is None:
        return None
    return until - card.outage_start


def admits_outage(card: Card) -> bool:
    """Whether the seventh category is borne out: an outage of over an hour, by its times.

    Only for one without an end, its author may say so instead; `untimely` then holds it against the clock.
    """
    lasted = outage_of(card)
    if lasted is not None and IncidentCategory.OUTAGE.admits(lasted):
        return True
    return card.outage_start is not None and card.outage_end is None and card.outage_over_hour is True


def _times(card: Card) -> Iterator[Lack]:
    if card.started_at and card.found_at and card.started_at > card.found_at:
        yield Lack("started_at", _("It cannot have begun after it was found."), CLAUSE)
    if card.outage_end is not None and card.outage_start is None:
        yield Lack("outage_start", _("Say since when the systems stood still."), CLAUSE)
    if card.outage_start and card.outage_end and card.outage_end < card.outage_start:
        yield Lack("outage_end", _("Systems cannot work again before they stood still."), CLAUSE)


def _outage(card: Card) -> Iterator[Lack]:
    if card.category is not IncidentCategory.OUTAGE or admits_outage(card):
        return
    if card.outage_start is None:
        yield Lack(
            "outage_start", _("The seventh category needs an outage: say since when systems stood still."), CLAUSE
        )
    elif card.outage_end is None:
        yield Lack(
            "outage_over_hour",
            _("The seventh category needs an outage of over an hour: say whether it has lasted as long."),
            CLAUSE,
        )
    else:
        yield Lack(
            "outage_end", _("The seventh category needs an outage of over one hour; this one was shorter."), CLAUSE
        )


def _identifiers(card: Card) -> Iterator[Lack]:
    if card.third_party is not None and card.third_party.bin and not _is_bin(card.third_party.bin):
        yield Lack("third_party", _("This BIN cannot exist: its digits do not agree. Check it."), CLAUSE)
    for number, one in enumerate(card.indicators, start=1):
        if not is_indicator(one):
            wrong = _("Indicator %(number)s is not what its type says.")
            yield Lack("indicators", str(wrong) % {"number": number}, CLAUSE)
    for field, values, holds, wrong in (
        ("signals", card.signals, lambda text: reference_of(text) is not None, _NO_SIGNAL),
        ("techniques", card.techniques, is_technique, _NO_TECHNIQUE),
        ("cves", card.cves, is_cve, _NO_CVE),
        ("malware", card.malware.hashes if card.malware else (), is_hash, _NO_HASH),
    ):
        for value in values:
            if not holds(value):
                yield Lack(field, str(wrong) % {"value": value}, CLAUSE)


_NO_SIGNAL = _("“%(value)s” is no reference of a signal.")
_NO_TECHNIQUE = _("“%(value)s” is no technique of ATT&CK, such as T1566.002.")
_NO_CVE = _("“%(value)s” is no vulnerability's number, such as CVE-2026-12345.")
_NO_HASH = _("“%(value)s” is no digest of a file.")


def is_technique(text: str) -> bool:
    """Whether a text is spelt as MITRE ATT&CK spells techniques and sub-techniques."""
    return _TECHNIQUE.fullmatch(text) is not None


def is_cve(text: str) -> bool:
    """Whether a text is spelt as CVE numbers are."""
    return _CVE.fullmatch(text) is not None


def reference_of(text: str) -> tuple[UUID, int] | None:
    """The module and the sequence number of a signal's reference; None where it is none."""
    module, _slash, sequence = text.partition("/")
    try:
        found = UUID(module), int(sequence)
    except ValueError:
        return None
    return found if sequence.isascii() and sequence.isdigit() and 0 < found[1] <= MAX_SEQUENCE else None


def is_hash(text: str) -> bool:
    """Whether a text is an MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits."""
    return len(text) in _HASH_LENGTHS and _HASH.fullmatch(text) is not None


def is_indicator(indicator: Indicator) -> bool:
    """Whether an indicator's value is what its type says; dots and colons may be in brackets, so that none is live."""
    value = indicator.value.strip()
    if indicator.type is None or not value:
        return False
    check = _CHECKS.get(indicator.type)
    return check is None or check(value.replace("[.]", ".").replace("[:]", ":"))


def _is_bin(text: str) -> bool:
    return len(text) == IIN_DIGITS and text.isascii() and text.isdigit() and is_bin(text)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_domain(text: str) -> bool:
    return "." in text.strip(".") and not _SPACED.search(text) and not set("/@:?#") & set(text)


def _is_email(text: str) -> bool:
    name, _at, domain = text.partition("@")
    return bool(name) and _is_domain(domain)


_CHECKS: Final[dict[IndicatorType, Callable[[str], bool]]] = {
    IndicatorType.ADDRESS: _is_address,
    IndicatorType.DOMAIN: _is_domain,
    IndicatorType.URL: lambda text: _URL.fullmatch(text) is not None,
    IndicatorType.HASH: is_hash,
    IndicatorType.EMAIL: _is_email,
}
