"""LEEF records, 1.0 and 2.0, of any vendor, in any syslog header or none, by IBM's keys and the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.moment import Times
from qorgan.module.formats.pairs import MOST_PAIRS, Sensor, event_of
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.tidy import as_text

_MARK: Final = re.compile(r"LEEF: ?(?P<version>\d)(?:\.\d)?\|")
_DELIMITER: Final = re.compile(r"(?:0?[xX](?P<hex>[0-9a-fA-F]{1,4})|\\(?P<escape>[tnr])|(?P<plain>[^\w\s=]|\t| ))?\|")
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r"}
_KEY: Final = re.compile(r"\s*(?P<name>[^\W\d][\w.\- ]{0,63})=")
_SPACED_KEY: Final = re.compile(r"(?:^|(?<=[\s|]))([^\W\d][\w.\-]{0,63})=")
_HEADER_FIELDS: Final = 4
_TAB: Final = "\t"
_BAR: Final = "|"
_RENAMED: Final = {"sev": "severity", "usrName": "user", "identHostName": "machine", "identSrc": "source_address"}
_LONGEST: Final = 4_096


class Leef:
    """Reads LEEF records of one source."""

    name = "leef"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether a LEEF header begins somewhere."""
        return b"LEEF:" in record and _MARK.search(as_text(record)) is not None

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        text = as_text(record)
        mark = _MARK.search(text)
        if mark is None:
            raise Unreadable("no LEEF header")
        fields = text[mark.end() :].split(_BAR, _HEADER_FIELDS)
        if len(fields) < _HEADER_FIELDS:
            raise Unreadable("LEEF header cut before the event's id")
        rest = fields[_HEADER_FIELDS] if len(fields) > _HEADER_FIELDS else ""
        vendor, product, _, event_id = (field.strip() for field in fields[:_HEADER_FIELDS])
        pairs = _pairs(rest, second=mark["version"] == "2")
        stripped = strip_header(record)
        sensor = Sensor(
            format=self.name,
            vendor=vendor,
            product=product,
            time=stripped.time,
            host=stripped.host,
            event_id=event_id,
        )
        return event_of(pairs, record=text, sensor=sensor, times=self._times, renamed=_RENAMED)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)


def _pairs(rest: str, *, second: bool) -> dict[str, str]:
    """The attributes. The header of 2.0 tells the delimiter; where that is broken, the one that is there is used."""
    delimiter = _TAB
    if second and (told := _DELIMITER.match(rest)):
        rest = rest[told.end() :]
        if told["hex"]:
            delimiter = chr(int(told["hex"], 16))
        else:
            delimiter = _ESCAPES.get(told["escape"] or "", told["plain"] or _TAB)
    if delimiter not in rest:
        delimiter = next((each for each in (_TAB, "\\t", _BAR, "^") if each in rest), "")
    if not delimiter or delimiter == " ":
        return _spaced(rest)
    pairs: dict[str, str] = {}
    last = ""
    for part in islice(rest.split(delimiter), MOST_PAIRS):
        if key := _KEY.match(part):
            last = key["name"].strip()
            pairs.setdefault(last, part[key.end() :].strip())
        elif last and len(pairs[last]) < _LONGEST:
            # A value that holds the delimiter itself.
            pairs[last] += delimiter + part
    return pairs


def _spaced(rest: str) -> dict[str, str]:
    keys = list(islice(_SPACED_KEY.finditer(rest), MOST_PAIRS))
    ends = [*(key.start() for key in keys[1:]), len(rest)]
    pairs: dict[str, str] = {}
    for key, end in zip(keys, ends[: len(keys)], strict=True):
        pairs.setdefault(key[1], rest[key.end() : end].strip())
    return pairs
