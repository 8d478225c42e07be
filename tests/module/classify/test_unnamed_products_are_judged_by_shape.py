"""Records of many shapes, written to documented formats, become what they mean without anybody naming the product."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.module.classify.decide import Decision, decide
from qorgan.module.event import Event
from qorgan.module.formats.reading import Reader

MARKS = {
    "ids": [pytest.mark.clause("R67.8.1")],
    "waf": [pytest.mark.clause("R67.8.2")],
    "endpoint": [pytest.mark.clause("R67.8.3")],
}
LINES = Path(__file__).with_name("by_shape.tsv").read_text("utf-8").splitlines()


def named(number: int, expected: str, record: str) -> object:
    return pytest.param(expected, record, id=f"line-{number}-is-{expected}", marks=MARKS.get(expected, []))


@pytest.mark.parametrize(
    ("expected", "record"), [named(number, *line.partition("\t")[::2]) for number, line in enumerate(LINES, 1)]
)
def test_a_record_is_judged_by_its_shape_and_words(expected: str, record: str) -> None:
    event = Reader().read(record.encode())
    verdict = decide(event) if isinstance(event, Event) else event
    assert (verdict.type.value if isinstance(verdict, Decision) else "none") == expected
