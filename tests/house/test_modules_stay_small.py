"""No module outgrows what one sitting can read."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400


@pytest.mark.parametrize("room", ["qorgan", "tests", "tools"])
def test_no_module_is_longer_than_one_sitting(room: str) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / room).rglob("*.py")}
    assert lengths
    assert {path.relative_to(ROOT): length for path, length in lengths.items() if length > LONGEST} == {}
