"""JSON of whatever product: by its own data where it stands in a file, by the vocabulary alone where it does not.

A record that carries another product's record as text is read as that one where it says more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Ignored, Unreadable
from qorgan.module.formats.base import Format, Readings, read_each
from qorgan.module.formats.cef import Cef
from qorgan.module.formats.json_fields import leaves_of
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.key_value import KeyValue
from qorgan.module.formats.leef import Leef
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor
from qorgan.module.formats.product import products_of
from qorgan.module.formats.text.reader import Text
from qorgan.module.formats.text.said import with_words
from qorgan.module.formats.tidy import as_text, object_of, tidied
from qorgan.wire.signal import Action

_CARRIERS: Final = (
    *(
        "event.original",
        "message",
        "_raw",
        "raw",
        "log",
        "rawEvent",
        "raw_event",
        "original",
        "msg",
        "payload",
        "Message",
    ),
    *("rawMessage", "raw_message", "full_log", "syslog_message", "body", "textPayload"),
)
"""Under which names shippers keep the record that they took."""
WRAPPERS: Final = (
    "_source",
    "event",
    "detail",
    "result",
    "data",
    "record",
    "alert",
    "Records",
    "value",
    "fields",
    "jsonPayload",
    "json",
)
"""Under which names shippers and buses put the whole record."""
_FEWEST: Final = 3
_LONGEST_HEAD: Final = 1_024
_FIRST_KEY: Final = re.compile(rb'\{\s{0,64}"[^"\\]{1,256}"\s{0,16}:')
_LONGEST_CARRIED: Final = 65_536
_SHORTEST_CARRIED: Final = 24


class Json:
    """Reads JSON records of one source."""

    name = "json"
    wrappers: Sequence[str] = WRAPPERS
    of_one_record: Sequence[str] = ()
    """Names of values that are another in every record and so tell no rule, whatever they are called elsewhere."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._carried: tuple[Format, ...] = (Cef(times), Leef(times), Text(times), KeyValue(times))

    def recognises(self, record: bytes) -> bool:
        """Whether an object with names begins in it."""
        return begins_object(record)

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        found, time = object_in(record)
        return self.event_of(found, as_text(record), time)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def event_of(self, found: dict[str, object], text: str, time: str = "") -> Event:
        """The event of an object that was taken out of a record. Raises `Unreadable`."""
        pairs = leaves_of(unwrapped(found, self.wrappers))
        for name in self.of_one_record:
            pairs.pop(name, None)
        if not pairs:
            raise Unreadable("an object without values")
        own = products_of(self.name).find(pairs).event(pairs, text, Sensor(format=self.name, time=time), self._times)
        inner = self._inner(pairs)
        if inner is None or (said_by(inner) <= said_by(own) and not _tells_sign_in(inner, own)):
            told = " ".join(value for value in pairs.values() if " " in value)
            return with_words(own, f"{text.partition('{')[0][:_LONGEST_HEAD]} {told[:_LONGEST_HEAD]}")
        return tidied(
            replace(
                inner,
                record=text,
                time=inner.time or own.time,
                machine=inner.machine or own.machine,
                more=own.more | inner.more,
            )
        )

    def _inner(self, pairs: dict[str, str]) -> Event | None:
        """The event of another product's record that is carried as text."""
        for name in _CARRIERS:
            line = pairs.get(name, "")
            if _SHORTEST_CARRIED <= len(line) <= _LONGEST_CARRIED:
                record = line.encode("utf-8", "replace")
                for each in self._carried:
                    if each.recognises(record):
                        try:
                            read = each.read(record)
                        except Unreadable:
                            continue
                        return read if isinstance(read, Event) else None
        return None


def _tells_sign_in(inner: Event, own: Event) -> bool:
    return inner.activity is Activity.SIGN_IN and own.activity in {Activity.OTHER, Activity.REQUEST}


def begins_object(record: bytes) -> bool:
    """Whether a JSON object begins in a record, and before it only what may stand there: a syslog header, few words."""
    at = record.find(b"{", 0, _LONGEST_HEAD)
    if at < 0 or not _FIRST_KEY.match(record, at):
        return False
    head = record[:at]
    return head.isspace() or not head or not (b"CEF:" in head or b"LEEF:" in head or head.count(b"=") >= _FEWEST)


def unwrapped(found: dict[str, object], wrappers: Sequence[str] = WRAPPERS) -> dict[str, object]:
    """The record without what a shipper put around it: an object that holds little else than one other."""
    for _ in range(_FEWEST):
        around = next((name for name in wrappers if name in found and _one(found[name])), "")
        inner = _one(found[around]) if around else None
        outside = sum(1 for value in found.values() if not isinstance(value, dict | list))
        if inner is None or outside >= len(inner) or len(inner) < _FEWEST:
            return found
        # What the shipper says of the record stays, where the record itself does not say it.
        found = {name: value for name, value in found.items() if name != around} | inner
    return found


def _one(value: object) -> dict[str, object]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return object_of(value)


def said_by(event: Event) -> int:
    """How much of what matters an event says."""
    words = (event.rule_name, event.category, event.source_address, event.activity, event.user, event.rule_id)
    told = sum(1 for each in words if each)
    return (
        told
        + (event.action is not Action.UNKNOWN)
        + (event.severity is not Severity.MEDIUM)
        + (event.vendor != "unknown")
    )
