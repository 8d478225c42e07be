"""Documents in numbers at several institutions, and the people who look at their figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from qorgan.bench.documents import Where, seed_documents

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Sector:
    """Three institutions and the centre."""

    hub: Any
    enlist: Callable[..., Any]
    signed_in: Callable[[Any], Client]
    centre: UUID
    institutions: list[UUID]
    person: int
    now: datetime

    def client(self, role: str, organisation: UUID | None = None, language: str = "en") -> Client:
        return self.signed_in(self.enlist(role, organisation=organisation or self.centre, language=language))

    def seed(self, count: int, *, seed: int = 1, **more: Any) -> None:
        where = Where(self.institutions, self.centre, self.person)
        with psycopg.connect(self.hub.superuser, autocommit=True) as connection:
            seed_documents(connection, where, count=count, now=self.now, random=Random(seed), **more)

    def seen(self, reach: str, organisations: tuple[UUID, ...], read: Callable[[Any], Any]) -> Any:
        """What somebody of a scope reads, in a transaction of their own."""
        from django.db import transaction

        from qorgan.hub.members.access import Reach, Scope, enter

        scope = Scope(self.person, Reach(reach), organisations, organisations)
        with transaction.atomic():
            enter(scope)
            return read(scope)


@pytest.fixture
def sector(django_hub: Any, enlist: Any, signed_in: Any) -> Sector:
    centre = django_hub.add_organisation(1, kind="authority")
    institutions = [
        django_hub.add_organisation(number, kind=kind) for number, kind in ((2, "bank"), (3, "bank"), (4, "insurer"))
    ]
    person = enlist("centre-analyst", organisation=centre)
    return Sector(django_hub, enlist, signed_in, centre, institutions, person.id, NOW)
