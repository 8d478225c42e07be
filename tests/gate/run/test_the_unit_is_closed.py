"""The unit of systemd: what it allows is measured, and its limits are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[3] / "deploy" / "bank" / "qorgan-gate.service"
PAGE = UNIT.parents[2] / "docs" / "operate" / "gate.md"
MOST_EXPOSED = 2.0
with_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")


@with_systemd
def test_its_exposure_is_what_the_page_says():
    words = ("systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSED
    assert f"exposure {found[1]}" in PAGE.read_text()


@with_systemd
def test_systemd_knows_every_word_of_it(tmp_path):
    """The command itself is not on this machine: another stands in its place."""
    there = tmp_path / UNIT.name
    there.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE))
    words = ("systemd-analyze", "verify", "--man=no", str(there))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_it_has_limits_and_no_secret_stands_in_it():
    for name in ("MemoryMax", "MemoryHigh", "TasksMax", "LimitNOFILE", "LimitCORE"):
        assert re.search(rf"^{name}=\S+$", UNIT.read_text(), re.MULTILINE), name
    assert "RestartPreventExitStatus=2" in UNIT.read_text()
    assert "Environment" not in UNIT.read_text()
