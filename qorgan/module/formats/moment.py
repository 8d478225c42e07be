"""Times as security products write them: with and without zone, year, or even words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

DEFAULT_ZONE: Final = "Asia/Almaty"

_AHEAD: Final = timedelta(days=1)
"""How far a sender's clock may run ahead before a time without a year is taken for last year's."""

_LONGEST: Final = 64
_EARLIEST: Final = 1970
_LATEST: Final = 2200

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}

_ZONE_HOURS: Final = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "almt": 5, "qyzt": 5,
    "aqtt": 5, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Zones by the short names that Java and syslog daemons print. Kazakhstan is one zone since March 2024."""

_CLOCK: Final = r"(?P<clock>\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)"
_ZONE: Final = r"(?P<zone>[A-Za-z]{1,5}|(?:UTC|GMT)?[+-]\d{2}:?\d{2})"
_MONTH: Final = r"(?P<month>[A-Za-z]{3})[a-z]{0,6}"
_WEEKDAY: Final = r"(?:[A-Za-z]{3},? +)?"
_YEAR: Final = r"(?P<year>\d{4})"
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        # Jan 18 11:07:53 · Jan 18 2021 11:07:53.520 UTC · Mon Aug 10 09:26:47 2020 · Fri Sep 08 19:31:02 CDT 2017
        rf"{_WEEKDAY}{_MONTH} +(?P<day>\d{{1,2}})(?: +{_YEAR})?,? +{_CLOCK}(?: +{_ZONE})?(?: +(?P<late_year>\d{{4}}))?",
        # 12/Dec/2017:15:44:10 +0000 · 28/Jul/2017 09:34:02 · Mon, 09 May 2022 09:41:59 GMT
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})[/ -]{_MONTH}[/ -]{_YEAR}[: ]{_CLOCK}(?: *{_ZONE})?",
        # 2021/11/18 08:34:27 and, as Suricata's fast.log has it, 07/11/2022-10:29:01.860293
        rf"{_YEAR}/(?P<number>\d{{1,2}})/(?P<day>\d{{1,2}})[ T-]{_CLOCK}(?: *{_ZONE})?",
        rf"(?P<number>\d{{1,2}})/(?P<day>\d{{1,2}})/{_YEAR}[ T-]{_CLOCK}(?: *{_ZONE})?",
    )
)
_EPOCH: Final = re.compile(r"(\d{9,20})(?:\.(\d{1,9}))?")


class Times(Struct, frozen=True):
    """Reads times for one source."""

    zone: tzinfo
    """Zone of times that are written without one."""
    clock: Callable[[], float] = time.time
    """Seconds since 1970, now: tells the year where a time has none."""

    def read_iso(self, text: str) -> datetime | None:
        """The same as `read`, quickly where the text is the usual: ISO 8601 with a zone."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return self.read(text)
        return found if found.tzinfo and _EARLIEST < found.year < _LATEST else self.read(text)

    def read(self, text: str, zone: tzinfo | None = None) -> datetime | None:
        """The moment that a text names, with zone, or None when it names none. Never raises."""
        text = text.strip()
        if not text or len(text) > _LONGEST:
            return None
        try:
            return self._plausible(_iso(text) or _epoch(text) or self._worded(text), zone or self.zone)
        except (ValueError, OverflowError, OSError):
            return None

    def _plausible(self, found: datetime | None, zone: tzinfo) -> datetime | None:
        # Far ends of the calendar overflow when they are moved to another zone, and no sensor means them.
        if found is None or not _EARLIEST <= found.year <= _LATEST:
            return None
        return found if found.tzinfo else found.replace(tzinfo=zone)

    def _worded(self, text: str) -> datetime | None:
        for shape in _SHAPES:
            if found := shape.fullmatch(text):
                return self._assemble(found.groupdict())
        return None

    def _assemble(self, parts: dict[str, str | None]) -> datetime | None:
        month = int(parts.get("number") or 0) or _MONTHS.get((parts.get("month") or "").lower(), 0)
        hour, minute, second = (parts["clock"] or "").replace(",", ".").split(":")
        whole, _, fraction = second.partition(".")
        offset = _offset(parts["zone"])
        day = (month, int(parts["day"] or 0))
        rest = (int(hour), int(minute), min(int(whole), 59), int(fraction[:6].ljust(6, "0")))
        year = parts.get("year") or parts.get("late_year")
        if year:
            return datetime(int(year), *day, *rest, tzinfo=offset)
        return self._latest_past(day, rest, offset)

    def _latest_past(
        self, day: tuple[int, int], rest: tuple[int, int, int, int], offset: tzinfo | None
    ) -> datetime | None:
        now = datetime.fromtimestamp(self.clock(), UTC)
        # Nine years back reach a 29 February across a century year.
        for year in range(now.year + 1, now.year - 9, -1):
            try:
                found = datetime(year, *day, *rest, tzinfo=offset or self.zone)
            except ValueError:
                continue
            if found <= now + _AHEAD:
                return found
        return None


def times_in(zone: str, clock: Callable[[], float] = time.time) -> Times:
    """Times of a zone by its IANA name. Raises `ZoneInfoNotFoundError` for a name nobody knows."""
    return Times(ZoneInfo(zone), clock)


def _iso(text: str) -> datetime | None:
    if not text[:4].isdigit() or text[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # Some relays put a Z behind a zone that stands there already.
        return datetime.fromisoformat(text[:-1]) if text.endswith("Z") else None


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    if found is None:
        return None
    digits = found[1]
    # Ten digits are seconds until the year 2286; every three more are the next smaller unit.
    unit = 10 ** (3 * max(0, -(-(len(digits) - 10) // 3)))
    seconds, rest = divmod(int(digits), unit)
    micros = rest * 1_000_000 // unit if unit > 1 else int((found[2] or "0")[:6].ljust(6, "0"))
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)


@lru_cache(maxsize=512)
def _offset(name: str | None) -> tzinfo | None:
    if not name:
        return None
    if name.lower() in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[name.lower()]))
    digits = name[-6:].replace(":", "")[-5:]
    if digits[0] not in "+-":
        return None
    sign = -1 if digits[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(digits[1:3]), minutes=int(digits[3:])))
