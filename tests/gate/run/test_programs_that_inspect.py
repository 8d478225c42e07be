"""What docs/operate/gate.md shows of programs that inspect is run: the command, and the calls against a portal."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.gate.journal.filling import TODAY, fill

ROOT = Path(__file__).resolve().parents[3]
SECTION = (ROOT / "docs/operate/gate.md").read_text().split("### Programs that inspect\n")[1].split("\n## ")[0]
COMMAND, CALLS = re.findall(r"^```sh\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def commanded(gate: Any, tmp_path: Path) -> Callable[..., Done]:
    """Runs a command of `qorgan` on a copy of the gate's secrets."""
    shutil.copytree(gate.config.state, tmp_path / "state")

    def run(words: str) -> Done:
        environment = os.environ | {
            "QORGAN_GATE_STATE": str(tmp_path / "state"),
            "QORGAN_GATE_DATABASE_URL": gate.superuser,
        }
        program = [sys.executable, "-m", *shlex.split(words)]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=False, timeout=120)

    return run


@pytest.mark.clause("D26.journal")
def test_the_token_that_the_command_gives_opens_what_the_calls_ask(gate, web, commanded, tmp_path):
    from qorgan.gate.database.connection import Role

    fill(gate.url(Role.WEB), [TODAY], 9)
    made = commanded(COMMAND)
    assert made.returncode == 0, made.stderr
    token = made.stdout.splitlines()[-1]
    environment = os.environ | {"TOKEN": token, "GATE": web.address}
    script = ["bash", "-eu", "-c", CALLS]
    done = subprocess.run(script, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"clauses":[' in done.stdout
    assert (tmp_path / "evidence.csv").read_text().startswith("# origin: ")
    events = gate.rows("SELECT event, count(*) FROM gate_journal WHERE detail ? 'caller' GROUP BY event")
    assert dict(events) == {"evidence.exported": 1, "inspection.seen": 1, "journal.searched": 2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--kind inspector --population employee", "population-unneeded"),
        ("--kind server", "population-missing"),
        ("--kind app", "population-missing"),
    ],
)
def test_a_population_that_lacks_or_is_too_much_is_named(gate, commanded, words, said):
    done = commanded(f"qorgan gate caller-add audit {words}")
    assert done.returncode == 1
    assert done.stderr.startswith("qorgan gate caller-add: ")
    assert "--population" in done.stderr
    assert done.stderr.isascii(), "a command speaks English, as its help does"
    assert done.stderr.endswith(f"({said})\n")
    assert gate.rows("SELECT count(*) FROM api_caller") == [(0,)]
