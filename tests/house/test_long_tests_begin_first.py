"""Several processes share the tests: nothing is lost in dealing, and each begins with what takes long."""

from __future__ import annotations

from itertools import accumulate, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.heavy_first import HEAVY, heavy_first

TESTS = Path(__file__).resolve().parents[1]


def items(*names: str) -> list[Any]:
    return [SimpleNamespace(path=TESTS / name, number=number) for number, name in enumerate(names)]


def test_every_file_that_is_called_heavy_is_there() -> None:
    assert [name for name in HEAVY if not (TESTS / name).is_file()] == []


@pytest.mark.parametrize("workers", [2, 3, 5])
def test_each_process_begins_with_files_that_take_long_and_nothing_is_lost(workers: int) -> None:
    light = [f"law/test_{number}.py" for number in range(200)]
    given = items(*light[:100], *HEAVY, HEAVY[0], *light[100:])
    dealt = heavy_first(given, workers)
    assert sorted(one.number for one in dealt) == list(range(len(given)))
    sizes = [len(given) // workers + (number >= workers - len(given) % workers) for number in range(workers)]
    for start, end in pairwise([0, *accumulate(sizes)]):
        kinds = [str(one.path.relative_to(TESTS)) in HEAVY for one in dealt[start:end]]
        assert kinds == sorted(kinds, reverse=True)
        assert kinds[0]


def test_a_few_files_that_are_named_stay_as_they_are() -> None:
    given = items(*[HEAVY[0]] * 9, "law/test_a.py")
    assert heavy_first(given, 2) == given
