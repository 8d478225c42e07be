"""Which counters a wrong password or code is charged to: of no use against an owner on a known device.

A known device is counted by itself. An unknown one is counted against the account and against its network: then the
account's counter may run out, which keeps strangers out and leaves the owner's own devices untouched.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from qorgan.kit import attempts
from qorgan.kit.attempts import network_of

WINDOW: Final = timedelta(minutes=15)
_KEPT: Final = timedelta(days=1)
_ATTEMPTS: Final = attempts.Attempts("portal_attempts")

__all__ = ["WINDOW", "Counter", "charge", "code_counters", "forget_old", "network_of", "password_counters", "refund"]


class Counter(attempts.Counter):
    """One key, and how many wrong attempts a window allows it."""

    def __init__(self, subject: str, limit: int) -> None:
        super().__init__(subject, limit, WINDOW)


def password_counters(email: str, address: str, device: str | None) -> list[Counter]:
    """Which counters an attempt at a password is charged to. The answer does not tell whether the account exists."""
    if device is not None:
        return [Counter(f"password:device:{device}", 10)]
    return [
        Counter(f"password:account:{email.casefold()}", 10),
        Counter(f"password:network:{network_of(address)}", 60),
    ]


def code_counters(person_id: int, device: str | None) -> list[Counter]:
    """Which counters an attempt at a one-time or recovery code is charged to."""
    if device is not None:
        return [Counter(f"code:device:{device}", 10)]
    return [Counter(f"code:account:{person_id}", 5)]


def charge(counters: list[Counter]) -> bool:
    """Count one attempt against each; False when any has run out, and the attempt must not be checked at all."""
    with connection.cursor() as cursor:
        return _ATTEMPTS.charge(cursor, counters, timezone.now())


def refund(counters: list[Counter]) -> None:
    """Take back one attempt from each, because it was right."""
    with connection.cursor() as cursor:
        _ATTEMPTS.refund(cursor, counters)


def forget_old() -> None:
    """Drop counters whose window ended long ago."""
    with connection.cursor() as cursor:
        _ATTEMPTS.forget(cursor, timezone.now() - _KEPT)
