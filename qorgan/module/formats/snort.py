"""Snort's and Suricata's alerts as text: fast alerts on one line, full alerts on several, with or without syslog."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Ignored, Outcome, Unreadable
from qorgan.module.formats.address import address, port
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.moment import Times
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.text.fill import end_of
from qorgan.module.formats.tidy import as_text, tidied
from qorgan.wire.signal import Action

_LOOKED_AT: Final = 8_192
_ID: Final = re.compile(r"\[(\d{1,9}):(\d{1,10}):(\d{1,6})\]\s{0,4}")
_CLASS: Final = re.compile(r"\[Class(?:ification|type)?: ?([^\]]{0,256})\]", re.IGNORECASE)
_PRIORITY: Final = re.compile(r"\[Priority: ?(\d{1,3})\]")
_PROTOCOL: Final = re.compile(r"\{([\w-]{1,32})\}")
_ACTION: Final = re.compile(r"\[(?:wDrop|Drop|drop|DROP|would_drop|Block|block)\]|\b(?:Drop|Block)\b(?=: \[)")
_TIME: Final = re.compile(r"(?:(\d{4})[/-])?(\d{2})[/-](\d{2})(?:[/-](\d{2,4}))?[-T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?")
_ARROW: Final = re.compile(r"(?<=[\w\]]) {1,4}-> {1,4}(?=[\w\[:])")
_LONGEST_END: Final = 64
_MOST_ARROWS: Final = 8
_GROUPS: Final = 8
"""Groups of an IPv6 address that is written in full; what follows another colon is the port."""
_FULL_PROTOCOL: Final = re.compile(r"\b(TCP|UDP|ICMP|PROTO:?\d{1,3}) TTL:")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CENTURY: Final = 99
_GRADES: Final = {0: Severity.MEDIUM, 1: Severity.HIGH, 2: Severity.MEDIUM, 3: Severity.LOW}
"""By the rule's priority; 0 stands where neither the rule nor its class has one."""


class Snort:
    """Reads Snort alerts of one source."""

    name = "snort"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether a rule's three numbers stand in brackets, and what stands around them in an alert."""
        start = record[:_LOOKED_AT]
        if not (b"[**]" in start or b"Priority: " in start or b"} " in start) or b"[" not in start:
            return False
        text = start.decode("utf-8", "replace")
        found = _ID.search(text)
        return found is not None and bool(_ends(text[found.end() :]) or _PRIORITY.search(text, found.end()))

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        text = record[:_LOOKED_AT].decode("utf-8", "replace")
        found = _ID.search(text)
        if found is None:
            raise Unreadable("no rule's number in it")
        stripped = strip_header(record[:_LOOKED_AT])
        rest = text[found.end() :]
        ends = _ends(rest)
        classed = _CLASS.search(rest)
        graded = _PRIORITY.search(rest)
        protocol = _PROTOCOL.search(rest) or _FULL_PROTOCOL.search(rest)
        dropped = _ACTION.search(text[: found.start() + 1]) is not None
        return tidied(
            Event(
                format=self.name,
                vendor="OISF" if "suricata" in stripped.app.lower() else "Snort",
                product="Suricata" if "suricata" in stripped.app.lower() else "Snort",
                record=as_text(record),
                time=self._time(text[: found.start()], stripped.time),
                activity=Activity.FINDING,
                outcome=Outcome.FAILURE if dropped else Outcome.UNKNOWN,
                kind="alert",
                rule_id=f"{found[1]}:{found[2]}:{found[3]}",
                rule_name=_name(rest),
                category=classed[1].lower() if classed else "",
                severity=_GRADES.get(int(graded[1]), Severity.INFORMATIONAL) if graded else Severity.MEDIUM,
                action=Action.BLOCKED if dropped else Action.DETECTED,
                source_address=ends[0][0] if ends else "",
                source_port=ends[0][1] if ends else None,
                destination_address=ends[1][0] if ends else "",
                destination_port=ends[1][1] if ends else None,
                protocol=protocol[1].lower() if protocol else "",
                machine=stripped.host,
                message=_name(rest),
            )
        )

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _time(self, before: str, header: str) -> datetime | None:
        found = _TIME.search(before)
        if found is None:
            return self._times.read(header) if header else None
        early, month, day, late, clock, fraction = found.groups()
        year = early or (late if not late or int(late) > _CENTURY else f"20{late}")
        if year:
            return self._times.read(f"{year}-{month}-{day}T{clock}{(fraction or '')[:7]}")
        name = _MONTHS[int(month) - 1] if 0 < int(month) <= len(_MONTHS) else ""
        return self._times.read(f"{name} {day} {clock}{(fraction or '')[:7]}")


def _ends(rest: str) -> tuple[tuple[str, int | None], tuple[str, int | None]] | None:
    """Both ends of the arrow between two addresses, or None."""
    for arrow in islice(_ARROW.finditer(rest), _MOST_ARROWS):
        before = rest[max(0, arrow.start() - _LONGEST_END) : arrow.start()].split()
        after = rest[arrow.end() : arrow.end() + _LONGEST_END].split()
        first, second = _end(before[-1] if before else ""), _end(after[0] if after else "")
        if first[0] and second[0]:
            return first, second
    return None


def _end(text: str) -> tuple[str, int | None]:
    text = text.strip(",;")
    groups = text.split(":")
    if len(groups) == _GROUPS + 1 and "" not in groups:
        return address(":".join(groups[:_GROUPS])), port(groups[_GROUPS])
    return end_of(text)[:2]


def _name(rest: str) -> str:
    """The rule's message: up to the brackets, braces or the end of the line that close it."""
    line = rest.split("\n", 1)[0]
    for mark in (" [**]", " [Classification:", " [Class", " [Priority:", " {", "[**]"):
        line = line.partition(mark)[0]
    return line.strip().strip('"').strip()
