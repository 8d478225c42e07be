"""The golden examples: what the contract takes, what it refuses, and where it says the fault lies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.wire import record
from qorgan.wire.signal import HASH_DIGITS, HashAlgorithm

EXAMPLES = Path(record.__file__).parent / "examples"
GOOD = sorted((EXAMPLES / "good").glob("*.json"))
BAD = sorted((EXAMPLES / "bad").glob("*.json"))


def line_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.clause("R67.3.6")
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_example_is_read_and_written_again_without_change(path: Path) -> None:
    first = record.decode(line_of(json.loads(path.read_text())))
    again = record.decode(record.encode(first))
    assert again == first
    assert record.encode(again) == record.encode(first)


@pytest.mark.clause("R67.3.6")
def test_there_is_an_example_of_each_of_the_eight_types() -> None:
    assert {record.decode(line_of(json.loads(path.read_text()))).type for path in GOOD} == set(SignalType)


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_example_is_refused_at_its_field(path: Path) -> None:
    example = json.loads(path.read_text())
    with pytest.raises(record.RecordRefused) as refused:
        record.decode(line_of(example["record"]))
    assert refused.value.field == example["refused_at"]
    assert refused.value.reason


@pytest.mark.clause("R67.4")
def test_a_refusal_never_repeats_what_was_sent() -> None:
    secret = "900101300017"
    good = json.loads(GOOD[0].read_text())
    for place in ("type", "severity", "first_seen", "id", "protocol", "count"):
        with pytest.raises(record.RecordRefused) as refused:
            record.decode(line_of({**good, place: secret}))
        assert refused.value.field == place
        assert secret not in refused.value.reason


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b"[]", b"{", b'"text"', b"\xff\xfe", b"[" * 30_000, b'{"a":' * 5_000, b" " * 40_000],
    ids=["empty", "null", "list", "cut", "text", "not-utf8", "deep-list", "deep-object", "long"],
)
def test_a_line_that_is_no_object_is_refused_whole(line: bytes) -> None:
    with pytest.raises(record.RecordRefused):
        record.decode(line)


def test_every_hash_algorithm_has_its_length() -> None:
    assert set(HASH_DIGITS) == set(HashAlgorithm)
