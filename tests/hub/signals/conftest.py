"""Signals in numbers, as intake would have stored them, and ways to ask for them as somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from qorgan.bench.seed import Party, analyse, make_parties, seed

ROWS = 6_000
SPAN = timedelta(hours=40)


@dataclass
class Seeded:
    """A hub with signals of three institutions over the last forty hours."""

    hub: Any
    parties: list[Party]
    now: datetime

    def keys(self, where: str = "true", *values: object) -> list[tuple[UUID, int]]:
        """Module and number of the signals that a plain condition is true of, newest first, read past all walls."""
        order = "received_at DESC, sequence DESC, module_id DESC"
        rows = self.hub.rows(f"SELECT module_id, sequence FROM signal WHERE {where} ORDER BY {order}", *values)
        return [(module, sequence) for module, sequence in rows]


@pytest.fixture
def seeded(django_hub: Any) -> Seeded:
    """The numbers are large enough that pages, minutes and batches all have their edges inside."""
    now = datetime.now(UTC)
    with psycopg.connect(django_hub.superuser, autocommit=True) as connection:
        parties = make_parties(connection, 3, now)
        seed(connection, parties, rows=ROWS, start=now - SPAN, end=now - timedelta(seconds=1), batch=40)
        analyse(connection)
    return Seeded(django_hub, parties, now)


AsIf = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def as_if(django_hub: Any) -> AsIf:
    """Read as somebody for a while: a reach, and the organisations it is limited to."""
    del django_hub

    @contextmanager
    def enter(reach: str, *organisations: UUID) -> Iterator[None]:
        from django.db import transaction  # noqa: PLC0415 (Django is set up only now)

        from qorgan.hub.members import access  # noqa: PLC0415

        with transaction.atomic():
            access.enter(access.Scope(1, access.Reach(reach), organisations, organisations))
            yield

    return enter
