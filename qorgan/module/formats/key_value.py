"""Records of names and values: firewalls and gateways that write `key=value` in one of its many dialects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.key_value_text import Written, pairs_in
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import Sensor
from qorgan.module.formats.product import products_of
from qorgan.module.formats.syslog import Stripped, strip_header
from qorgan.module.formats.text.said import with_words
from qorgan.module.formats.tidy import as_text

_FEWEST: Final = 3
_LEAST_SHARE: Final = 0.55
_LONGEST_HEAD: Final = 160
_MOST_WORDS: Final = 12
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_HEADER: Final = 200
_EVENT_ID: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,24}(?:_[A-Z0-9]{1,24}){1,8}\b")
"""An event's id in a header of RFC 5424: `RT_FLOW_SESSION_DENY`."""
_KIND: Final = re.compile(r"[A-Z]{3,24}|[A-Z]{2,24}(?:-[A-Z]{2,24}){1,4}|(?:[A-Z][a-z]{2,24}){2,6}")
"""A word or some that a header of RFC 5424 has for the kind of message: `DENY`, `LOGIN-FAILED`, `PortScan`."""
_LOOKED_AT: Final = 4_096


class KeyValue:
    """Reads key=value records of one source."""

    name = "key-value"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._last: tuple[bytes, Stripped, Written] | None = None

    def recognises(self, record: bytes) -> bool:
        """Whether most of the record is pairs: in free text a pair is only now and then."""
        if record.count(b"=", 0, _LOOKED_AT) + record.count(b":", 0, _LOOKED_AT) < _FEWEST:
            return False
        stripped, written = self._written(record)
        if stripped.body[:1] in {b"{", b"<"} or len(written.pairs) < _FEWEST or written.share < _LEAST_SHARE:
            return False
        words = len(_WORD.findall(written.head)) if len(written.head) <= _LONGEST_HEAD else _MOST_WORDS + 1
        return words <= min(_MOST_WORDS, len(written.pairs))

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        stripped, written = self._written(record)
        self._last = None
        if not written.pairs:
            raise Unreadable("no names and values in it")
        header = record[: min(_HEADER, record.find(stripped.body[:_HEADER]))].decode("ascii", "replace")
        event_id = next(iter(_EVENT_ID.findall(header)), "")
        if not event_id and _KIND.fullmatch(stripped.message_id):
            event_id = stripped.message_id
        product = products_of(self.name).find(written.pairs, f"{stripped.app} {event_id} {written.head}")
        sensor = Sensor(
            format=self.name,
            product=stripped.app,
            time=stripped.time,
            host=stripped.host,
            head=written.tail or written.head,
            event_id=event_id,
        )
        text = as_text(record)
        return with_words(product.event(written.pairs, text, sensor, self._times), text)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _written(self, record: bytes) -> tuple[Stripped, Written]:
        # Whoever asks whether a record is of pairs reads it next.
        if self._last and self._last[0] is record:
            return self._last[1:]
        stripped = strip_header(record)
        written = pairs_in(as_text(stripped.body))
        self._last = (record, stripped, written)
        return stripped, written
