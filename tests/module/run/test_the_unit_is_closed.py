"""The units of systemd: what they allow is measured, and their limits and credential are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[3] / "deploy" / "bank"
UNITS = [DEPLOY / "qorgan-module.service", DEPLOY / "qorgan-module-desk.service"]
PAGES = {UNITS[0]: "docs/operate/module.md", UNITS[1]: "docs/howto/when-asoi-is-away.md"}
of_each = pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
MOST_EXPOSED = 1.5


@of_each
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_its_exposure_is_what_the_page_says(unit):
    words = ("systemd-analyze", "security", "--offline=true", "--no-pager", str(unit))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSED
    assert f"exposure {found[1]}" in (DEPLOY.parents[1] / PAGES[unit]).read_text()


@of_each
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_knows_every_word_of_it(unit, tmp_path):
    """The command itself is not on this machine: another stands in its place."""
    there = tmp_path / unit.name
    there.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE))
    words = ("systemd-analyze", "verify", "--man=no", str(there))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


@of_each
def test_it_has_limits_of_memory_processes_and_time(unit):
    for name in ("MemoryMax", "MemoryHigh", "TasksMax", "CPUQuota", "LimitNOFILE", "LimitCORE"):
        assert re.search(rf"^{name}=\S+$", unit.read_text(), re.MULTILINE), name


@of_each
def test_a_refusal_is_not_tried_again_and_no_secret_stands_in_it(unit):
    text = unit.read_text()
    assert "RestartPreventExitStatus=2" in text
    assert "Environment" not in text
    assert "LoadCredentialEncrypted=spool.key:" in text


def test_the_desk_can_speak_to_this_machine_alone_and_is_sandboxed_as_the_module_is():
    module, desk = (unit.read_text() for unit in UNITS)
    assert "IPAddressDeny=any\nIPAddressAllow=localhost\n" in desk
    inside = {line for line in module.split("\n# It reads logs")[1].splitlines() if re.match(r"[A-Z]\w+=\S*$", line)}
    limits = ("Memory", "Tasks", "CPU", "IO", "Limit", "WantedBy", "RestrictAddressFamilies")
    missing = {line for line in inside if not line.startswith(limits)} - set(desk.splitlines())
    assert not missing
