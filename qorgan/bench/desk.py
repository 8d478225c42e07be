"""The pages that people have open all day, over a full market: 200 institutions, 5,000 open documents."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import httpx
import psycopg

from qorgan.bench.documents import Where, add_institutions, seed_documents
from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.market import Market, running, sign_in
from qorgan.bench.seed import analyse, make_parties, seed
from qorgan.demo.market import PEOPLE

INSTITUTIONS: Final = 200
DOCUMENTS: Final = 5_000
SIGNALS: Final = 1_000_000
DAYS: Final = 10
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


def measure() -> list[Figure]:
    """95th percentiles in seconds, of whole HTTP answers, all pages in turn."""
    waits: dict[str, list[float]] = {words: [] for words, *_rest in PAGES}
    empty: list[float] = []
    with running() as market:
        _fill(market)
        cookies = {role: sign_in(market, _email(role)) for role in (ANALYST, EMPLOYEE)}
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
            f"{INSTITUTIONS} institutions, {DOCUMENTS:,} open documents, {SIGNALS:,} signals; whole HTTP answers, "
            f"{ROUNDS} of each page in turn; median {percentile(waits[words], 0.5):.3f} s, which is "
            f"{percentile(waits[words], 0.5) / plain:.1f} times that of a page that shows nothing but one's account",
        )
        for words, _role, _path, limit in PAGES
    ]


def _fill(market: Market) -> None:
    now = datetime.now(UTC)
    with market.superuser() as url, psycopg.connect(url, autocommit=True) as connection:
        institutions = add_institutions(connection, INSTITUTIONS, now)
        centre, person = _centre(connection)
        member: UUID = _one(
            connection,
            "SELECT organisation_id FROM membership JOIN person ON person.id = person_id WHERE email = %s",
            _email(EMPLOYEE),
        )
        # The institution whose inbox is measured has its share, and one like the others.
        where = Where([*institutions[:-1], member], centre, person)
        seed_documents(connection, where, count=DOCUMENTS, now=now, random=Random(7), open_only=True)
        parties = make_parties(connection, 5, now - timedelta(days=DAYS))
        seed(connection, parties, rows=SIGNALS, start=now - timedelta(days=DAYS), end=now)
        analyse(connection)


def _centre(connection: psycopg.Connection) -> tuple[UUID, int]:
    row = connection.execute(
        "SELECT organisation_id, person_id FROM membership WHERE role = %s ORDER BY person_id", [ANALYST]
    ).fetchone()
    if row is None:
        raise RuntimeError("the demonstration has no analyst")
    return row[0], row[1]


def _one(connection: psycopg.Connection, query: str, *values: object) -> UUID:
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise RuntimeError(f"nothing is found: {query}")
    found: UUID = row[0]
    return found


def _email(role: str) -> str:
    return next(person.email for person in PEOPLE if person.role == role)


def _ask(market: Market, cookies: Mapping[str, str], path: str) -> float:
    started = time.perf_counter()
    answer = httpx.get(market.address + path, cookies=dict(cookies), timeout=60)
    taken = time.perf_counter() - started
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{path}: the hub answered {answer.status_code}")
    return taken
