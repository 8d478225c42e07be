"""docs/lifecycles.md is what the tables say, no row more and none less."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "lifecycles.md"


@pytest.mark.parametrize("changed", [False, True], ids=["as it is", "with another verb"])
def test_the_page_is_written_out_of_the_tables(tmp_path: Path, changed: bool) -> None:
    page = tmp_path / "lifecycles.md"
    text = PAGE.read_text()
    page.write_text(text.replace("| received | return |", "| received | keep |", 1) if changed else text)
    tool = [sys.executable, str(ROOT / "tools" / "lifecycles.py"), "--check", "--page", str(page)]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == int(changed), done.stderr


def test_every_row_names_who_and_a_clause() -> None:
    rows = [line.split("|")[1:-1] for line in PAGE.read_text().splitlines() if re.match(r"\| [a-z]", line)]
    rows = [row for row in rows if row[0].strip() != "state"]
    assert len(rows) > 50
    assert all(row[3].strip() and re.fullmatch(r"R\d+I?\.[\d.]+(-fallback)?", row[5].strip()) for row in rows)
