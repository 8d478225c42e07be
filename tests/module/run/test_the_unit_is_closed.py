"""The unit of systemd: what it allows is measured, and its limits and credential are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[3] / "deploy" / "bank" / "qorgan-module.service"
MOST_EXPOSED = 1.5


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_its_exposure_is_what_the_page_says():
    words = ("systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSED
    page = (UNIT.parents[2] / "docs" / "operate" / "module.md").read_text()
    assert f"exposure {found[1]}" in page


def test_it_has_limits_of_memory_processes_and_time():
    unit = UNIT.read_text()
    for name in ("MemoryMax", "MemoryHigh", "TasksMax", "CPUQuota", "LimitNOFILE", "LimitCORE"):
        assert re.search(rf"^{name}=\S+$", unit, re.MULTILINE), name


def test_a_refusal_is_not_tried_again_and_no_secret_stands_in_it():
    unit = UNIT.read_text()
    assert "RestartPreventExitStatus=2" in unit
    assert "Environment" not in unit
    assert "LoadCredentialEncrypted=spool.key:" in unit
