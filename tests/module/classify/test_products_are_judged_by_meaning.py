"""Records written to many vendors' documented formats become what their own words mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Decision, decide
from qorgan.module.formats.reading import FORMATS

MARKS = {
    "ids": [pytest.mark.clause("R67.8.1")],
    "waf": [pytest.mark.clause("R67.8.2")],
    "endpoint": [pytest.mark.clause("R67.8.3")],
}
LINES = Path(__file__).with_name("by_meaning.tsv").read_text("utf-8").splitlines()
PRODUCTS = [line.partition("\t")[::2] for line in LINES]


def named(expected: str, record: str) -> object:
    vendor, product, _, rule = record.split("|")[1:5]
    name = f"{vendor}-{product}-{rule}-is-{expected}"
    return pytest.param(expected, record, id=name, marks=MARKS.get(expected, []))


@pytest.mark.parametrize(("expected", "record"), [named(*each) for each in PRODUCTS])
def test_a_product_is_judged_by_what_it_says(expected: str, record: str) -> None:
    event = FORMATS["cef"].read(record.encode())
    verdict = decide(event)
    assert (verdict.type.value if isinstance(verdict, Decision) else "none") == expected


def test_every_type_but_none_is_among_them() -> None:
    assert {expected for expected, _ in PRODUCTS} == {*(each.value for each in SignalType), "none"}


@pytest.mark.parametrize("vendor", ["Nobody", "Ешкім"])
def test_a_product_that_no_pack_names_is_judged_with_low_confidence(vendor: str) -> None:
    record = f"CEF:0|{vendor}|Thing|1|9|Remote code execution attempt|8|src=198.51.100.7 dst=203.0.113.10"
    verdict = decide(FORMATS["cef"].read(record.encode()))
    assert isinstance(verdict, Decision)
    assert (verdict.type, verdict.confidence) == (SignalType.IDS, "low")
