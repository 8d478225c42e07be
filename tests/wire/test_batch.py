"""Bodies: bombs, cuts and lies about size are refused before they cost anything."""

from __future__ import annotations

import resource

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from qorgan.wire import batch


@given(st.lists(st.binary(min_size=1, max_size=200).map(lambda line: line.replace(b"\n", b" ")), min_size=1))
def test_what_is_packed_is_unpacked(lines: list[bytes]) -> None:
    assert batch.split(batch.unpack(batch.pack(lines))) == lines


def test_a_body_that_says_it_grows_too_large_is_refused_unread() -> None:
    bomb = zstandard.ZstdCompressor(write_content_size=True).compress(bytes(batch.MAX_EXPANDED + 1))
    assert len(bomb) < 20_000
    with pytest.raises(batch.BatchRefused) as refused:
        batch.unpack(bomb)
    assert refused.value.code == "too-large"


def test_a_bomb_that_hides_its_size_is_stopped_at_the_limit() -> None:
    bomb = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    body = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(1024)) + bomb.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(batch.BatchRefused) as refused:
        batch.unpack(body)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert refused.value.code == "too-large"
    assert grown < 4 * batch.MAX_EXPANDED // 1024


@given(st.binary(max_size=300))
def test_what_is_no_frame_is_refused(body: bytes) -> None:
    with pytest.raises(batch.BatchRefused):
        batch.unpack(body)


@given(st.integers(min_value=1, max_value=40))
def test_a_cut_frame_is_refused(cut: int) -> None:
    whole = batch.pack([b"%d some record that is long enough" % number for number in range(50)])
    with pytest.raises(batch.BatchRefused):
        batch.split(batch.unpack(whole[:-cut]))


def test_too_many_records_are_refused() -> None:
    assert len(batch.split(b"a\n" * batch.MAX_RECORDS)) == batch.MAX_RECORDS
    with pytest.raises(batch.BatchRefused):
        batch.split(b"a\n" * (batch.MAX_RECORDS + 1))


@given(st.integers(1, 2**53 - 1), st.integers(0, 10_000))
def test_a_range_is_read_as_it_is_written(first: int, more: int) -> None:
    last = min(first + more, 2**53 - 1)
    spoken = batch.SequenceRange(first, last)
    assert batch.parse_range(str(spoken)) == spoken


@pytest.mark.parametrize("text", ["", "1", "2-1", "0-1", "1-2 ", "1-2\n", "-1-2", "1-" + "9" * 16, "١-٢"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(batch.BatchRefused):
        batch.parse_range(text)
