"""A line of its own for each test that wants to break it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qorgan.kit.postgres import Cluster
from tests.faults.line import Line


@pytest.fixture
def line() -> Iterator[Line]:
    """A running hub with an enrolled module that is not started yet."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-line-"))
    made = Line(folder)
    try:
        made.start_hub()
        made.enrol()
        yield made
    finally:
        made.stop()
        Cluster(folder / "hub" / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)
