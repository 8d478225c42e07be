"""A flood in which nothing recurs leaves nothing behind: what is remembered is bounded."""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import qorgan.module
from tests.module.fuzz.made import unlike
from tests.module.fuzz.whole import Whole

ROOT = Path(__file__).resolve().parents[3]
LENGTH = 2_000
"""Characters of each value: longer than what is worth remembering."""
ROUNDS = 12
MOST_KEPT = 0.2
"""Of the bytes that came, at most so many may be left: tracks of the windows, and plans for short names."""
UNBOUNDED = frozenset(
    (
        *("own", "own_rules", "own_list", "own_products", "products_of", "own_engine", "own_general", "known_events"),
        *("catalogues", "zone"),
    )
)
"""What is kept without a bound: what is read from our own files, once for each of them."""


def flooded() -> tuple[int, int]:
    """Bytes that are left of a flood, and bytes that came, after as long a flood has filled what is remembered."""
    whole = Whole()
    floods = [unlike(number, LENGTH) for number in range(2 * ROUNDS)]
    for records in floods[:ROUNDS]:
        whole.take(records)
    given = sum(len(record) for records in floods[ROUNDS:] for record in records)
    gc.collect()
    tracemalloc.start()
    try:
        for records in floods[ROUNDS:]:
            whole.take(records)
        gc.collect()
        return tracemalloc.get_traced_memory()[0], given
    finally:
        tracemalloc.stop()


def test_a_flood_of_long_values_that_never_recur_leaves_nothing_behind() -> None:
    # In a process of its own: what other tests have begun in this one goes on, and would be counted.
    asked = f"from {__name__} import flooded; print(*flooded())"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    kept, given = map(int, done.stdout.split())
    assert kept < given * MOST_KEPT


def test_every_cache_has_a_bound_but_those_of_our_own_files() -> None:
    found = {}
    for each in pkgutil.walk_packages(qorgan.module.__path__, "qorgan.module."):
        for name, value in vars(importlib.import_module(each.name)).items():
            if isinstance(value, functools._lru_cache_wrapper):
                found[name.removeprefix("_")] = value.cache_parameters()["maxsize"]
    assert len(found) > 10
    assert {name for name, most in found.items() if most is None} <= UNBOUNDED
    assert max(most for most in found.values() if most is not None) <= 32_768
