"""The pages that people have open all day: inboxes, the situation, lists, statistics."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import httpx

from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.market import Market
from qorgan.demo.market import PEOPLE

ROUNDS: Final = 25
LIMIT: Final = 1.0
"""Seconds at the 95th percentile."""
LIMIT_OF_A_YEAR: Final = 2.0
"""The same of a year's figures, which nobody waits for all day."""
EMPTY: Final = "/account/"
"""A page that asks the database for next to nothing: what a request costs by itself."""

ANALYST: Final = "centre-analyst"
EMPLOYEE: Final = "responsible-employee"
PAGES: Final = (
    ("inbox of an institution, p95", EMPLOYEE, "/desk/", LIMIT),
    ("inbox of the centre, p95", ANALYST, "/desk/", LIMIT),
    ("situation page, p95", ANALYST, "/situation/", LIMIT),
    ("list of documents, first page, p95", ANALYST, "/desk/documents/", LIMIT),
    ("statistics of a year, p95", ANALYST, f"/statistics/?period={datetime.now(UTC).year}", LIMIT_OF_A_YEAR),
)


def measure_in(market: Market, cookies: Mapping[str, Mapping[str, str]], full: str) -> list[Figure]:
    """95th percentiles in seconds, of whole HTTP answers, all pages in turn.

    `cookies` are of a signed-in person of each role; `full` says what is stored.
    """
    waits: dict[str, list[float]] = {words: [] for words, *_rest in PAGES}
    empty: list[float] = []
    for _round in range(ROUNDS):
        empty.append(_ask(market, cookies[ANALYST], EMPTY))
        for words, role, path, _limit in PAGES:
            waits[words].append(_ask(market, cookies[role], path))
    plain = percentile(empty, 0.5)
    return [
        at_most(
            words,
            percentile(waits[words], 0.95),
            limit,
            "s",
            f"{full}; whole HTTP answers, {ROUNDS} of each page in turn; median {percentile(waits[words], 0.5):.3f} s, "
            f"which is {percentile(waits[words], 0.5) / plain:.1f} times that of a page that shows nothing but one's "
            "account",
        )
        for words, _role, _path, limit in PAGES
    ]


def email_of(role: str) -> str:
    """The demonstration's person of a role."""
    return next(person.email for person in PEOPLE if person.role == role)


def _ask(market: Market, cookies: Mapping[str, str], path: str) -> float:
    started = time.perf_counter()
    answer = httpx.get(market.address + path, cookies=dict(cookies), timeout=60)
    taken = time.perf_counter() - started
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{path}: the hub answered {answer.status_code}")
    return taken
