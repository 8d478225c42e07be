"""A stopped gate with a PostgreSQL of its own is copied as the docs say, and both go on apart from each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from qorgan.kit.postgres import Cluster
from tests.gate.run.test_a_gate_runs import Running, running

__all__ = ["running"]

PAGE = Path(__file__).parents[3] / "docs" / "operate" / "gate.md"


@pytest.fixture
def copy(running):
    """A place for the copy, and the commands of the docs that make it."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-gate-"))
    (lines,) = re.findall(r"^cp -a state /srv/gate-copy\n(?:.+\n)*(?=```)", PAGE.read_text(), re.MULTILINE)
    moved = running.folder / "state" / "postgres" / "moved-to"

    def make():
        place = Path(moved.read_text().strip()) if moved.exists() else folder
        for line in lines.splitlines()[: None if moved.exists() else 1]:
            put = line.replace("/var/lib/qorgan/gate-copy", f"{place}-copy")
            put = put.replace("/srv/gate-copy", f"{folder}/state").replace(" state", f" {running.folder}/state")
            subprocess.run(["bash", "-euc", put.replace("$(cat state", f"$(cat {running.folder}/state")], check=True)
        return Running(folder)

    made = []
    yield lambda: made.append(make()) or made[-1]
    for one in made:
        one.stop()
    Cluster(folder / "state" / "postgres").remove()
    shutil.rmtree(folder)


def knows(portal, token):
    """Whether a gate takes a program's token: it then says that there is no such session."""
    answer = httpx.get(f"{portal}/api/v1/session", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    return answer.json()["code"] == "session-missing"


@pytest.mark.clause("D26.journal")
def test_what_was_copied_is_whole_and_shares_nothing_with_what_it_was_copied_from(running, copy):
    add = ("caller-add", "a test's program", "--kind", "server", "--population", "bank-client")
    running.start()
    before = running.command(*add)[1]["token"]
    running.stop()
    copied = copy()
    old, new = running.start()["portal"], copied.start()["portal"]
    after = running.command(*add)[1]["token"]
    assert (knows(old, before), knows(old, after)) == (True, True)
    assert (knows(new, before), knows(new, after)) == (True, False)
    code, audited = copied.command("audit")
    assert (code, audited["sound"]) == (0, True)
