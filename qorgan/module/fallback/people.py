"""Who may draft and who may agree at the desk: local accounts, for ASOI's cannot be asked while it is away (R48.15).

A secret is kept as scrypt makes it. Guessing is slowed down for each account. The address must be the one of the
person's account in ASOI: the hub takes a card only of its own people.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from qorgan.ledger.entry import instant
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.wire.package import Signatory

Role = Literal["maker", "head"]
SHORTEST: Final = 12
_N, _R, _P = 1 << 15, 8, 1
_MEMORY: Final = 64 * 1024 * 1024
_FREE_TRIES: Final = 5
_LONGEST_WAIT: Final = 300.0
_NOBODY: Final = f"{'A' * 24}${'A' * 44}"
"""What an unknown address is held against, so that it takes as long as a known one."""


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who may sign in at the desk."""

    email: str
    name: str
    position: str
    role: Role

    def signatory(self) -> Signatory:
        """As packages name them."""
        return Signatory(email=self.email, name=self.name, position=self.position)


class Door:
    """Lets people in, and slows down who guesses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def enter(self, email: str, password: str) -> Person:
        """The person of an address and a password. Raises Refused."""
        email = email.strip().lower()[:254]
        with self._lock:
            failures, until = self._failures.get(email, (0, 0.0))
        if time.monotonic() < until:
            raise Refused("wait")
        found = _row(self._store, email)
        if not _holds(found[1] if found else _NOBODY, password) or found is None:
            with self._lock:
                wait = min(_LONGEST_WAIT, 2.0 ** max(0, failures - _FREE_TRIES + 1)) if failures >= _FREE_TRIES else 0.0
                self._failures[email] = (failures + 1, time.monotonic() + wait)
                if len(self._failures) > 1_000:  # noqa: PLR2004 (addresses remembered)
                    self._failures.pop(next(iter(self._failures)))
            raise Refused("not-let-in")
        with self._lock:
            self._failures.pop(email, None)
        return found[0]


def add(store: Store, person: Person, password: str, now: datetime) -> None:
    """Open an account, or give one a new password. Raises Refused `password-short`, `email-malformed`."""
    if len(password) < SHORTEST:
        raise Refused("password-short")
    if "@" not in person.email or not person.name.strip():
        raise Refused("person-malformed")
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO person (email, name, position, role, secret, added_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (email) DO UPDATE SET name = excluded.name, position = excluded.position, "
            "role = excluded.role, secret = excluded.secret, closed_at = NULL",
            (
                person.email.strip().lower(),
                person.name.strip(),
                person.position.strip(),
                person.role,
                _kept(password),
                instant(now),
            ),
        )


def close(store: Store, email: str, now: datetime) -> None:
    """Close an account. Raises Refused `person-unknown`."""
    with store.writing() as connection:
        done = connection.execute(
            "UPDATE person SET closed_at = ? WHERE email = ? AND closed_at IS NULL",
            (instant(now), email.strip().lower()),
        )
        if not done.rowcount:
            raise Refused("person-unknown")


def living(store: Store) -> list[Person]:
    """Everybody who may sign in."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT email, name, position, role FROM person WHERE closed_at IS NULL ORDER BY role, email"
        ).fetchall()
    return [Person(**dict(row)) for row in rows]


def still(store: Store, email: str) -> Person | None:
    """The person as the account says at this moment; None once it is closed."""
    found = _row(store, email)
    return found[0] if found else None


def _row(store: Store, email: str) -> tuple[Person, str] | None:
    with store.reading() as connection:
        row = connection.execute(
            "SELECT email, name, position, role, secret FROM person WHERE email = ? AND closed_at IS NULL", (email,)
        ).fetchone()
    if row is None:
        return None
    return Person(email=row["email"], name=row["name"], position=row["position"], role=row["role"]), row["secret"]


def _kept(password: str) -> str:
    salt = secrets.token_bytes(18)
    return f"{base64.b64encode(salt).decode()}${base64.b64encode(_derived(password, salt)).decode()}"


def _holds(kept: str, password: str) -> bool:
    salt, _, wanted = kept.partition("$")
    return hmac.compare_digest(_derived(password, base64.b64decode(salt)), base64.b64decode(wanted))


def _derived(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=33)
