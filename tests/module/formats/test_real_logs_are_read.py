"""Real logs of real products: every record of a format that we claim is read, and nothing else is taken for one."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from qorgan.module.event import Event
from qorgan.module.formats.eve import NOT_EVE
from qorgan.module.formats.framing import Cutter
from qorgan.module.formats.reading import UNKNOWN, Reader, find_format

OURS = {"waf": "R67.8.2", "ids": "R67.8.1", "endpoint": "R67.8.3"}


def is_claimed(record: bytes, form: str, product: str) -> bool:
    """Whether the collection's own description says that a record is of a format that we read."""
    if "CEF" in form:
        return True
    text = record.decode("utf-8", "replace")
    if form.endswith("JSON") and "suricata" in product:
        return '"event_type"' in text
    return "ModSecurity: " in text or "Coraza: " in text or '"producer":{"modsecurity"' in text


def labelled(shared: Path) -> list[tuple[dict[str, str], bytes, bool]]:
    folder = shared / "data" / "dev"
    with (folder / "MANIFEST.csv").open(newline="") as stream:
        products = {row["file"]: row["product"] + " " + row["family"] for row in csv.DictReader(stream)}
    lines: dict[str, list[bytes]] = {}
    found = []
    with (folder / "EVENTS.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            path = folder / row["file"]
            if not path.is_file() or not row["line"].isdigit():
                continue
            if row["file"] not in lines:
                lines[row["file"]] = path.read_bytes().split(b"\n")
            record = lines[row["file"]][int(row["line"]) - 1]
            found.append((row, record, is_claimed(record, row["format"], products.get(row["file"], ""))))
    return found


OWN = frozenset(("wazuh", "eve", "modsecurity", "cef"))
"""Formats that say by themselves whose they are."""


@pytest.mark.clause("R67.8.1")
@pytest.mark.clause("R67.8.2")
@pytest.mark.clause("R67.8.3")
def test_every_labelled_record_of_our_formats_is_read(shared: Path) -> None:
    claimed = [(row, record) for row, record, ours in labelled(shared) if ours]
    assert len(claimed) > 100
    reader = Reader()
    readings = reader.read_all([record for _, record in claimed])
    assert [(claimed[index][0]["file"], reason) for index, reason in readings.unreadable] == []
    events = dict(readings.events)
    for index, (row, _) in enumerate(claimed):
        if row["label"] in OURS:
            event = events[index]
            assert event.rule_id
            assert event.product
            assert event.record


def test_a_record_of_another_product_is_never_taken_for_one_of_a_products_own_format(shared: Path) -> None:
    others = [(row, record) for row, record, ours in labelled(shared) if not ours]
    assert len(others) > 1_000
    taken: Counter[str] = Counter()
    for row, record in others:
        found = find_format(record)
        if found is not None and found.name in OWN and found.read_all([record]).events:
            taken[row["file"]] += 1
    assert taken == Counter()


@pytest.mark.clause("R67.7")
def test_every_file_goes_through_a_source_of_unknown_format_without_an_exception(shared: Path) -> None:
    total: Counter[str] = Counter()
    for path in sorted((shared / "data" / "dev").rglob("*.log")):
        cut = Cutter(blocks=True).cut(path.read_bytes(), final=True)
        readings = Reader().read_all(cut.records)
        assert len(readings.events) + readings.ignored.total() + len(readings.unreadable) == len(cut.records)
        assert all(isinstance(event, Event) for _, event in readings.events)
        total["events"] += len(readings.events)
        total["ignored"] += readings.ignored.total()
        total["unknown"] += sum(reason in {UNKNOWN, NOT_EVE} for _, reason in readings.unreadable)
        total["broken"] += sum(reason not in {UNKNOWN, NOT_EVE} for _, reason in readings.unreadable)
    assert total["events"] > 100
    assert not total["broken"]
