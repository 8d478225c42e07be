"""Records of real products become what their own vendors' words say, as `tools/judge_logs.py` measures it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from tools.judge_logs import (
    BEGIN,
    END,
    NONE,
    Judged,
    by_type,
    judge_folder,
    labelled,
    precision_of,
    recall_of,
    report,
    write,
)

LEAST = 0.95
FEW = 0.8
"""For a type and direction alone, where one wrong record of a small family weighs much."""


@pytest.fixture(scope="module")
def known(shared: Path) -> list[Judged]:
    """Every labelled record of the published samples, judged."""
    return labelled(judge_folder(shared / "data" / "dev"))


def test_the_mean_of_all_types_is_at_least_its_target(known: list[Judged]) -> None:
    means = [
        one.mean
        for kind in SignalType
        for one in (recall_of(known, kind.value), precision_of(known, kind.value))
        if one.mean is not None
    ]
    assert sum(means) / len(means) >= LEAST, by_type(known)


@pytest.mark.parametrize(
    "label",
    [
        pytest.param("ids", marks=pytest.mark.clause("R67.8.1")),
        pytest.param("waf", marks=pytest.mark.clause("R67.8.2")),
        pytest.param("endpoint", marks=pytest.mark.clause("R67.8.3")),
        pytest.param("malcode", marks=pytest.mark.clause("R67.8.4")),
        pytest.param("phishing", marks=pytest.mark.clause("R67.8.5")),
        pytest.param("scan", marks=pytest.mark.clause("R67.8.6")),
        pytest.param("guess", marks=pytest.mark.clause("R67.8.7")),
        pytest.param("spray", marks=pytest.mark.clause("R67.8.8")),
    ],
)
def test_records_of_a_type_become_it_and_others_do_not(known: list[Judged], label: str) -> None:
    recall, precision = recall_of(known, label), precision_of(known, label)
    assert recall.count
    for share in (recall, precision):
        assert share.mean is None or share.mean >= FEW, by_type(known)


def test_what_is_no_signal_makes_none(known: list[Judged]) -> None:
    mean = recall_of(known, NONE).mean
    assert mean is not None
    assert mean >= LEAST, by_type(known)


def test_shares_are_taken_per_family_so_that_a_chatty_vendor_does_not_decide() -> None:
    right = Judged("logs/a/x.log", 1, "ids", frozenset({"ids"}), "ids", "")
    wrong = Judged("logs/b/x.log", 1, "ids", frozenset({"ids"}), "waf", "")
    assert recall_of([right] * 99 + [wrong], "ids").mean == 0.5
    assert precision_of([right] * 99 + [wrong], "waf").mean == 0.0


def test_the_tables_stand_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    text = report([Judged("logs/a/x.log", 1, "ids", frozenset({"ids"}), "none", "flood")], [("seq/x", "guess", True)])
    write(page, text)
    assert page.read_text() == f"before\n{BEGIN}\n{text}\n{END}\nafter\n"
    assert "| a | ids | 1 | 0% | - | 1 flood |" in text


def test_a_wrong_label_is_told_apart_from_a_right_one(tmp_path: Path) -> None:
    alert = '{"event_type":"alert","src_ip":"203.0.113.7","alert":{"signature_id":1,"signature":"EXAMPLE"}}\n'
    (tmp_path / "eve.log").write_text(alert * 2)
    (tmp_path / "EVENTS.csv").write_text("file,line,label,also_acceptable\neve.log,1,ids,\neve.log,2,waf,scan\n")
    assert [one.is_right for one in judge_folder(tmp_path)] == [True, False]
