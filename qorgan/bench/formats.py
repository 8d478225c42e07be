"""What a record of each format costs: read, judged by all packs and windows, redacted, made a signal.

Held against decoding it alone: one thread, its own processor time, so that others on the machine do not count.
"""

from __future__ import annotations

import csv
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

import msgspec

from qorgan.bench.figures import Figure, at_most, in_turn
from qorgan.module.classify.pack import own_rules
from qorgan.module.formats.product import FOLDER
from qorgan.module.formats.reading import Reader, find_format
from qorgan.module.judging import InstitutionJudge
from qorgan.module.redact.fields import Redactor

RECORDS: Final = 4_000
"""Of each format, a round."""
ROUNDS: Final = 3
_ADDRESS: Final = re.compile(rb"\b(\d{1,3}\.\d{1,3}\.\d{1,3}\.)\d{1,3}\b")
_JSON: Final = ("wazuh", "eve", "modsecurity", "ecs", "ocsf", "zeek", "json")
LIMITS: Final = {
    "cef": 1_000.0,
    "csv": 350.0,
    "ecs": 400.0,
    "eve": 40.0,
    "json": 600.0,
    "key-value": 1_600.0,
    "leef": 1_400.0,
    "modsecurity": 350.0,
    "ocsf": 350.0,
    "snort": 600.0,
    "text": 700.0,
    "wazuh": 550.0,
    "windows": 350.0,
    "xml": 80.0,
    "zeek": 500.0,
}
"""How many times dearer than decoding a record may be: about twice what was measured when this was written, so that a
format that begins to do its work twice is seen, and another machine is not."""
_MORE: Final = (
    b"LEEF:1.0|Example|Gateway|1|4711|cat=malware\tsrc=198.51.100.9\tdst=10.0.0.20\tsev=8\tusrName=a.clerk",
    b"[**] [1:2001:3] EXAMPLE ATTACK [**] [Priority: 1] {TCP} 198.51.100.9:40022 -> 10.0.0.20:443",
)
"""Records of formats of which no product or pack has a test line."""


def measure() -> list[Figure]:
    """Of each format the cost of a record, as a multiple of decoding it alone."""
    return [_figure(name, _varied(lines)) for name, lines in sorted(_lines().items()) if name in LIMITS]


def _figure(name: str, records: list[bytes]) -> Figure:
    judge = InstitutionJudge(Redactor(bytes(range(32)), own_bins=("000140000012",)))
    decode = _decoders(name)
    ours, rate, peer = in_turn(ROUNDS, lambda: _whole(name, records, judge), lambda: _alone(decode, records))
    how = (
        f"{len(records):,} records like the {name} test lines of the release, with other addresses: read, judged, "
        f"redacted, made signals: {1e6 / rate:.0f} us each, {rate:,.0f} a second; decoding alone ({_WAYS[decode]}): "
        f"{1e6 / peer:.1f} us; processor time of one thread; {ROUNDS} rounds"
    )
    return at_most(f"{name}, a record / decoding it alone", 1 / ours, LIMITS[name], "times", how)


def _lines() -> dict[str, list[bytes]]:
    """The test lines of packs and products, by format."""
    every = [line.record.encode() for each in own_rules() for line in each.rule.test]
    for path in sorted(FOLDER.glob("*.toml")):
        every += _records(tomllib.loads(path.read_text("utf-8")))
    found: dict[str, list[bytes]] = {}
    for record in dict.fromkeys((*every, *_MORE)):
        if known := find_format(record):
            found.setdefault(known.name, []).append(record)
    return found


def _records(node: Any) -> Iterator[bytes]:
    if isinstance(node, dict):
        if isinstance(node.get("record"), str):
            yield node["record"].encode()
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _records(each)


def _varied(lines: list[bytes]) -> list[bytes]:
    """So many records like these, whose last numbers of addresses differ."""
    return [_ADDRESS.sub(rb"\g<1>%d" % (number % 250 + 1), lines[number % len(lines)]) for number in range(RECORDS)]


def _whole(name: str, records: list[bytes], judge: InstitutionJudge) -> float:
    reader = Reader(name)
    started = time.process_time()
    for first in range(0, len(records), 500):
        found = reader.read_all(records[first : first + 500])
        judge.judge([event for _, event in found.events], 1)
    return len(records) / (time.process_time() - started)


def _alone(decode: Callable[[bytes], object], records: list[bytes]) -> float:
    started = time.process_time()
    for record in records:
        decode(record)
    return len(records) / (time.process_time() - started)


_json: Final = msgspec.json.Decoder().decode


def _object(record: bytes) -> object:
    try:
        return _json(record[record.find(b"{") :])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return record.decode("utf-8", "replace").split()


def _tree(record: bytes) -> object:
    try:
        return ET.fromstring(record[record.find(b"<") :])  # noqa: S314 - our own test lines
    except ET.ParseError:
        return record.decode("utf-8", "replace").split()


def _row(record: bytes) -> object:
    return next(csv.reader([record.decode("utf-8", "replace")]))


def _words(record: bytes) -> object:
    return record.decode("utf-8", "replace").split()


_WAYS: Final[dict[Callable[[bytes], object], str]] = {
    _object: "JSON",
    _tree: "XML",
    _row: "a row of CSV",
    _words: "UTF-8, parted at spaces",
}


def _decoders(name: str) -> Callable[[bytes], object]:
    if name in _JSON or name == "windows":
        return _object
    return {"xml": _tree, "csv": _row}.get(name, _words)
