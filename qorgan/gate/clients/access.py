"""Doorways: how somebody is found, and the only places where a sealed field is opened."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qorgan.gate.clients import numbers
from qorgan.gate.clients.lifecycle import HELD
from qorgan.gate.clients.models import Client
from qorgan.gate.sealing import index, unseal
from qorgan.kit.refusal import Refusal
from qorgan.kit.statements import rows
from qorgan.law.factors import Population

IIN = "client.iin"
NAME = "client.name"
PHONE = "client.phone"
_LOGIN = "client.login"
"""Names of fields, as they are sealed and indexed under."""
_HELD: Final = " AND population = %s AND state = ANY (%s) LIMIT 2"
_HELD_STATES: Final = [one.value for one in HELD]


def by_id(client_id: UUID, *, lock: bool = False) -> Client:
    """The client. Raises Refusal `client-unknown`."""
    found = rows(Client, "id = %s FOR UPDATE" if lock else "id = %s", [client_id])
    if not found:
        raise Refusal("client-unknown", _("There is no such client."), status=HTTPStatus.NOT_FOUND)
    return found[0]


def find(population: Population, identifier: str) -> Client | None:
    """Who is meant by an IIN, a phone number or an employee's login; None for nobody.

    One query whoever is meant, and for nobody too. A number that two people gave identifies neither.
    """
    login, iin, phone = _read(population, identifier)
    if population is Population.EMPLOYEE:
        found = rows(Client, f"login = %s{_HELD}", [login, population.value, _HELD_STATES])
    elif iin:
        found = rows(Client, f"iin_index = %s{_HELD}", [index(iin, field=IIN), population.value, _HELD_STATES])
    else:
        sought = index(phone or identifier[:100], field=PHONE)
        found = rows(Client, f"phone_index = %s{_HELD}", [sought, population.value, _HELD_STATES])
    return found[0] if len(found) == 1 else None


def held(population: Population, client_id: UUID | None) -> Client | None:
    """The client of this id, if it is one of this population; None for nobody, by the same query."""
    found = rows(Client, f"id = %s{_HELD}", [client_id or UUID(int=0), population.value, _HELD_STATES])
    return found[0] if found else None


def subject(population: Population, identifier: str) -> str:
    """What attempts on one identifier are counted under, whether it is anybody's or not; tells not whose it is."""
    login, iin, phone = _read(population, identifier)
    said = login or iin or phone or identifier[:100]
    return index(f"{population.value}:{said}", field=_LOGIN).hex()[:40]


def iin_of(client_id: UUID) -> str:
    """The client's IIN, in the clear: for a registry's question or a certificate's answer, and nowhere else."""
    return unseal(by_id(client_id).iin_sealed, field=IIN, row=client_id)


def name_of(client: Client) -> str:
    """The client's name."""
    return unseal(client.name_sealed, field=NAME, row=client.pk)


def phone_of(client: Client) -> str:
    """The client's number as +77…; empty for none."""
    return unseal(client.phone_sealed, field=PHONE, row=client.pk) if client.phone_sealed else ""


def telling(client_id: UUID) -> list[str]:
    """Words that are known of the client, and so must not be in a password."""
    client = by_id(client_id)
    phone = phone_of(client)
    iin = unseal(client.iin_sealed, field=IIN, row=client.pk)
    words = [name_of(client), iin, client.login or "", phone, phone[2:], client.bin]
    return [word for word in words if word]


def _read(population: Population, identifier: str) -> tuple[str, str, str]:
    """The identifier as a login, as an IIN and as a phone number: one of them at most is not empty."""
    if population is Population.EMPLOYEE:
        return identifier.strip().lower()[:64], "", ""
    iin = numbers.iin_or_nothing(identifier)
    return "", iin, "" if iin else numbers.phone_or_nothing(identifier)
