"""A source may mix formats; each record is read by the one it is of, whatever came before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.event import Event, Unreadable
from qorgan.module.formats.reading import FORMATS, UNKNOWN, Reader, find_format
from tests.module.formats.golden import RECORDS


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(("name", "record"), RECORDS)
def test_every_example_is_found_and_read(name: str, record: bytes) -> None:
    found = find_format(record)
    assert found is FORMATS[name]
    found.read(record)


@pytest.mark.clause("R67.7")
@given(st.lists(st.sampled_from([*RECORDS, ("", b"01 02 03 04")]), max_size=20))
def test_a_mixed_source_gives_what_each_format_gives_alone(mixed: list[tuple[str, bytes]]) -> None:
    readings = Reader().read_all([record for _, record in mixed])
    unknown = {index for index, (name, _) in enumerate(mixed) if not name}
    assert {index for index, _ in readings.unreadable} == unknown
    for index, event in readings.events:
        name, record = mixed[index]
        alone = FORMATS[name].read(record)
        assert isinstance(alone, Event)
        assert (event.rule_id, event.format) == (alone.rule_id, alone.format)
    assert len(readings.events) + readings.ignored.total() + len(readings.unreadable) == len(mixed)


def test_a_told_format_reads_nothing_else() -> None:
    cef = next(record for name, record in RECORDS if name == "cef")
    with pytest.raises(Unreadable):
        Reader("eve").read(cef)


def test_what_no_format_knows_is_unreadable_and_counted() -> None:
    reader = Reader()
    assert reader.read_all([b"words", b"more words"]).unreadable == [(0, UNKNOWN), (1, UNKNOWN)]
    with pytest.raises(Unreadable):
        reader.read(b"\xff\xfe")


def test_a_format_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        Reader("nobodys")
