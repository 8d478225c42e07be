"""RFC 6587: counted or line by line, however the network cuts the stream."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.formats.framing import MAX_LINE
from qorgan.module.sources.stream_frames import StreamFrames

MESSAGES = st.lists(st.binary(min_size=1, max_size=60).map(lambda text: b"<13>" + text.strip() + b"x"), max_size=8)


def fed(stream: bytes, chance: random.Random) -> list[tuple[bytes, str]]:
    frames, found, at = StreamFrames(), [], 0
    while at < len(stream):
        step = chance.choice((1, 2, 5, 1_000))
        found += frames.feed(stream[at : at + step])
        at += step
    return [(frame.data, frame.refused) for frame in [*found, *frames.end()]]


@pytest.mark.clause("R67.7")
@given(MESSAGES, st.randoms(use_true_random=False), st.sampled_from([b"", b"\n", b"\r\n"]))
def test_counted_messages_come_out_whole_even_with_line_feeds_inside(
    messages: list[bytes], chance: random.Random, between: bytes
) -> None:
    stream = b"".join(b"%d %b%b" % (len(message), message, between) for message in messages)
    assert fed(stream, chance) == [(message, "") for message in messages]


@pytest.mark.clause("R67.7")
@given(MESSAGES, st.randoms(use_true_random=False), st.sampled_from([b"\n", b"\r\n", b"\0"]))
def test_lines_come_out_whole_and_the_last_needs_no_end(
    messages: list[bytes], chance: random.Random, end: bytes
) -> None:
    lines = [message.replace(b"\n", b"_").replace(b"\0", b"_").replace(b"\r", b"_") for message in messages]
    assert [(data.strip(b"\r"), why) for data, why in fed(end.join(lines), chance)] == [(line, "") for line in lines]


def test_a_line_that_begins_with_a_number_is_not_taken_for_a_count() -> None:
    assert fed(b"12 monkeys\n2026-03-02 x\n7\n", random.Random(1)) == [
        (b"12 monkeys", ""),
        (b"2026-03-02 x", ""),
        (b"7", ""),
    ]


def test_an_overlong_counted_message_is_passed_over_exactly() -> None:
    huge = b"<13>" + b"x" * (2 * MAX_LINE)
    stream = b"6 <13>ab%d %b6 <13>cd" % (len(huge), huge)
    found = fed(stream, random.Random(2))
    assert [data for data, why in found if not why] == [b"<13>ab", b"<13>cd"]
    assert [why for _, why in found if why] == ["too long"]


def test_an_overlong_line_is_passed_over_to_its_end() -> None:
    found = fed(b"<13>ab\n<13>" + b"x" * (2 * MAX_LINE) + b"\n<13>cd\n", random.Random(3))
    assert [data for data, why in found if not why] == [b"<13>ab", b"<13>cd"]
    assert [why for _, why in found if why] == ["too long"]


def test_a_counted_stream_that_lost_its_place_says_so() -> None:
    frames = StreamFrames()
    assert [frame.data for frame in frames.feed(b"6 <13>abgarbage")] == [b"<13>ab", b"garbage"]
    assert frames.lost


def test_a_counted_message_cut_off_by_the_senders_end_is_refused() -> None:
    assert fed(b"60 <13>ab", random.Random(4)) == [(b"60 <13>ab", "cut off before its end")]


@given(st.binary(max_size=300), st.randoms(use_true_random=False))
def test_no_bytes_raise(stream: bytes, chance: random.Random) -> None:
    fed(stream, chance)
