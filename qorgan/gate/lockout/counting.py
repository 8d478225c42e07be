"""Charges an attempt before it is checked, and takes the charge back when it was right: atomic in PostgreSQL.

An attempt that was charged stays charged whatever becomes of the request, and whoever is checked holds up nobody: so
charging is not part of a transaction, which could be rolled back, but stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from qorgan.kit import clock
from qorgan.kit.attempts import Attempts, Counter, network_of

__all__ = ["Counter", "charge", "forget_old", "network_of", "refund"]

ATTEMPTS: Final = Attempts("attempts")
KEPT: Final = timedelta(days=400)
"""Counters are kept this long after their window began: the hard stop's window is a year."""


class LockoutMisused(RuntimeError):
    """An attempt was to be charged inside a transaction, whose end could take the charge back."""


def charge(counters: Iterable[Counter], now: datetime | None = None) -> bool:
    """Count one attempt against each; False when any has run out, and the attempt must not be checked at all.

    Raises LockoutMisused inside a transaction.
    """
    if connection.in_atomic_block:
        raise LockoutMisused("an attempt is charged before the transaction that checks it begins")
    with connection.cursor() as cursor:
        return ATTEMPTS.charge(cursor, counters, now or clock.now())


def refund(counters: Iterable[Counter]) -> None:
    """Take back one attempt from each, because it was right. In the transaction that says so, if there is one."""
    with connection.cursor() as cursor:
        ATTEMPTS.refund(cursor, counters)


def forget_old(now: datetime) -> None:
    """Drop counters whose window ended long ago."""
    with connection.cursor() as cursor:
        ATTEMPTS.forget(cursor, now - KEPT)
