"""Labelled records of real products become the type their vendors' own words say, or nothing, for a stated reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.judge_logs import judge_folder, table


@pytest.mark.clause("R67.8.1")
@pytest.mark.clause("R67.8.2")
@pytest.mark.clause("R67.8.3")
def test_nearly_every_labelled_record_of_our_formats_is_judged_right(shared: Path) -> None:
    judged = [one for one in judge_folder(shared / "data" / "dev") if one.is_ours]
    right, wrong = sum(one.right for one in judged), [fault for one in judged for fault in one.wrong]
    assert right > 90
    assert right / (right + len(wrong)) >= 0.95, table(judged)
    for one in judged:
        assert sum(one.types.values()) + one.ignored.total() + one.unreadable.total() == one.records


def test_a_wrong_label_is_told_apart_from_a_right_one(tmp_path: Path) -> None:
    alert = '{"event_type":"alert","src_ip":"203.0.113.7","alert":{"signature_id":1,"signature":"EXAMPLE"}}\n'
    (tmp_path / "eve.log").write_text(alert * 2)
    (tmp_path / "EVENTS.csv").write_text("file,line,label,also_acceptable\neve.log,1,ids,\neve.log,2,waf,\n")
    (judged,) = judge_folder(tmp_path)
    assert (judged.right, judged.wrong) == (1, ["line 2: ids for waf"])
