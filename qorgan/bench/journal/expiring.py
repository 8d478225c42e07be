"""A day with a million rows leaves the tables while others write: how long it takes and how long they wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Final

import psycopg

from qorgan.bench.figures import Figure, at_most
from qorgan.bench.journal.filling import ago, fill, superuser
from qorgan.bench.journal.writing import _row
from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import shelf_of
from qorgan.gate.journal.rows import INSERT
from qorgan.kit import clock

LIMIT_MS: Final = 1000.0
WAIT_MS: Final = 250.0
DAY: Final = 94


class _Stop(Exception):
    """The archive is named: what comes next is what is measured."""


def measure(config: Config, urls: Mapping[Role, str], rows: int) -> list[Figure]:
    """Of one day."""
    day = ago(DAY)
    fill(superuser(config), day, rows)
    began = time.perf_counter()
    try:
        list(archive(urls[Role.CLERK], shelf_of(config), clock.now, _stop))
    except _Stop:
        sealed = time.perf_counter() - began
    size = shelf_of(config).path(day).stat().st_size
    waits: list[float] = []
    done = threading.Event()
    writer = threading.Thread(target=_write, args=(urls[Role.WEB], waits, done))
    writer.start()
    time.sleep(1)
    usual = sorted(waits)[len(waits) // 2]
    waits.clear()
    with psycopg.connect(urls[Role.CLERK], autocommit=True) as connection:
        taken, tries = _drop(connection, day.isoformat())
    time.sleep(0.5)
    done.set()
    writer.join()
    how = (
        f"a day with {rows:,} rows and their links, its archive ({size / 1e6:.0f} MB) made before in {sealed:.0f} s; "
        f"dropped at try {tries}, while another writes entry after entry, each usually in {usual * 1e3:.1f} ms"
    )
    return [
        at_most("journal: a day leaves the tables", taken * 1e3, LIMIT_MS, "ms", how),
        at_most("journal: the longest an entry waited meanwhile", max(waits) * 1e3, WAIT_MS, "ms", how),
    ]


def _stop(done: str) -> None:
    if done == "named":
        raise _Stop


def _drop(connection: psycopg.Connection, day: str) -> tuple[float, int]:
    for tries in range(1, 100):
        began = time.perf_counter()
        try:
            connection.execute("SELECT gate_journal_drop(%s)", [day])
        except psycopg.errors.LockNotAvailable:
            continue
        return time.perf_counter() - began, tries
    raise RuntimeError("the day could not be dropped")


def _write(url: str, waits: list[float], done: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not done.is_set():
            row, began = _row(), time.perf_counter()
            connection.execute(INSERT, row)
            waits.append(time.perf_counter() - began)
