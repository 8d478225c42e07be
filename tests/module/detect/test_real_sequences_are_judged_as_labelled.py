"""Sequences of records of real products, each with one label for the whole, read and judged as in life."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from qorgan.module.classify.decide import Decision, own
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.formats.reading import Reader
from qorgan.module.redact.hosts import Inside

EVERYWHERE = DetectTable(inside_failures=6, inside_accounts=6)
"""Those who sanitised the logs put inside addresses in the place of attackers'."""
LEAST = {"guess": 6, "spray": 6, "scan": 15}
"""Records of a sequence that can alarm by the thresholds."""
RIGHT = 19


def found_in(path: Path) -> set[str]:
    """Types of all signals that a sequence becomes."""
    windows, decide = Windows(EVERYWHERE, bytes(32), Inside()), own().decide
    types: set[str] = set()
    for _, event in Reader().read_all([line for line in path.read_bytes().splitlines() if line.strip()]).events:
        verdict = decide(event)
        if not windows.see(event, verdict) and isinstance(verdict, Decision):
            types.add(verdict.type.value)
        types |= {decision.type.value for _, decision in windows.take()}
    return types


@pytest.mark.clause("R67.8.6")
@pytest.mark.clause("R67.8.7")
@pytest.mark.clause("R67.8.8")
def test_real_sequences_are_judged_as_labelled(shared: Path) -> None:
    """Of guessing, spraying and scanning none is told as another; trying user names is spraying by the act's words."""
    with (shared / "data/dev/MANIFEST.csv").open(encoding="utf-8") as manifest:
        reasons = {Path(row[0]).name: ",".join(row) for row in csv.reader(manifest)}
    right, missed, wrong = [], [], []
    for path in sorted((shared / "data/dev/seq").iterdir()):
        label = path.stem.rpartition("__")[2]
        if label not in {*LEAST, "none"}:
            continue
        types = found_in(path)
        also = {"spray"} if "user-enum" in reasons[path.name].replace("_", "-") else set()
        if types - {label} - also or (label == "none" and types):
            wrong.append((path.name, types))
        elif label == "none" or label in types or types & also:
            right.append(path.name)
        else:
            missed.append(path.name)
    assert wrong == []
    assert len(right) >= RIGHT, f"missed: {missed}"
