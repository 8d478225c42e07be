"""Wazuh alerts (`alerts.json`): a rule's verdict on a record of another product, which is carried inside (R67.8.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec.structs import replace

from qorgan.law.severity import Severity
from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.about import about
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.eve import Eve
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.modsecurity.error_log import MARKS, read_error_line
from qorgan.module.formats.moment import Times
from qorgan.module.formats.scale import outcome_of
from qorgan.module.formats.tidy import as_text, joined, object_of, techniques_in, tidied, tidy, words_of
from qorgan.module.formats.verdict import action_of

_RULE: Final = re.compile(rb'"rule"\s*:\s*\{[^{}]{0,8192}?"level"\s*:')
_MARKS: Final = (b'"agent"', b'"manager"', b'"decoder"')
_LEVELS: Final = ((15, Severity.CRITICAL), (12, Severity.HIGH), (7, Severity.MEDIUM), (4, Severity.LOW))
"""Lowest level of each grade, as Wazuh's own dashboard draws the lines; below them all is informational."""

_SOURCES: Final = ("srcip", "src_ip", "win.eventdata.ipAddress", "win.eventdata.sourceIp", "aws.sourceIPAddress")
_DESTINATIONS: Final = ("dstip", "dest_ip", "win.eventdata.destinationIp")
_SOURCE_PORTS: Final = ("srcport", "src_port", "win.eventdata.ipPort", "win.eventdata.sourcePort")
_DESTINATION_PORTS: Final = ("dstport", "dest_port", "win.eventdata.destinationPort")
_USERS: Final = ("dstuser", "srcuser", "user", "win.eventdata.targetUserName", "win.eventdata.subjectUserName")
_FILES: Final = ("file", "win.eventdata.path", "virustotal.source.file", "win.eventdata.image")
_ACTIONS: Final = ("action", "status", "win.eventdata.action Name", "win.eventdata.actionName")
_HASH_KEY: Final = re.compile(r"(?:md5|sha1|sha256|sha512|hashes?)(?:_after)?$", re.IGNORECASE)
_DEEPEST: Final = 8
_MOST_FIELDS: Final = 256


class Wazuh:
    """Reads Wazuh alerts of one source."""

    name = "wazuh"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._eve = Eve(times)

    def recognises(self, record: bytes) -> bool:
        """Whether the keys are there that every alert has."""
        return any(mark in record for mark in _MARKS) and _RULE.search(record) is not None

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        found, _ = object_in(record)
        # Shippers put the alert itself under a key of theirs.
        alert = found if "rule" in found else object_of(found.get("_source")) or object_of(found.get("wazuh"))
        rule = object_of(alert.get("rule"))
        if not rule or "level" not in rule:
            raise Unreadable("no rule with a level")
        if "id" not in rule and "description" not in rule:
            raise Unreadable("a rule that is not Wazuh's")
        text = as_text(record)
        inner = self._carried(alert, text)
        return tidied(self._around(alert, rule, inner) if inner else self._plain(alert, rule, text))

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _carried(self, alert: dict[str, object], text: str) -> Event | None:
        """The event of the record that Wazuh judged, where it is one that we read ourselves."""
        event = self._eve.event_of(object_of(alert.get("data")), text)
        if event:
            return event
        line = alert.get("full_log")
        if isinstance(line, str) and any(mark in line for mark in MARKS):
            read = read_error_line(line, self._times, text)
            return read if isinstance(read, Event) else None
        return None

    def _around(self, alert: dict[str, object], rule: dict[str, object], inner: Event) -> Event:
        """The carried event with what Wazuh adds. The product that found it stays the sensor."""
        own = _rule_words(alert, rule)
        return replace(
            inner,
            format=self.name,
            time=inner.time or self._times.read(tidy(alert.get("timestamp"))),
            severity=max(inner.severity, _severity(rule)),
            category=joined((inner.category, own["rule.groups"])),
            machine=inner.machine or _machine(alert),
            techniques=tuple(dict.fromkeys((*inner.techniques, *_techniques(rule)))),
            more=inner.more | {key: value for key, value in own.items() if value},
        )

    def _plain(self, alert: dict[str, object], rule: dict[str, object], text: str) -> Event:
        fields = _fields(alert)
        own = _rule_words(alert, rule)
        host, path = _url(fields)
        event = Event(
            format=self.name,
            vendor="Wazuh",
            product="Wazuh",
            record=text,
            time=self._times.read(tidy(alert.get("timestamp") or alert.get("@timestamp"))),
            kind=tidy(object_of(alert.get("decoder")).get("name")).lower(),
            rule_id=tidy(rule.get("id")),
            rule_name=tidy(rule.get("description")),
            category=own["rule.groups"],
            severity=_severity(rule),
            action=action_of(_first(fields, _ACTIONS)),
            source_address=next((ip for key in _SOURCES if (ip := address(fields.get(key, "")))), ""),
            source_port=port(_first(fields, _SOURCE_PORTS)),
            destination_address=next((ip for key in _DESTINATIONS if (ip := address(fields.get(key, "")))), ""),
            destination_port=port(_first(fields, _DESTINATION_PORTS)),
            protocol=_first(fields, ("protocol", "proto")).lower(),
            application=_first(fields, ("app_proto",)).lower(),
            host=host,
            path=path,
            hashes=hashes_in(value for key, value in fields.items() if _HASH_KEY.search(key)),
            file_name=_first(fields, _FILES) or tidy(object_of(alert.get("syscheck")).get("path")),
            user=_first(fields, _USERS),
            machine=_machine(alert),
            message=tidy(alert.get("full_log")),
            techniques=_techniques(rule),
            more={key: value for key, value in (own | fields).items() if value},
        )
        return about(event, outcome_of(own["rule.groups"]))


def _severity(rule: dict[str, object]) -> Severity:
    try:
        level = int(tidy(rule.get("level")))
    except ValueError:
        return Severity.MEDIUM
    return next((grade for lowest, grade in _LEVELS if level >= lowest), Severity.INFORMATIONAL)


def _rule_words(alert: dict[str, object], rule: dict[str, object]) -> dict[str, str]:
    """What Wazuh's rule says about itself, under Wazuh's own names."""
    return {
        "rule.id": tidy(rule.get("id")),
        "rule.level": tidy(rule.get("level")),
        "rule.description": tidy(rule.get("description")),
        "rule.groups": joined(word.lower() for word in words_of(rule.get("groups"))),
        "rule.firedtimes": tidy(rule.get("firedtimes")),
        "rule.frequency": tidy(rule.get("frequency")),
        "decoder.name": tidy(object_of(alert.get("decoder")).get("name")),
        "location": tidy(alert.get("location")),
        "agent.name": tidy(object_of(alert.get("agent")).get("name")),
    }


def _techniques(rule: dict[str, object]) -> tuple[str, ...]:
    return techniques_in(*words_of(object_of(rule.get("mitre")).get("id")))


def _machine(alert: dict[str, object]) -> str:
    return tidy(object_of(alert.get("agent")).get("name")) or tidy(object_of(alert.get("predecoder")).get("hostname"))


def _first(fields: dict[str, str], keys: Sequence[str]) -> str:
    return next((value for key in keys if (value := fields.get(key))), "")


def _fields(alert: dict[str, object]) -> dict[str, str]:
    """The decoded fields by their paths: `srcip`, `win.eventdata.ipAddress`, `syscheck.sha256_after`."""
    decoded = islice(_leaves(object_of(alert.get("data")), "", _DEEPEST), _MOST_FIELDS)
    return dict(decoded) | dict(_leaves(object_of(alert.get("syscheck")), "syscheck.", 1))


def _leaves(node: dict[str, object], prefix: str, deep: int) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, dict):
            if deep > 1:
                yield from _leaves(value, f"{prefix}{key}.", deep - 1)
        elif words := joined(words_of(value)):
            yield f"{prefix}{key}", words


def _url(fields: dict[str, str]) -> tuple[str, str]:
    url = fields.get("url", "")
    scheme, found, rest = url.partition("://")
    if found and scheme.isalpha():
        authority, slash, rest = rest.partition("/")
        return host_alone(authority.rpartition("@")[2]), slash + rest
    return "", url
