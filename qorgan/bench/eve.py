"""The module's whole work on an EVE file, against decoding the same file and doing nothing with it."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from qorgan.bench.figures import Figure, at_least, in_turn, thousands
from qorgan.module.accounting import Account
from qorgan.module.format_names import FormatName
from qorgan.module.pipeline import Pipeline
from qorgan.module.room.frames import Rules
from qorgan.module.room.room import Room
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.file_tail import FileTail
from qorgan.module.sources.settings import ALMATY, FileSource
from qorgan.module.spool import Limits, Spool

LIMIT = 0.4
LINES = 600_000
ALERTS = 0.08
ROUNDS = 3


class Metadata(Struct):
    """What the rule's author says of the rule."""

    mitre_technique_id: list[str]
    signature_severity: list[str]


class Alert(Struct):
    """An alert's own part."""

    action: str
    gid: int
    signature_id: int
    rev: int
    signature: str
    category: str
    severity: int
    metadata: Metadata


class Http(Struct):
    """A request."""

    hostname: str
    url: str
    http_user_agent: str
    http_method: str
    protocol: str
    status: int
    length: int


class Flow(Struct):
    """The counters of a flow."""

    pkts_toserver: int
    pkts_toclient: int
    bytes_toserver: int
    start: str
    state: str = ""


class Dns(Struct):
    """A question."""

    type: str
    id: int
    rrname: str
    rrtype: str


class Whole(Struct):
    """A record with every field that the file has: what the peer decodes every line into."""

    timestamp: str
    flow_id: int
    in_iface: str
    event_type: str
    src_ip: str
    src_port: int
    dest_ip: str
    dest_port: int
    proto: str
    app_proto: str
    alert: Alert | None = None
    http: Http | None = None
    flow: Flow | None = None
    dns: Dns | None = None


def measure() -> list[Figure]:
    """The ratio of lines a second, ours to a bare typed decode."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    try:
        file = folder / "eve.json"
        write(file, LINES)
        turns = iter(range(1000))
        ratio, rate, against = in_turn(
            ROUNDS, lambda: follow(file, folder / f"spool{next(turns)}", LINES), lambda: _peer(file)
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    how = (
        f"{LINES:,} lines of {file.name}, {ALERTS:.0%} alerts from 4,000 sources: tail, parse, classify, redact, sign "
        f"off in a synced SQLite spool, in two processes that run already: {thousands(rate)}; peer: msgspec decoding "
        f"each line into a struct of every field: {thousands(against)}; {ROUNDS} rounds"
    )
    return [at_least("module, EVE lines / bare typed decode", ratio, LIMIT, how)]


def write(file: Path, count: int) -> None:
    """An EVE file of a busy sensor: mostly flows, DNS, HTTP and TLS; alerts that differ from each other."""
    chance = random.Random(7)
    with file.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps(_line(number, chance), separators=(",", ":")) + "\n")


def _line(number: int, chance: random.Random) -> dict[str, object]:
    base: dict[str, object] = {
        "timestamp": f"2026-11-20T09:{number // 60_000 % 60:02d}:{number // 1000 % 60:02d}.{number % 1000:03d}000+0500",
        "flow_id": chance.randint(10**14, 2 * 10**15),
        "in_iface": "eth0",
    }
    ends = {
        "src_ip": f"203.0.{chance.randint(112, 127)}.{chance.randint(0, 249)}",
        "src_port": chance.randint(1024, 65_535),
        "dest_ip": f"10.20.0.{chance.randint(2, 60)}",
        "dest_port": chance.choice((80, 443, 25, 22)),
        "proto": "TCP",
    }
    flow = {
        "pkts_toserver": 12,
        "pkts_toclient": 14,
        "bytes_toserver": chance.randint(200, 9000),
        "start": base["timestamp"],
    }
    http = {
        "hostname": "bank.example",
        "url": f"/accounts/list?page={chance.randint(1, 900)}&order=date",
        "http_user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
        "http_method": "GET",
        "protocol": "HTTP/1.1",
        "status": 200,
        "length": chance.randint(100, 90_000),
    }
    if chance.random() < ALERTS:
        rule = 2_000_000 + min(int(chance.expovariate(0.01)), 2000)
        alert = {
            "action": "allowed",
            "gid": 1,
            "signature_id": rule,
            "rev": 3,
            "signature": f"EXAMPLE EXPLOIT Attempt number {rule}",
            "category": "Attempted Administrator Privilege Gain",
            "severity": 1,
            "metadata": {"mitre_technique_id": ["T1190"], "signature_severity": ["Major"]},
        }
        return {**base, "event_type": "alert", **ends, "app_proto": "http", "alert": alert, "http": http, "flow": flow}
    kind = chance.choice(("flow", "dns", "http", "tls", "fileinfo"))
    more: dict[str, object] = {"http": http} if kind in {"http", "fileinfo"} else {"flow": {**flow, "state": "closed"}}
    if kind == "dns":
        more = {"dns": {"type": "query", "id": chance.randint(1, 65_535), "rrname": "www.bank.example", "rrtype": "A"}}
    return {**base, "event_type": kind, **ends, "app_proto": "http", **more}


def follow(file: Path, folder: Path, count: int, format_name: FormatName = "eve") -> float:
    """Lines a second that the module follows, judges and spools, from its start to the last of so many."""
    folder.mkdir()
    return asyncio.run(_read_all(file, folder, count, format_name))


async def _read_all(file: Path, folder: Path, count: int, format_name: FormatName) -> float:
    spool = Spool.open(folder, first=1, limits=Limits(), clock=lambda: datetime.now(UTC))
    room = Room(Rules(key=bytes(range(32)), own_bins=("000140000012",), zones=(ALMATY,)))
    pipeline = Pipeline(spool, room, Reading(), lambda: datetime.now(UTC))
    settings = FileSource(name="eve", path=str(file), format=format_name)
    started = time.perf_counter()
    source = FileTail(settings)
    following = asyncio.create_task(pipeline.follow(source, settings.format, settings.zone))
    account = await asyncio.to_thread(_await_all, spool, count)
    taken = time.perf_counter() - started
    await source.close()
    await following
    await pipeline.close()
    await room.close()
    spool.close()
    if account.faults() or account.quarantined:
        raise RuntimeError(f"the account does not add up: {account.faults()}")
    return count / taken


def _await_all(spool: Spool, count: int) -> Account:
    while (account := spool.account()).read < count:
        # Seldom: each look is a query beside the work that is measured.
        time.sleep(0.05)
    return account


def _peer(file: Path) -> float:
    decode = msgspec.json.Decoder(Whole).decode
    started = time.perf_counter()
    with file.open("rb") as lines:
        for line in lines:
            decode(line)
    return LINES / (time.perf_counter() - started)
