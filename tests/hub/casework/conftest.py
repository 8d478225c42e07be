"""A market for documents: two institutions with their people, a security operations centre, the sectoral centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.hub.conftest import Hub

MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Ten in the morning in Almaty, with a plain working week after it."""


@dataclass
class Market:
    """Organisations and people by short names; `scope` gives what the portal would give a signed-in person."""

    hub: Hub
    organisations: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def join(self, name: str, kind: str = "bank", served_by: str = "") -> UUID:
        number = len(self.organisations) + 1
        centre = self.organisations[served_by] if served_by else None
        self.organisations[name] = self.hub.add_organisation(number, kind=kind, served_by=centre)
        return self.organisations[name]

    def hire(self, person: str, organisation: str, *roles: str) -> None:
        rows = self.hub.rows(
            "INSERT INTO person (password, is_superuser, is_staff, is_active, date_joined, email, "
            "surname, given_name, patronymic, position, phones) "
            "VALUES ('!', false, false, true, now(), %s, %s, 'Test', '', '', '') RETURNING id",
            f"{person}@example.kz",
            person.title(),
        )
        self.people[person] = rows[0][0]
        for role in roles:
            self.hub.rows(
                "INSERT INTO membership (person_id, organisation_id, role) VALUES (%s, %s, %s) RETURNING id",
                self.people[person],
                self.organisations[organisation],
                role,
            )

    def scope(self, person: str) -> Any:
        from django.db import transaction

        from qorgan.hub.members.access import scope_of
        from qorgan.hub.members.models import Person

        with transaction.atomic():
            return scope_of(Person.objects.get(pk=self.people[person]))

    def seen(self, person: str, read: Callable[[], Any]) -> Any:
        """What somebody sees, read in a transaction of their own."""
        from django.db import transaction

        from qorgan.hub.members.access import enter

        with transaction.atomic():
            enter(self.scope(person))
            return read()


@pytest.fixture
def market(django_hub: Hub) -> Market:
    """Alpha with its own people, Beta served by a SOC, Gamma an insurer, and the centre."""
    return peopled(django_hub)


def peopled(hub: Hub) -> Market:
    """The market of a hub that somebody else keeps."""
    made = Market(hub)
    made.join("centre", "authority")
    made.join("alpha")
    made.join("soc", "soc")
    made.join("beta", "bank", served_by="soc")
    made.join("gamma", "insurer")
    made.hire("analyst", "centre", "centre-analyst")
    made.hire("chief", "centre", "centre-head")
    made.hire("auditor", "centre", "auditor")
    for name in ("alpha", "beta", "gamma"):
        made.hire(f"{name}_maker", name, "responsible-employee")
        made.hire(f"{name}_head", name, "head-of-security")
    made.hire("alpha_second_head", "alpha", "head-of-security")
    made.hire("soc_maker", "soc", "responsible-employee")
    made.hire("soc_head", "soc", "head-of-security")
    return made


@pytest.fixture
def monday() -> datetime:
    return MONDAY
