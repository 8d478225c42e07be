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
from qorgan.kit.attempts import Attempts, Counter, Pace, Standing, network_of
from qorgan.kit.statements import send

__all__ = ["Counter", "Pace", "Standing", "charge", "clear", "forget_old", "network_of", "paced", "refund", "step"]

ATTEMPTS: Final = Attempts("attempts", is_flushed_later=True)
KEPT: Final = timedelta(days=400)
"""Counters are kept this long after their window began, or after the last attempt at a pace: longer than any window."""


class LockoutMisused(RuntimeError):
    """An attempt was to be charged inside a transaction, whose end could take the charge back."""


def charge(counters: Iterable[Counter], now: datetime | None = None) -> bool:
    """Count one attempt against each; False when any has run out, and the attempt must not be checked at all.

    Raises LockoutMisused inside a transaction.
    """
    _check_alone()
    with connection.cursor() as cursor:
        return ATTEMPTS.charge(cursor, counters, now or clock.now())


def refund(counters: Iterable[Counter]) -> None:
    """Take back one attempt from each, because it was right. In the transaction that says so, if there is one."""
    send(*ATTEMPTS.refunding(counters))


def clear(counters: Iterable[Counter]) -> None:
    """Begin again at nothing: of a counter whose failures count only while they follow each other."""
    with connection.cursor() as cursor:
        ATTEMPTS.clear(cursor, counters)


def step(subject: str, pace: Pace, now: datetime | None = None) -> tuple[Standing, timedelta]:
    """Count one attempt at a pace, if it may be made, and how long to wait where it may be made later.

    `clear([paced(subject, pace)])` when it was right, `refund` when nobody could check it. Raises LockoutMisused inside
    a transaction.
    """
    _check_alone()
    with connection.cursor() as cursor:
        return ATTEMPTS.step(cursor, subject, pace, now or clock.now())


def paced(subject: str, pace: Pace) -> Counter:
    """The counter that `step` counts by."""
    return Counter(subject, pace.stop, pace.delay)


def forget_old(now: datetime) -> int:
    """Drop counters whose window ended long ago; gives how many."""
    with connection.cursor() as cursor:
        return ATTEMPTS.forget(cursor, now - KEPT)


def _check_alone() -> None:
    if connection.in_atomic_block:
        raise LockoutMisused("an attempt is charged before the transaction that checks it begins")
