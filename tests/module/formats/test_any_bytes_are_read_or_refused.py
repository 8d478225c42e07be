"""Whatever bytes come, a format answers with an event, with a reason to ignore it, or with `Unreadable`."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.event import Event, Unreadable
from qorgan.module.formats.framing import MAX_LINE, Cutter
from qorgan.module.formats.reading import FORMATS, Reader
from tests.module.formats.golden import RECORDS

SPLICES = (
    b"\0",
    b"\xff",
    b"\\",
    b'"',
    b"{",
    b"}",
    b"|",
    b"=",
    b"[",
    b"]",
    b"\r\n",
    b"\\ud800",
    b"9" * 400,
    b"1e999",
    b"--",
)


def mutated(record: bytes, seed: int) -> bytes:
    """A record with some of its bytes cut, doubled, swapped or replaced."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 6)):
        first, second = sorted(chance.randint(0, len(record)) for _ in range(2))
        second = min(second, first + chance.choice((1, 8, 200)))
        record = chance.choice(
            (
                record[:first] + record[second:],
                record[:second] + record[first:],
                record[:first] + chance.choice(SPLICES) + record[second:],
                record[:first] + record[first:second].swapcase() + record[second:],
            )
        )
    return record


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(RECORDS), st.integers(0, 2**32))
def test_no_mutation_of_a_record_raises_anything_but_unreadable(example: tuple[str, bytes], seed: int) -> None:
    record = mutated(example[1], seed)
    for found in FORMATS.values():
        found.recognises(record)
        try:
            read = found.read(record)
        except Unreadable:
            continue
        if isinstance(read, Event):
            # It can be written down, and its time can be moved to any zone.
            msgspec.json.encode(read)
            assert read.time is None or read.time.utcoffset() is not None
            assert read.count >= 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_raise_anything_but_unreadable(record: bytes) -> None:
    readings = Reader().read_all([record])
    assert len(readings.events) + readings.ignored.total() + len(readings.unreadable) == 1


PIECES = st.lists(
    st.sampled_from([record + b"\n" for _, record in RECORDS] + [b"\n", b"\r\n", b"--a1b2c3d4-Q--\n", b"words\n"]),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.randoms(use_true_random=False))
def test_a_stream_gives_the_same_records_however_it_is_cut_into_buffers(
    pieces: list[bytes], chance: random.Random
) -> None:
    stream = b"".join(pieces)
    whole = Cutter(blocks=True).cut(stream, final=True)
    cutter, buffer, found, at = Cutter(blocks=True), b"", [], 0
    while at < len(stream):
        step = chance.choice((1, 7, 100, 5_000))
        buffer, at = buffer + stream[at : at + step], at + step
        cut = cutter.cut(buffer, final=at >= len(stream))
        found += cut.records
        for index, record in enumerate(cut.records):
            assert buffer.startswith(record, cut.start_of(index))
        buffer = buffer[cut.taken :]
    assert found == whole.records
    assert not buffer


@pytest.mark.parametrize("step", [MAX_LINE // 3, MAX_LINE, 3 * MAX_LINE])
def test_an_overlong_line_is_refused_once_and_reading_goes_on_behind_it(step: int) -> None:
    stream = b"first\n" + b"x" * (4 * MAX_LINE) + b"\nlast\n"
    cutter, buffer, records, refused = Cutter(blocks=True), b"", [], []
    for at in range(0, len(stream), step):
        buffer += stream[at : at + step]
        cut = cutter.cut(buffer)
        buffer = buffer[cut.taken :]
        records += cut.records
        refused += cut.refused
    assert records == [b"first", b"last"]
    assert [reason for _, reason, _ in refused] == ["too long"]


def test_a_block_without_its_end_is_given_up_when_it_is_stale_and_the_next_is_read() -> None:
    block = next(record for _, record in RECORDS if record.startswith(b"--a1b2c3d4-A--"))
    stream = b"--0a0a0a0a-A--\n[broken\n" + block + b"\n"
    cutter = Cutter(blocks=True)
    assert cutter.cut(stream).taken == 0
    cut = cutter.cut(stream, stale=True)
    assert cut.records == [block]
    assert [reason for _, reason, _ in cut.refused] == ["cut off before its end"]
