"""Windows events: sign-ins, locks, blocked connections, what Defender found; of the rest, what their words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from qorgan.module.event import Event, Ignored
from qorgan.module.formats.address import port
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.counted import counts_in, listed
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.key_value import KeyValue
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor, event_of
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.text.around import fields_in
from qorgan.module.formats.text.fill import end_of, person
from qorgan.module.formats.text.general import own_general
from qorgan.module.formats.text.meaning import MEANINGS
from qorgan.module.formats.text.said import with_words
from qorgan.module.formats.tidy import as_text, object_of, tidied, tidy
from qorgan.module.formats.verdict import action_of, severity_of_word
from qorgan.module.formats.windows.known import Known, known_events
from qorgan.module.formats.windows.record import WindowsRecord, is_of_another, plain
from qorgan.module.formats.windows.shipped import from_object, from_text, from_xml
from qorgan.wire.signal import Action

_XML: Final = re.compile(rb"<Event(?: [^<>]{0,200})?>[^<]{0,64}<System>|schemas\.microsoft\.com/win/2004/08/events")
_JSON_ID: Final = re.compile(
    rb"\\?\"(?:EventID|EventCode|event_id|eventID|EventId|Event_ID|event\.code|winlog\.event_id)\\?\"\s{0,4}:"
)
_JSON_MARKS: Final = (
    *(b"EventRecordID", b"winlog", b"EventData", b'"Channel"', b'"channel"', b"Microsoft-Windows", b"SourceName"),
    *(b"ProviderName", b"Provider_Name", b"EventIdentifier", b"eventdata", b"SecurityEvent", b"LogName"),
)
_TEXT: Final = re.compile(
    rb"WinEvtLog: |MSWinEventLog|Microsoft-Windows-Security-Auditing|EventCode=\d"
    rb"|An account failed to log on|An account was successfully logged on"
)
_OTHERS: Final = (b"CEF:", b"LEEF:")
"""Formats that carry Windows' words in fields of their own."""
_LOOKED_AT: Final = 65_536
_WRAPPERS: Final = ("body", "message", "_raw", "raw", "event", "_source")
_NOBODY: Final = re.compile(
    r"(?:system|anonymous logon|local service|network service|dwm-\d{1,3}|umfd-\d{1,3})", re.IGNORECASE
)
_HASHES: Final = ("hashes", "hash", "sha256", "md5", "sha1")


class Windows:
    """Reads Windows events of one source."""

    name = "windows"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether one of the shapes begins there."""
        start = record[:_LOOKED_AT]
        if b"{" in start[:256] and _JSON_ID.search(start):
            return any(mark in start for mark in _JSON_MARKS)
        if b"<Event" in start and _XML.search(start):
            return True
        return _TEXT.search(start) is not None and not any(mark in start for mark in _OTHERS)

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        text = as_text(record)
        found = self._shipped(record, text)
        known = next((each for each in known_events().get(found.event_id, ()) if each.fits(found)), None)
        if known and found.strings:
            for name, value in zip(known.strings, found.strings, strict=False):
                found.add(name, value)
        if known is None and is_of_another(found):
            return self._of_another(found, text)
        fields = self._head(found, text)
        fields |= _by_known(known, found) if known else _by_words(found)
        if known is None and found.message:
            fields["more"] |= listed(dict(counts_in(found.message[:4_096])))
        return tidied(Event(**fields))

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _of_another(self, found: WindowsRecord, text: str) -> Event:
        """An event that another product wrote into Windows' logs: by the names of its values, as of any pairs."""
        pairs = {name: tidy(value) for name, value in found.own.items()}
        sensor = Sensor(
            format=KeyValue.name,
            product=found.provider or found.channel.partition("/")[0],
            time=found.time.replace("  ", " "),
            host=found.computer,
            head=found.message,
            event_id=str(found.event_id),
        )
        return with_words(event_of(pairs, record=text, sensor=sensor, times=self._times), found.message)

    def _shipped(self, record: bytes, text: str) -> WindowsRecord:
        if _XML.search(record[:_LOOKED_AT]) and not record.lstrip().startswith(b"{"):
            return from_xml(text)
        if b"{" in record[:256] and _JSON_ID.search(record[:_LOOKED_AT]):
            return self._from_json(record)
        stripped = strip_header(record[:_LOOKED_AT])
        found = from_text(stripped.body.decode("utf-8", "replace"))
        found.time, found.computer = found.time or stripped.time, found.computer or stripped.host
        return found

    def _from_json(self, record: bytes) -> WindowsRecord:
        whole, time = object_in(record)
        for name in _WRAPPERS:
            inner = whole.get(name)
            if isinstance(inner, str) and inner.lstrip()[:1] in {"{", "<"} and "vent" in inner:
                return (
                    from_xml(inner)
                    if inner.lstrip()[0] == "<"
                    else from_object(object_in(inner.encode("utf-8", "replace"))[0])
                )
            if isinstance(inner, dict) and name == "_source":
                whole = object_of(inner)
        found = from_object(whole)
        found.time = found.time or time
        return found

    def _head(self, found: WindowsRecord, text: str) -> dict[str, Any]:
        return {
            "format": self.name,
            "vendor": "Microsoft",
            "product": "Windows",
            "record": text,
            "time": self._times.read(found.time.replace("  ", " ")),
            "kind": str(found.event_id),
            "rule_id": str(found.event_id),
            "machine": found.computer,
            "message": found.message,
            "hashes": hashes_in(found.data[name] for name in _HASHES if name in found.data),
            "more": {"provider": found.provider, "channel": found.channel}
            | {name: tidy(value) for name, value in found.data.items() if name != "message"},
        }


def _by_known(known: Known, found: WindowsRecord) -> dict[str, Any]:
    fields: dict[str, Any] = {"product": known.product, "rule_name": known.title} | known.constants
    fields["kind"] = str(found.event_id)
    names = {
        key: found.first(*map(plain, getattr(known, key)))
        for key in (
            "user",
            "source",
            "source_port",
            "destination",
            "destination_port",
            "name",
            "file",
            "action",
            "severity",
            "machine",
        )
    }
    for side in ("source", "destination"):
        ip, at_port, _ = end_of(names[side])
        fields[f"{side}_address"] = ip
        word = names[f"{side}_port"]
        fields[f"{side}_port"] = port(word) if word.isdigit() else at_port
    fields["user"] = person(names["user"]) if not _NOBODY.fullmatch(names["user"]) else ""
    fields["rule_name"] = names["name"] or known.title
    fields["file_name"] = names["file"]
    if names["machine"]:
        fields["machine"] = names["machine"]
    if (action := action_of(names["action"])) is not Action.UNKNOWN:
        fields["action"] = action
    if grade := severity_of_word(names["severity"]):
        fields["severity"] = grade
    return fields


def _by_words(found: WindowsRecord) -> dict[str, Any]:
    """An event whose number nobody knows: what its text says, where it is not one of Windows' own providers."""
    if found.provider.lower().startswith("microsoft-windows") or not found.message:
        return {}
    means = own_general().meaning(found.message[:4_096])
    if not means:
        return {}
    words = fields_in(found.message[:4_096])
    fields: dict[str, Any] = dict(MEANINGS[means]) | {
        "kind": str(found.event_id),
        "product": found.provider or "Windows",
    }
    for name in ("source_address", "destination_address", "user"):
        if name in words:
            fields[name] = words[name]
    return fields
