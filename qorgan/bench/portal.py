"""The portal over a full market: what people have open all day, and search, with twenty million signals stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import psycopg

from qorgan.bench import desk, search
from qorgan.bench.documents import Where, add_institutions, seed_documents
from qorgan.bench.figures import Figure
from qorgan.bench.market import Market, running, sign_in
from qorgan.bench.seed import analyse, make_parties, seed

INSTITUTIONS: Final = 200
DOCUMENTS: Final = 5_000
SIGNALS: Final = 20_000_000
STEP: Final = 1_000_000
"""Signals that are seeded in one transaction."""
DAYS: Final = 10
FULL: Final = f"{INSTITUTIONS} institutions, {DOCUMENTS:,} open documents, {SIGNALS:,} signals of {DAYS} days"


def measure() -> list[Figure]:
    """95th percentiles in seconds, of whole HTTP answers."""
    with running() as market:
        _fill(market)
        # Once each: a one-time code serves once.
        cookies = {role: sign_in(market, desk.email_of(role)) for role in (desk.ANALYST, desk.EMPLOYEE)}
        return [
            *search.measure_in(market, cookies[desk.ANALYST], FULL),
            *desk.measure_in(market, cookies, FULL),
        ]


def _fill(market: Market) -> None:
    now = datetime.now(UTC)
    start = now - timedelta(days=DAYS)
    with market.superuser() as url, psycopg.connect(url, autocommit=True) as connection:
        institutions = add_institutions(connection, INSTITUTIONS, now)
        centre, person = _centre(connection)
        member: UUID = _one(
            connection,
            "SELECT organisation_id FROM membership JOIN person ON person.id = person_id WHERE email = %s",
            desk.email_of(desk.EMPLOYEE),
        )
        # The institution whose inbox is measured has its share, and one like the others.
        where = Where([*institutions[:-1], member], centre, person)
        seed_documents(connection, where, count=DOCUMENTS, now=now, random=Random(7), open_only=True)
        parties = make_parties(connection, 5, start)
        step = (now - start) * (STEP / SIGNALS)
        for place in range(SIGNALS // STEP):
            seed(connection, parties, rows=STEP, start=start + step * place, end=start + step * (place + 1))
        analyse(connection)


def _centre(connection: psycopg.Connection) -> tuple[UUID, int]:
    row = connection.execute(
        "SELECT organisation_id, person_id FROM membership WHERE role = %s ORDER BY person_id", [desk.ANALYST]
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
