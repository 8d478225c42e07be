"""The first page of a search over twenty million signals: asked as a browser asks, answered as a page."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import psycopg

from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.market import Market, browser, running
from qorgan.bench.seed import analyse, make_parties, seed

SIGNALS = 20_000_000
STEP = 1_000_000
DAYS = 10
ROUNDS = 5
LIMIT = 1.0
"""Seconds at the 95th percentile."""

SEARCHES: tuple[dict[str, str], ...] = (
    {},
    {"last": "7d"},
    {"last": "30d"},
    {"last": "30d", "type": "waf"},
    {"last": "30d", "type": "spray"},
    {"last": "30d", "severity": "critical"},
    {"last": "30d", "type": "malcode", "severity": "high"},
    {"last": "30d", "q": "203.0.113.7"},
    {"last": "30d", "q": "198.18.5.0/24"},
    {"last": "30d", "q": "2001:db8::/32"},
    {"last": "30d", "q": "site-17.example"},
    {"last": "30d", "q": "site-19999.example"},
    {"last": "30d", "q": "trojan"},
    {"last": "30d", "q": "rule 397"},
    {"last": "30d", "q": "no such words"},
    {"last": "7d", "type": "ids", "q": "exploit"},
)


def measure() -> list[Figure]:
    """95th percentile in seconds."""
    with running() as market:
        _fill(market)
        with browser(market) as page:
            cookies = {one["name"]: one["value"] for one in page.context.cookies()}
        waits = [_ask(market, cookies, search) for _ in range(ROUNDS) for search in SEARCHES]
    how = (
        f"{SIGNALS:,} signals of five institutions over {DAYS} days; {len(SEARCHES)} searches ({ROUNDS} times each) by "
        f"type, severity, address, network, domain, words, none; whole HTTP answers of the page that holds the list; "
        f"median {percentile(waits, 0.5):.2f} s, slowest {max(waits):.2f} s"
    )
    return [at_most("search, first page, p95", percentile(waits, 0.95), LIMIT, "s", how)]


def _fill(market: Market) -> None:
    end = datetime.now(UTC)
    start = end - timedelta(days=DAYS)
    with market.superuser() as url, psycopg.connect(url, autocommit=True) as connection:
        parties = make_parties(connection, 5, start)
        step = (end - start) * (STEP / SIGNALS)
        for place in range(SIGNALS // STEP):
            seed(connection, parties, rows=STEP, start=start + step * place, end=start + step * (place + 1))
        analyse(connection)


def _ask(market: Market, cookies: dict[str, str], search: dict[str, str]) -> float:
    started = time.perf_counter()
    answer = httpx.get(f"{market.address}/search/", params=search, cookies=cookies, timeout=60)
    taken = time.perf_counter() - started
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{search}: the hub answered {answer.status_code}")
    return taken
