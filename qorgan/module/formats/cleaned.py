"""Values made what their field is: an address, a port, a moment, a grade, an action, whatever was written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.event import Outcome
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.gathered import Gathered
from qorgan.module.formats.moment import Times
from qorgan.module.formats.scale import outcome_of, severity_of
from qorgan.module.formats.verdict import action_of
from qorgan.wire.signal import Action

_MOST_CATEGORIES: Final = 12
_MOST_COUNT: Final = 2_147_483_647
_MOST_TIMES: Final = 8
LONGEST_CATEGORY: Final = 200
_PROTOCOLS: Final = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "ipv6-icmp"}
_PROTOCOL: Final = re.compile(r"[a-z][a-z0-9-]{1,15}")
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_FLAG: Final = re.compile(r"(?:blocked|prevented|quarantined)$", re.IGNORECASE)
_SUCCESS_FLAG: Final = re.compile(r"success\w*$", re.IGNORECASE)
_ERROR: Final = re.compile(r"error\w*$|resulttype$|failure_?reason$", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"[\d.]+|0x[0-9a-fA-F]+|[0-9a-f-]{32,36}|[0-9a-fA-F_{}-]{24,96}|true|false")
_DAY: Final = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}/\d{1,2}/\d{4}")
_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?")
_END_PORT: Final = re.compile(r"(?:[\d.]{7,15}|\[[\da-fA-F:.]{2,45}\]):(\d{1,5})\b")
_IN_BRACKETS: Final = re.compile(r"\(([\da-fA-F:.]{3,45})\)")
REQUEST_LINE: Final = re.compile(r"[A-Z]{3,10} (\S{1,4096})(?: HTTP/[\d.]{1,3})?\Z")
_SITE: Final = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_OFFSET: Final = re.compile(r"[+-]\d{2}:?\d{2}")


def address_in(found: Gathered, place: str) -> str:
    """The address of an end, or nothing."""
    return next((ip for value in found.values(place) if (ip := _first_address(value))), "")


def _first_address(value: str) -> str:
    # Lists of addresses, `address:port:interface` as some firewalls write an end, and `GUI(address)`.
    if found := address(value) or address(re.split(r"[;, ]", value, maxsplit=1)[0]) or address(value.partition(":")[0]):
        return found
    inside = _IN_BRACKETS.search(value)
    return address(inside[1]) if inside else ""


def port_in(found: Gathered, side: str) -> int | None:
    """The port of an end: `source` or `destination`."""
    for value in found.values(f"{side}_port"):
        if number := port(value.removesuffix(".0")):
            return number
    for value in found.values(f"{side}_address"):
        # `address:port`, as it stands where there is no name for the port alone.
        if match := _END_PORT.match(value):
            return port(match[1])
    return None


def protocol_in(found: Gathered) -> str:
    """The transport protocol by its name."""
    for value in found.values("protocol"):
        lowered = value.lower().strip().removesuffix(".0")
        if name := _PROTOCOLS.get(lowered):
            return name
        if match := _PROTOCOL.match(lowered):
            return match[0]
    return ""


def request_in(found: Gathered) -> tuple[str, str]:
    """Host and path of a requested URL."""
    host, path = host_alone(found.first("host")), ""
    for value in (*found.values("url"), *_sites(found)):
        if line := REQUEST_LINE.match(value):
            value = line[1]  # noqa: PLW2901 - what stands in a request's line is the URL
        scheme, whole, rest = value.partition("://")
        if whole and scheme.isalpha():
            authority, slash, rest = rest.partition("/")
            host, path = host_alone(authority.rpartition("@")[2]), slash + rest
            break
        if value.startswith("/") and not path:
            path = value
    if path and not host:
        host = next((v.lower() for n, v in found.named("machine") if n == "hostname" and "." in v), "")
    return ("" if address(host) else host), path


def _sites(found: Gathered) -> Iterable[str]:
    """What stands as a site where others name a file: of an object that was fetched."""
    return (value for value in found.values("file_name") if _SITE.match(value)) if found.has("file_name") else ()


def domain_in(found: Gathered) -> str:
    """A domain, lower-case."""
    return next((v.lower().rstrip(".") for v in found.values("domain") if "." in v and not address(v)), "")


def kind_in(found: Gathered) -> str:
    """The product's own kind of record; a word before a number."""
    return next((value for value in found.values("kind") if not _NO_NAME.fullmatch(value)), found.first("kind"))


def name_in(found: Gathered) -> str:
    """What was found, by its name: a number is none."""
    return next((value for value in found.values("rule_name") if not _NO_NAME.fullmatch(value)), "")


def categories_in(found: Gathered) -> Iterable[str]:
    """The product's own category words."""
    words = (value.lower() for value in found.values("category") if len(value) <= LONGEST_CATEGORY)
    return islice((word for word in parted(words) if not _NO_NAME.fullmatch(word)), _MOST_CATEGORIES)


def parted(categories: Iterable[str]) -> Iterable[str]:
    """Words that stand joined, one by one."""
    return (word for words in categories for word in words.split("; "))


def severity_in(found: Gathered) -> Severity:
    """The grade of the surest field that names one."""
    told = (severity_of(value, name) for name, value in found.named("severity"))
    return next((grade for grade in told if grade is not None), Severity.MEDIUM)


def action_in(found: Gathered) -> Action | None:
    """What the sensor did, or None where nothing says."""
    for name, value in found.named("action"):
        lowered = value.strip().lower()
        if _FLAG.search(name) and lowered in _TRUE | _FALSE:
            return Action.BLOCKED if lowered in _TRUE else Action.DETECTED
        if (told := action_of(value)) is not Action.UNKNOWN:
            return told
    return None


def outcome_in(found: Gathered) -> Outcome:
    """How it ended, by the record's own field for it."""
    for name, value in found.named("outcome"):
        lowered = value.strip().lower()
        if _SUCCESS_FLAG.search(name) and lowered in _FALSE:
            return Outcome.FAILURE
        if _ERROR.search(name):
            return Outcome.SUCCESS if lowered in {"0", "0x0", "success", "ok"} else Outcome.FAILURE
        if told := outcome_of(value):
            return told
    return Outcome.UNKNOWN


def count_of(word: str) -> int:
    """How often, at least once."""
    return min(int(word[:12]), _MOST_COUNT) if word.isascii() and word[:12].isdigit() and int(word[:12]) else 1


def time_in(found: Gathered, times: Times) -> datetime | None:
    """When it was: a day, a clock and a zone together, or the surest single field."""
    day, clock = found.first("date"), found.first("clock")
    if _DAY.fullmatch(day) and _CLOCK.fullmatch(clock):
        zone = next((value for value in found.values("zone") if _OFFSET.fullmatch(value)), "")
        if told := times.read(f"{day.replace('/', '-') if day[:4].isdigit() else day} {clock}{zone}"):
            return told
    return next((told for value in islice(found.values("time"), _MOST_TIMES) if (told := times.read(value))), None)
