"""Entries a second by several at once, against the same rows put into the same table without chain and triggers."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import psycopg

from qorgan.bench.figures import Figure, at_least, in_turn
from qorgan.bench.journal.filling import superuser
from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import INSERT, row_of

SECONDS: Final = 4.0
ROUNDS: Final = 3
LIMIT: Final = 0.6
_PLAIN: Final = """
CREATE TABLE plain_journal (LIKE gate_journal INCLUDING ALL) PARTITION BY RANGE (at);
CREATE TABLE plain_journal_all PARTITION OF plain_journal DEFAULT;
GRANT SELECT, INSERT ON plain_journal TO gate_web;
"""


def measure(config: Config, urls: Mapping[Role, str]) -> list[Figure]:
    """Alone, and eight at once: each transaction is one entry."""
    with psycopg.connect(superuser(config), autocommit=True) as connection:
        connection.execute(_PLAIN)
    plain = INSERT.replace("gate_journal", "plain_journal")
    figures = []
    for writers in (1, 8):

        def ours(at_once: int = writers) -> float:
            return _rate(urls[Role.WEB], INSERT, at_once)

        def peer(at_once: int = writers) -> float:
            return _rate(urls[Role.WEB], plain, at_once)

        share, chained, unchained = in_turn(ROUNDS, ours, peer)
        how = (
            f"{chained:,.0f} entries/s against {unchained:,.0f} rows/s of a plain INSERT into a table with the same "
            f"columns and indexes; a transaction each, committed to the disk; median of {ROUNDS} rounds"
        )
        what = "journal writes, one writer" if writers == 1 else f"journal writes, {writers} writers at once"
        figures.append(at_least(what, share, LIMIT, how))
    return figures


def _rate(url: str, statement: str, writers: int) -> float:
    started = threading.Barrier(writers)

    def write(_: int) -> tuple[int, float]:
        with psycopg.connect(url, autocommit=True) as connection:
            rows = [_row() for _ in range(64)]
            connection.execute(statement, rows[0], prepare=True)
            started.wait()
            begun, written = time.perf_counter(), 0
            while time.perf_counter() - begun < SECONDS:
                connection.execute(statement, rows[written % len(rows)])
                written += 1
            return written, time.perf_counter() - begun

    with ThreadPoolExecutor(writers) as threads:
        return sum(written / taken for written, taken in threads.map(write, range(writers)))


def _row() -> list[Any]:
    entry = Entry(
        event=Event.SIGN_IN,
        outcome="done",
        at=datetime.now(UTC),
        whence=Whence("203.0.113.7", 50100, "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0", uuid4().hex),
        population="bank-client",
        client=uuid4(),
        ceremony=uuid4(),
        device=uuid4(),
        factors=("password", "one-time-code"),
        rule="D26.two-factor",
        edition="2026",
        detail={"kind": "sign-in"},
    )
    return row_of(entry)
