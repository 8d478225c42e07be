"""Which right opens what, and which rights a duty gives. Least by default: who has no duty has none (R57.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from qorgan.law.labels import Labelled

REVIEWED_EVERY: Final = timedelta(days=180)
"""A duty that nobody reviewed for so long gives no rights any more."""


class Right(StrEnum):
    """What an employee may do here."""

    CLIENTS_BLOCK = "clients.block"
    CLIENTS_SEE = "clients.see"
    CLIENTS_UNBLOCK = "clients.unblock"
    DUTIES_GIVE = "duties.give"
    EMPLOYEES_BLOCK = "employees.block"
    EMPLOYEES_OPEN = "employees.open"
    INSPECT = "inspect"
    JOURNAL_SEARCH = "journal.search"
    SESSIONS_END = "sessions.end"


class Duty(Labelled):
    """What an employee is there for."""

    SUPPORT = ("support", "клиенттерді қолдау", "поддержка клиентов", "client support")
    SECURITY = ("security", "ақпараттық қауіпсіздік", "информационная безопасность", "information security")
    ADMINISTRATOR = ("administrator", "қол жеткізуді басқару", "администрирование доступа", "access administration")
    INSPECTOR = ("inspector", "тексеру", "проверка", "inspection")


GIVES: Final[Mapping[Duty, frozenset[Right]]] = MappingProxyType(
    {
        Duty.SUPPORT: frozenset({Right.CLIENTS_SEE, Right.CLIENTS_BLOCK, Right.SESSIONS_END}),
        Duty.SECURITY: frozenset(
            {
                Right.CLIENTS_SEE,
                Right.CLIENTS_BLOCK,
                Right.CLIENTS_UNBLOCK,
                Right.EMPLOYEES_BLOCK,
                Right.SESSIONS_END,
                Right.JOURNAL_SEARCH,
            }
        ),
        Duty.ADMINISTRATOR: frozenset({Right.EMPLOYEES_OPEN, Right.EMPLOYEES_BLOCK, Right.DUTIES_GIVE}),
        Duty.INSPECTOR: frozenset({Right.INSPECT, Right.JOURNAL_SEARCH}),
    }
)
"""Whoever gives duties sees no clients, and whoever inspects changes nothing."""


def rights_of(duties: Iterable[Duty]) -> frozenset[Right]:
    """Everything that these duties give together."""
    return frozenset[Right]().union(*(GIVES[duty] for duty in duties))
