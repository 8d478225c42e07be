"""Whatever bytes come, the whole way gives signals that the contract takes, a reason, or the quarantine, and in time.

`QORGAN_FUZZ_SECONDS` makes it longer; `make fuzz` does. What the guided part finds new is kept in the folder that
`QORGAN_FUZZ_FOLDER` names, so that it goes on from there.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qorgan.module.formats.framing import MAX_LINE
from qorgan.module.formats.reading import AUTO, FORMATS
from tests.module.fuzz.made import pumped
from tests.module.fuzz.seeds import bent, seeds
from tests.module.fuzz.whole import Whole

SECONDS = int(os.environ.get("QORGAN_FUZZ_SECONDS", "10"))
SEEDS = seeds()
WHOLE = Whole()
"""One for all, as a module goes on for months: what a record leaves behind meets those that follow."""
_FEW = 40
"""Of the longest records that a source gives, a sample."""


def test_the_seeds_are_of_every_format_and_come_through_whole() -> None:
    assert len(SEEDS) > 500
    whole = Whole()
    for record in SEEDS:
        whole.ask_every_format(record)
    came = whole.take(SEEDS)
    assert len(came.lines) > 100
    assert len(came.unreadable) < len(SEEDS) / 50


@settings(max_examples=SECONDS * 30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(SEEDS), min_size=1, max_size=6), st.integers(0, 2**32))
def test_no_change_to_valid_records_breaks_the_way_or_the_account(records: list[bytes], seed: int) -> None:
    chance = random.Random(seed)
    changed = [bent(record, SEEDS, chance) for record in records]
    for record in changed:
        WHOLE.ask_every_format(record)
    WHOLE.take(changed)


@settings(max_examples=SECONDS * 20, deadline=None)
@given(st.sampled_from(SEEDS), st.sampled_from((AUTO, *FORMATS)), st.integers(0, 2**32))
def test_a_source_that_is_told_the_wrong_format_breaks_nothing(record: bytes, format_name: str, seed: int) -> None:
    WHOLE.take_in_time(bent(record, SEEDS, random.Random(seed)), format_name)


@settings(max_examples=SECONDS * 20, deadline=None)
@given(st.binary(max_size=2_000))
def test_no_bytes_at_all_break_the_way(record: bytes) -> None:
    WHOLE.take_in_time(record)


@pytest.mark.parametrize("length", [6_000, MAX_LINE])
def test_no_repetition_takes_longer_than_its_length_allows(length: int) -> None:
    records = list(pumped(length))
    if length == MAX_LINE and SECONDS < 60:
        records = random.Random(length).sample(records, _FEW)
    for record in records:
        WHOLE.take_in_time(record)


@pytest.mark.skipif(sys.platform != "linux" or sys.version_info >= (3, 14), reason="Atheris has no wheel here")
@pytest.mark.timeout(SECONDS + 240)
def test_what_coverage_guides_to_breaks_nothing(tmp_path: Path) -> None:
    folder = Path(os.environ.get("QORGAN_FUZZ_FOLDER", tmp_path)).resolve()
    command = [sys.executable, "-m", "tests.module.fuzz.guided", str(SECONDS), str(folder)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert any((folder / "corpus").iterdir())
