"""A glance that sifts records out must come to what reading them comes to, for whatever stands between them."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.reading import FORMATS, Reader, find_format
from qorgan.module.formats.sift import EVE_REASONS, sift
from tests.module.formats.golden import RECORDS

KINDS = st.sampled_from([*EVE_REASONS, "alert", "FLOW", "flow_x", "odd", "", 5, None])
FLOW = b'{"timestamp":"2026-03-02T09:00:00+0500","flow_id":1,"event_type":"flow","src_ip":"203.0.113.7"}'
WHOLE = st.one_of(
    st.sampled_from([record for _, record in RECORDS]),
    st.fixed_dictionaries(
        {"timestamp": st.just("2026-03-02T09:00:00+0500"), "flow_id": st.integers(0, 9)},
        optional={
            "in_iface": st.text(max_size=5),
            "event_type": KINDS,
            "data": st.dictionaries(st.sampled_from(["event_type", "a"]), KINDS),
            "alert": st.just({"signature_id": 1, "signature": "x", "severity": 1}),
        },
    ).map(lambda made: json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")),
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A record as it may come: whole, cut, behind or before words, two on one line, inside another."""
    record = draw(WHOLE)
    ways = {
        "whole": record,
        "cut": record[: draw(st.integers(0, len(record)))],
        "cut before": record[draw(st.integers(0, len(record))) :],
        "cut at a brace": record[: record.rfind(b"}", 0, -1) + 1],
        "behind words": b"<134>Mar  2 09:00:00 host suricata: " + record,
        "carriage return": record + b"\r",
        "two": record + draw(WHOLE),
        "inside": b'{"rule":{"level":3},"data":' + record + b"}",
        "a string": json.dumps({"log": record.decode("utf-8", "replace")}).encode(),
        "spaced": record.replace(b'":"', b'": "'),
    }
    return ways[draw(st.sampled_from(sorted(ways)))]


RECORDS_OF_A_SOURCE = st.lists(st.one_of(spoilt(), st.binary(max_size=40)), max_size=12)


def read_alone(record: bytes) -> Event | Ignored | str:
    found = find_format(record)
    try:
        return found.read(record) if found else "unknown"
    except Unreadable as reason:
        return reason.reason


@given(RECORDS_OF_A_SOURCE, st.sampled_from(["auto", *FORMATS]))
def test_sifting_first_and_reading_what_is_left_comes_to_reading_all(records: list[bytes], name: str) -> None:
    whole = Reader(name).read_all(records)
    sifted = sift(records, name)
    readings = Reader(name).read_left(sifted.left)
    assert [records[index] for index in sifted.indexes] == sifted.left
    assert [(sifted.indexes[index], event) for index, event in readings.events] == whole.events
    assert [(sifted.indexes[index], why) for index, why in readings.unreadable] == whole.unreadable
    assert readings.ignored + sifted.ignored == whole.ignored


@given(RECORDS_OF_A_SOURCE)
def test_nothing_that_is_read_as_an_event_is_sifted_out(records: list[bytes]) -> None:
    sifted = sift(records, "auto")
    for record in (each for index, each in enumerate(records) if index not in sifted.indexes):
        assert not isinstance(read_alone(record), Event)


@given(st.lists(WHOLE, max_size=12))
def test_whole_records_are_counted_under_the_reason_that_reading_gives(records: list[bytes]) -> None:
    sifted = sift(records, "auto")
    gone = [each for index, each in enumerate(records) if index not in sifted.indexes]
    assert sifted.ignored == Counter(found.reason for each in gone if isinstance(found := read_alone(each), Ignored))
    assert sifted.ignored.total() == len(gone)


def test_most_lines_of_a_sensor_are_sifted_out_and_those_of_others_are_not() -> None:
    assert sift([FLOW] * 3, "auto") == sift([FLOW] * 3, "eve")
    assert sift([FLOW] * 3, "eve").ignored == {"eve flow": 3}
    assert sift([FLOW], "wazuh").left == [FLOW]


@pytest.mark.parametrize(
    "record",
    [
        FLOW[:-1],
        FLOW.replace(b'"event_type"', b'"event_kind"'),
        b'{"xxx_type":"flow","a":1}',
        b'{"data":' + FLOW + b"}",
        b" " + FLOW,
        FLOW.replace(b"flow", b"alert"),
    ],
)
def test_what_only_looks_like_one_is_read(record: bytes) -> None:
    assert sift([record], "eve").left == [record]
