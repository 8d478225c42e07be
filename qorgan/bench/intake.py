"""Durable receipted intake, against raw COPY of the same rows with deduplication, two writers each, no HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from uuid import UUID

import psycopg

from qorgan.bench.figures import Figure, at_least, in_turn, thousands
from qorgan.bench.hub import Hub, Sender, running
from qorgan.bench.signals import lines
from qorgan.hub.intake.rows import SIGNAL_COLUMNS, Origin, Rows
from qorgan.wire import record

LIMIT = 0.7
WRITERS = 2
PROCESSES = 2 * WRITERS
"""Of intake. The system deals connections out blindly: more processes than processors share the work evenly."""
BATCH = 2_000
BATCHES = 40
"""Of each writer in one round."""
ROUNDS = 5
MODULES = 16
PATIENCE = 120.0
"""Seconds after which a round that stands still is given up."""

PEER_TABLE = """
CREATE TABLE IF NOT EXISTS peer (LIKE signal INCLUDING ALL);
CREATE UNIQUE INDEX IF NOT EXISTS peer_once ON peer (received_at, module_id, sequence);
"""


def measure() -> list[Figure]:
    """The ratio of signals a second, ours to the peer's."""
    with running(PROCESSES) as hub:
        with psycopg.connect(hub.superuser) as connection:
            connection.execute(PEER_TABLE)
        senders = [hub.sender(number) for number in range(MODULES)]
        rounds = iter(range(10_000))

        def ours() -> float:
            return _ours(senders, hub.intake, next(rounds))

        def peer() -> float:
            return _peer(hub, next(rounds))

        in_turn(1, ours, peer)
        ratio, rate, against = in_turn(ROUNDS, ours, peer)
    how = (
        f"{PROCESSES} intake processes over HTTP (signature, zstd, decoding, ledger, receipt), {MODULES} modules, "
        f"batches of {BATCH:,}: {thousands(rate)}; peer: {WRITERS} writers of prebuilt binary COPY into a temporary "
        f"table and INSERT … ON CONFLICT DO NOTHING, same rows and indexes: {thousands(against)}; {ROUNDS} rounds"
    )
    return [at_least("durable receipted intake / raw deduplicating COPY", ratio, LIMIT, how)]


def _ours(senders: Sequence[Sender], port: int, turn: int) -> float:
    each = BATCHES * WRITERS // len(senders)
    first = turn * BATCHES * BATCH * WRITERS + 1
    requests = []
    for number, sender in enumerate(senders):
        made = []
        for place in range(each):
            start = _next_number(sender, BATCH)
            made.append(sender.request(start, list(lines(start, BATCH, seed=first + number + place)), port))
        requests.append(made)
    start_line = threading.Barrier(len(senders) + 1, timeout=PATIENCE)
    with ThreadPoolExecutor(len(senders)) as pool:
        sent = [pool.submit(_send_all, port, made, start_line) for made in requests]
        start_line.wait()
        started = time.perf_counter()
        for done in sent:
            done.result()
    return len(senders) * each * BATCH / (time.perf_counter() - started)


_numbers: dict[UUID, int] = {}


def _next_number(sender: Sender, count: int) -> int:
    first = _numbers.get(sender.module, 1)
    _numbers[sender.module] = first + count
    return first


def _send_all(port: int, requests: Sequence[bytes], start_line: threading.Barrier) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        start_line.wait()
        for request in requests:
            connection.sendall(request)
            _read_answer(connection)


def _read_answer(connection: socket.socket) -> None:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65_536)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the hub answered {head[:30]!r} {body[:300]!r}")


def _peer(hub: Hub, turn: int) -> float:
    context = get_context("spawn")
    start_line = context.Barrier(WRITERS + 1, timeout=PATIENCE)
    end_line = context.Barrier(WRITERS + 1, timeout=PATIENCE)
    writers = [
        context.Process(target=_write, args=(hub.superuser, turn, number, start_line, end_line))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    start_line.wait()
    started = time.perf_counter()
    end_line.wait()
    taken = time.perf_counter() - started
    for writer in writers:
        writer.join()
    return WRITERS * BATCHES * BATCH / taken


def _write(url: str, turn: int, number: int, start_line: Barrier, end_line: Barrier) -> None:
    module = UUID(int=turn * WRITERS + number + 1)
    buffers = []
    for place in range(BATCHES):
        rows = Rows(Origin(datetime.now(UTC), module, module))
        for line in lines(place * BATCH + 1, BATCH, seed=turn * WRITERS + number):
            rows.add(record.decode(line), line)
        rows.settle(defaultdict(lambda: 1))
        buffers.append(rows.signal_data())
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMP TABLE arriving (LIKE peer) ON COMMIT DELETE ROWS")
        connection.commit()
        start_line.wait()
        for buffer in buffers:
            with connection.cursor().copy(f"COPY arriving ({SIGNAL_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(buffer)
            connection.execute("INSERT INTO peer SELECT * FROM arriving ON CONFLICT DO NOTHING")
            connection.commit()
        end_line.wait()
