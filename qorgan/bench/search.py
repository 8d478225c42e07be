"""The first page of a search: asked as a browser asks, answered as a page."""

from __future__ import annotations

import time
from collections.abc import Mapping

import httpx

from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.market import Market

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


def measure_in(market: Market, cookies: Mapping[str, str], full: str) -> list[Figure]:
    """95th percentile in seconds. `cookies` are of somebody at the centre; `full` says what is stored."""
    waits = [_ask(market, cookies, search) for _ in range(ROUNDS) for search in SEARCHES]
    how = (
        f"{full}; {len(SEARCHES)} searches ({ROUNDS} times each) by type, severity, address, network, domain, words, "
        f"none; whole HTTP answers of the page that holds the list; median {percentile(waits, 0.5):.2f} s, slowest "
        f"{max(waits):.2f} s"
    )
    return [at_most("search, first page, p95", percentile(waits, 0.95), LIMIT, "s", how)]


def _ask(market: Market, cookies: Mapping[str, str], search: dict[str, str]) -> float:
    started = time.perf_counter()
    answer = httpx.get(f"{market.address}/search/", params=search, cookies=dict(cookies), timeout=60)
    taken = time.perf_counter() - started
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{search}: the hub answered {answer.status_code}")
    if not search and "SEEDED rule" not in answer.text:
        raise RuntimeError("the page shows none of the signals that were stored")
    return taken
