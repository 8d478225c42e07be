"""The gate's journal: how fast it is written, how fast years of it are searched, and how long a day takes to go.

QORGAN_JOURNAL_ROWS says another number than twenty million rows for the search, QORGAN_JOURNAL_DAY another than a
million for the day.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from qorgan.bench.figures import Figure
from qorgan.bench.journal import expiring, searching, writing
from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import prepared
from qorgan.gate.sealing.ring import bind

ROWS: Final = int(os.environ.get("QORGAN_JOURNAL_ROWS", "20000000"))
DAY: Final = int(os.environ.get("QORGAN_JOURNAL_DAY", "1000000"))


def measure() -> list[Figure]:
    """All three, on a PostgreSQL of their own with its usual, durable settings."""
    with place() as (config, urls):
        return [
            *writing.measure(config, urls),
            *expiring.measure(config, urls, DAY),
            *searching.measure(config, urls, ROWS),
        ]


@contextmanager
def place() -> Iterator[tuple[Config, Mapping[Role, str]]]:
    """What a journal needs, gone afterwards: a configuration, a ring of keys, a database with its roles' URLs."""
    with tempfile.TemporaryDirectory(prefix="qorgan-bench-") as folder:
        config = Config(state=Path(folder), origin="bench.example/journal")
        bind(config.state)
        with prepared(config) as urls:
            yield config, urls
