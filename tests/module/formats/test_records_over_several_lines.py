"""XML and JSON written over several lines are one record each; what only looks so stays lines."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.event import Event
from qorgan.module.formats.framing import MAX_LINE, Cutter
from qorgan.module.formats.reading import Reader

EVENT = b"""<?xml version="1.0"?>
<EPOEvent>
  <MachineInfo>
    <MachineName>PC-0042</MachineName>
  </MachineInfo>
  <Event><ThreatName>EICAR test file</ThreatName><ThreatActionTaken>deleted</ThreatActionTaken></Event>
</EPOEvent>"""
OBJECT = b'{\n  "alert": "Malware found",\n  "host": {\n    "name": "PC-0042"\n  }\n}'
LINE = b"<134>Nov 22 10:00:00 gate app: connected"
PIECES = (
    *(
        EVENT,
        OBJECT,
        LINE,
        b"<a>\r\n <b/>\r\n</a>",
        b'<e\n a="1"\n b="2"/>',
        b"<Event>x</Event>",
        b"<open>",
        b"<open x",
    ),
    *(b'[\n  {\n    "z": 1\n  },\n  {\n    "y": 2\n  }\n]', b"{", b"}", b'{"a":1}', b"   <q>", b"</q>", b"", b"text"),
    *(b"--a1b2c3d4-A--\nx\n--a1b2c3d4-Z--", b"--a1b2c3d4-A--\n<q>", b"<?xml?>", b"2026-11-22 10:00:00 x", b"<Events>"),
)


def records_of(stream: bytes) -> list[bytes]:
    return Cutter(blocks=True).cut(stream, final=True).records


def test_an_element_over_several_lines_is_one_record_and_read_as_one() -> None:
    stream = LINE + b"\n" + EVENT + b"\n" + LINE + b"\n"
    assert records_of(stream) == [LINE, EVENT, LINE]
    event = Reader().read(records_of(stream)[1])
    assert isinstance(event, Event)
    assert (event.format, event.machine, event.rule_name) == ("xml", "PC-0042", "EICAR test file")


def test_an_object_over_several_lines_is_one_record() -> None:
    assert records_of(OBJECT + b"\n" + LINE) == [OBJECT, LINE]
    assert records_of(b"[\n" + OBJECT.replace(b"\n", b"\n  ") + b"\n]")[0] == b"["


def test_events_inside_a_list_are_records_each() -> None:
    stream = b"<Events>\n  <Event>\n    <Id>1</Id>\n  </Event>\n  <Event>\n    <Id>2</Id>\n  </Event>\n</Events>\n"
    assert [record for record in records_of(stream) if b"Id" in record] == [
        b"<Event>\n    <Id>1</Id>\n  </Event>",
        b"<Event>\n    <Id>2</Id>\n  </Event>",
    ]


@pytest.mark.parametrize("first", [b"<open>", b"<user> connected", b"{", b"<open x", b"<?xml version='1.0'?>"])
def test_what_begins_like_one_and_is_followed_by_another_record_holds_up_nothing(first: bytes) -> None:
    cut = Cutter(blocks=True).cut(first + b"\n" + LINE + b"\n" + LINE + b"\n")
    assert cut.records == [first, LINE, LINE]


def test_one_without_its_end_is_given_up_as_lines_when_it_is_stale() -> None:
    stream = b"<Event>\n  <Id>1</Id>\n"
    assert Cutter(blocks=True).cut(stream).taken == 0
    cut = Cutter(blocks=True).cut(stream, stale=True)
    assert (cut.records, cut.taken) == ([b"<Event>", b"  <Id>1</Id>"], len(stream))


def test_one_that_is_too_long_is_lines() -> None:
    stream = b"<Event>\n" + b"  <Id>1</Id>\n" * (MAX_LINE // 13 + 10)
    cut = Cutter(blocks=True).cut(stream)
    assert cut.records[0] == b"<Event>"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.integers(0, 400), st.randoms(use_true_random=False))
def test_however_a_stream_is_cut_into_buffers_its_records_are_the_same(
    pieces: list[bytes], cut_off: int, chance: random.Random
) -> None:
    stream = b"\n".join(pieces)[cut_off % 3 * cut_off :]
    cutter, buffer, found, at = Cutter(blocks=True), b"", [], 0
    while at < len(stream):
        step = chance.choice((1, 3, 20, 100))
        buffer, at = buffer + stream[at : at + step], at + step
        cut = cutter.cut(buffer, final=at >= len(stream))
        for index, record in enumerate(cut.records):
            assert buffer.startswith(record, cut.start_of(index))
        found += cut.records
        buffer = buffer[cut.taken :]
    assert found == records_of(stream)
    assert not buffer


@pytest.mark.parametrize(
    "stream",
    [
        b"".join(b"<a%d>\n" % number for number in range(30_000)),
        b"<a>\n" * 60_000,
        b"<a>\n" * 60_000 + b'{"a\n</a>\n',
        b'{\n "\n' * 40_000,
        b"".join(b" " * (number % 16) + b'{\n  "\n' for number in range(30_000)),
        b"<a\n" * 60_000,
        b"<?xml ?>\n" * 30_000,
    ],
)
def test_hostile_streams_take_time_in_proportion(stream: bytes) -> None:
    begun = time.process_time()
    Cutter(blocks=True).cut(stream, final=True)
    Cutter(blocks=True).cut(stream)
    assert time.process_time() - begun < 20
