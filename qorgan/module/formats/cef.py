"""CEF records of any vendor, in any syslog header or none, by the keys of ArcSight's dictionary.

Intrusion prevention (R67.8.1), web application firewalls (R67.8.2) and endpoint products (R67.8.3) write it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Ignored
from qorgan.module.formats.about import about
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.cef_text import CefText, looks_like_cef, take_apart
from qorgan.module.formats.gathered import Gathered
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import counts_of, filled
from qorgan.module.formats.scale import outcome_of
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.tidy import as_text, techniques_in, tidied
from qorgan.module.formats.verdict import action_of, severity_of_word

_SOURCE: Final = ("src", "sourceAddress", "c6a2", "sourceTranslatedAddress")
_DESTINATION: Final = ("dst", "destinationAddress", "c6a3", "destinationTranslatedAddress")
_SOURCE_PORT: Final = ("spt", "sourcePort")
_DESTINATION_PORT: Final = ("dpt", "destinationPort")
_TIMES: Final = ("rt", "deviceReceiptTime", "end", "endTime", "start", "startTime", "art", "mrt")
_MACHINES: Final = ("dhost", "destinationHostName", "shost", "sourceHostName", "dvchost", "deviceHostName")
_USERS: Final = ("suser", "sourceUserName", "duser", "destinationUserName")
_FILES: Final = ("fname", "fileName", "filePath", "oldFileName")
_HASH_KEY: Final = re.compile(r"^(?:old)?file_?hash|md5|sha-?\d", re.IGNORECASE)
_MITRE_KEY: Final = re.compile(r"mitre|att&?ck|techni", re.IGNORECASE)
_HOST_HEADER: Final = re.compile(r"(?:^|[\r\n:~])Host: ?([^\s:~]{1,255})", re.IGNORECASE)
_MAIL_CATEGORY: Final = re.compile(r"mail|phish|spam", re.IGNORECASE)

_GRADES: Final = (Severity.INFORMATIONAL, *(Severity.LOW,) * 3, *(Severity.MEDIUM,) * 3, *(Severity.HIGH,) * 2)
"""By CEF's numbers from 0; what is above is critical."""
_HIGHEST: Final = 10
_MOST: Final = 2_147_483_647


class Cef:
    """Reads CEF records of one source."""

    name = "cef"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether a CEF header begins somewhere."""
        return b"|" in record and looks_like_cef(as_text(record))

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        text = as_text(record)
        found = take_apart(text)
        pairs = found.pairs
        event = self._event(text, found, record)
        ended = _first(pairs, ("outcome", "categoryOutcome", "eventOutcome"))
        if counted := counts_of(Gathered(event.more, {}), f"{event.rule_name} . {event.message}", event.more):
            event = replace(event, more=event.more | counted)
        return about(filled(event, event.more), outcome_of(ended), method=_first(pairs, ("requestMethod",)))

    def _event(self, text: str, found: CefText, record: bytes) -> Event:
        """What ArcSight's own keys say."""
        pairs, named = found.pairs, _named(found)
        host, path = _request(pairs)
        return tidied(
            Event(
                format=Cef.name,
                vendor=found.vendor or "unknown",
                product=found.product or "unknown",
                record=text,
                time=self._time(pairs, record),
                kind=found.class_id.lower(),
                rule_id=found.class_id,
                rule_name=found.name,
                category=_first(pairs, ("cat", "deviceEventCategory")).lower(),
                severity=_severity(found.severity),
                action=action_of(_first(pairs, ("act", "deviceAction", "outcome"))),
                source_address=_address(pairs, _SOURCE),
                source_port=port(_first(pairs, _SOURCE_PORT)),
                destination_address=_address(pairs, _DESTINATION),
                destination_port=port(_first(pairs, _DESTINATION_PORT)),
                protocol=_first(pairs, ("proto", "transportProtocol")).lower(),
                application=_first(pairs, ("app", "applicationProtocol")).lower(),
                host=host,
                path=path,
                domain=_first(pairs, ("destinationDnsDomain", "sourceDnsDomain")).lower(),
                hashes=hashes_in(value for key, value in named.items() if _HASH_KEY.search(key)),
                file_name=_first(pairs, _FILES),
                mail_sender=_mail_sender(found),
                mail_subject=next((value for key, value in named.items() if "subject" in key.lower()), ""),
                user=_first(pairs, _USERS),
                machine=_first(pairs, _MACHINES),
                message=_first(pairs, ("msg", "message", "reason")),
                techniques=techniques_in(
                    found.name, *(value for key, value in named.items() if _MITRE_KEY.search(key))
                ),
                count=_count(_first(pairs, ("cnt", "baseEventCount"))),
                more={key: value for key, value in named.items() if value},
            )
        )

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _time(self, pairs: dict[str, str], record: bytes) -> datetime | None:
        zone = _zone(pairs.get("dtz", ""))
        for key in _TIMES:
            if found := self._times.read(pairs.get(key, ""), zone):
                return found
        return self._times.read(strip_header(record).time)


def _first(pairs: dict[str, str], keys: Sequence[str]) -> str:
    return next((value for key in keys if (value := pairs.get(key))), "")


def _address(pairs: dict[str, str], keys: Sequence[str]) -> str:
    return next((found for key in keys if (found := address(pairs.get(key, "")))), "")


def _named(found: CefText) -> dict[str, str]:
    """The pairs under the names that the record gives them, where it gives one that is not taken."""
    named: dict[str, str] = {}
    for key, value in found.pairs.items():
        if not (key.endswith("Label") and key[:-5] in found.labels):
            label = found.labels.get(key, key)
            named[key if label in named or label in found.pairs else label] = value
    return named


def _request(pairs: dict[str, str]) -> tuple[str, str]:
    """Host and path of a requested URL, which may be given whole, as its path, or inside the request's own text."""
    url = _first(pairs, ("request", "requestUrl"))
    host = ""
    scheme, found, rest = url.partition("://")
    if found and scheme.isalpha():
        authority, slash, rest = rest.partition("/")
        host, url = host_alone(authority.rpartition("@")[2]), slash + rest
    if not host and (header := next(filter(None, map(_HOST_HEADER.search, pairs.values())), None)):
        host = host_alone(header[1])
    return ("" if address(host) else host), url


def _mail_sender(found: CefText) -> str:
    """The sender's address, where the record is about mail: elsewhere `suser` is a person who is signed in."""
    sender = _first(found.pairs, ("suser", "sourceUserName"))
    words = f"{found.product} {found.name} {found.class_id} {found.pairs.get('cat', '')} {found.pairs.get('app', '')}"
    return sender if "@" in sender and (_MAIL_CATEGORY.search(words) or "duser" in found.pairs) else ""


def _severity(word: str) -> Severity:
    if word.isascii() and word.isdigit():
        number = int(word[:4])
        if number > _HIGHEST:
            return Severity.MEDIUM
        return _GRADES[number] if number < len(_GRADES) else Severity.CRITICAL
    return severity_of_word(word) or Severity.MEDIUM


def _count(word: str) -> int:
    return min(int(word[:12]), _MOST) if word.isascii() and word.isdigit() and int(word[:12]) else 1


def _zone(name: str) -> ZoneInfo | None:
    """The zone in which the record says its device keeps time."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
