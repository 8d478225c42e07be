"""Records of real products become what their own vendors' words say, family by family."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from qorgan.module.classify.decide import Decision, decide
from qorgan.module.event import Ignored, Unreadable
from qorgan.module.formats.reading import Reader

# One sign-in is a building block of guessing, and so is an enumeration of users: neither is a signal alone.
NO_SIGNAL = {"auth_fail": "none", "user_enum": "none"}


def verdicts(folder: Path) -> dict[str, dict[str, list[bool]]]:
    """By label and family, whether each labelled record that our formats read became what it is."""
    right: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    lines: dict[str, list[str]] = {}
    with (folder / "EVENTS.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            path = folder / row["file"]
            if row["label"] == "unlabelled" or not row["line"].isdigit() or not path.is_file():
                continue
            if row["file"] not in lines:
                lines[row["file"]] = path.read_text("utf-8", "replace").split("\n")
            became = judged(lines[row["file"]][int(row["line"]) - 1])
            if became:
                label = NO_SIGNAL.get(row["label"], row["label"])
                right[label][path.parent.name].append(became == label or became in row["also_acceptable"].split())
    return right


def judged(record: str) -> str:
    """What a record becomes; '' when no format of ours reads it."""
    try:
        event = Reader().read(record.encode())
    except Unreadable:
        return ""
    verdict = event if isinstance(event, Ignored) else decide(event)
    return verdict.type.value if isinstance(verdict, Decision) else "none"


@pytest.mark.parametrize(
    ("label", "least"),
    [
        pytest.param("ids", 1.0, marks=pytest.mark.clause("R67.8.1")),
        # F5's "Successful Request" is labelled waf by the rule it comes from, and says that nothing was wrong.
        pytest.param("waf", 0.9, marks=pytest.mark.clause("R67.8.2")),
        pytest.param("endpoint", 1.0, marks=pytest.mark.clause("R67.8.3")),
        pytest.param("none", 1.0),
        pytest.param("phishing", 1.0),
    ],
)
def test_labelled_records_become_what_they_are(shared: Path, label: str, least: float) -> None:
    families = verdicts(shared / "data" / "dev")[label]
    assert families
    shares = [sum(each) / len(each) for each in families.values()]
    assert sum(shares) / len(shares) >= least, dict(families)
