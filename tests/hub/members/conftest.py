"""A small market to act in: a centre with its people, institutions, and the scopes of whoever acts."""

# ruff: noqa: PLC0415 - Django's tables can be named only once the fixture has set Django up

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from qorgan.law.asoi import OrganisationKind

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)


@dataclass
class Market:
    """Makes organisations, people and what they ask for."""

    hub: Any
    now: datetime = NOW
    made: list[Any] = field(default_factory=list)

    def bin(self, number: int) -> str:
        from qorgan.hub.members.bin import check_digit

        elevens = (f"2602400{index:04d}" for index in range(number * 20, number * 20 + 20))
        return next(f"{eleven}{check_digit(eleven)}" for eleven in elevens if check_digit(eleven) is not None)

    def profile(self, number: int = 1, kind: OrganisationKind = OrganisationKind.BANK, **changes: Any) -> Any:
        from qorgan.hub.members.profile import Contact, Product, Profile

        plain: dict[str, Any] = {
            "bin": self.bin(number),
            "kind": kind,
            "name_kk": f"Ойдан шығарылған банк {number}",
            "name_ru": f"Вымышленный банк {number}",
            "name_en": f"Invented Bank {number}",
            "email": "office@bank.example",
            "reporting_phone": "+77000000001",
            "contacts": (Contact(name="Duty officer", phone="+77000000002"),),
            "networks": ("198.51.100.0/24",),
            "domains": ("bank.example",),
            "inventory": (Product(kind="software", vendor="Example", product="Mail gateway", version="1.2"),),
        }
        return Profile(**(plain | changes))

    def connect(self, number: int = 1, kind: OrganisationKind = OrganisationKind.BANK, **given: Any) -> Any:
        from qorgan.hub.members.access import HUB
        from qorgan.hub.members.actions import connect_organisation

        return connect_organisation(self.profile(number, kind), by=HUB, now=self.now, **given)

    def person(self, organisation: Any, role: str, name: str = "") -> Any:
        from qorgan.hub.members.access import HUB
        from qorgan.hub.members.people import add_person, give_role
        from qorgan.hub.members.roles import Role

        number = len(self.made) + 1
        address = f"employee{number}@people.example"
        made = add_person(email=address, full_name=name or f"Invented Person Number{number}", by=HUB, now=self.now)
        self.made.append(made)
        give_role(made, organisation.pk, Role(role), by=HUB, now=self.now)
        return made

    def scope(self, person: Any, now: datetime | None = None) -> Any:
        from django.db import transaction

        from qorgan.hub.members.access import scope_of
        from qorgan.hub.members.models import Person

        with transaction.atomic():
            return scope_of(Person.objects.get(pk=person.pk), now or self.now)

    def centre(self) -> tuple[Any, Any, Any]:
        """The authority, and the scopes of its analyst and its head."""
        authority = self.connect(90, OrganisationKind.AUTHORITY)
        analyst, head = self.person(authority, "centre-analyst"), self.person(authority, "centre-head")
        return authority, self.scope(analyst), self.scope(head)

    def account(self, **changes: Any) -> Any:
        from qorgan.hub.members.content import Account
        from qorgan.hub.members.roles import Role

        plain: dict[str, Any] = {
            "surname": "Үлгиева",
            "given_name": "Мысал",
            "patronymic": "Сынаққызы",
            "position": "Analyst",
            "phones": ("+77010000001", "+77010000002"),
            "email": "m.ulgieva@bank.example",
            "role": Role.RESPONSIBLE_EMPLOYEE,
        }
        return Account(**(plain | changes))


def state_of(market: Market, application: Any) -> str:
    """Where an application stands, as PostgreSQL has it."""
    ((state,),) = market.hub.rows("SELECT state FROM application WHERE id = %s", application.pk)
    return str(state)


@pytest.fixture
def market(django_hub: Any) -> Market:
    return Market(django_hub)


@pytest.fixture
def refused() -> Callable[[str], AbstractContextManager[Any]]:
    """Expect a refusal with a code."""
    from qorgan.kit.refusal import Refusal

    return lambda code: pytest.raises(Refusal, check=lambda error: error.code == code)
