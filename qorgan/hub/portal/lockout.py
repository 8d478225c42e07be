"""Counters of wrong passwords and codes: atomic in PostgreSQL, and of no use against an owner on a known device.

An attempt is charged before it is checked, so that many at once cannot pass together, and refunded when it was right.
A known device is counted by itself. An unknown one is counted against the account and against its network: then the
account's counter may run out, which keeps strangers out and leaves the owner's own devices untouched.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from qorgan.hub.portal.models import Attempts

WINDOW: Final = timedelta(minutes=15)
_KEPT: Final = timedelta(days=1)

_CHARGE: Final = """
INSERT INTO portal_attempts AS counter (key, window_began, failures) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN counter.window_began <= %(oldest)s THEN 1 ELSE counter.failures + 1 END,
    window_began = CASE WHEN counter.window_began <= %(oldest)s THEN %(now)s ELSE counter.window_began END
RETURNING failures
"""


@dataclass(frozen=True)
class Counter:
    """One key, and how many wrong attempts a window allows it."""

    subject: str
    limit: int

    @property
    def key(self) -> str:
        """What the table knows it by."""
        return hashlib.sha256(self.subject.encode()).hexdigest()


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
    allowed = True
    now = timezone.now()
    with connection.cursor() as cursor:
        # In one order always, so that two attempts never wait for each other.
        for counter in sorted(counters, key=lambda one: one.key):
            cursor.execute(_CHARGE, {"key": counter.key, "now": now, "oldest": now - WINDOW})
            (failures,) = cursor.fetchone()
            allowed = allowed and failures <= counter.limit
    return allowed


def refund(counters: list[Counter]) -> None:
    """Take back one attempt from each, because it was right."""
    with connection.cursor() as cursor:
        for counter in sorted(counters, key=lambda one: one.key):
            cursor.execute(
                "UPDATE portal_attempts SET failures = greatest(failures - 1, 0) WHERE key = %s", [counter.key]
            )


def forget_old() -> None:
    """Drop counters whose window ended long ago."""
    Attempts.objects.filter(window_began__lt=timezone.now() - _KEPT).delete()


def network_of(address: str) -> str:
    """The address itself for IPv4, the /64 for IPv6, where one household has them all."""
    ip = ipaddress.ip_address(address)
    if ip.version == 4:  # noqa: PLR2004  # the version's own number
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False))
