"""Passwords as Argon2id keeps them. Pure: no database, no Django."""

from __future__ import annotations

import os
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from qorgan.gate.factor_rules import PasswordCost

_THREADS: Final = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
"""As many as there are cores: more would be no faster, and a crowd would use up the memory. They stay, since what a
thread has worked in is at hand for it again, and a new one asks the system for it anew."""


def prepared(password: str) -> str:
    """One spelling of what may be typed in several, so that every keyboard gives the same (NIST SP 800-63B-4)."""
    return unicodedata.normalize("NFKC", password)


def kept(password: str, cost: PasswordCost) -> str:
    """The hash of a password, with its salt and its cost."""
    return _THREADS.submit(_hasher(cost).hash, prepared(password)).result()


def holds(password: str, encoded: str, cost: PasswordCost) -> bool:
    """Whether the password is that of the hash. A damaged hash is nobody's."""
    try:
        return _THREADS.submit(_hasher(cost).verify, encoded, prepared(password)).result()
    except (VerificationError, InvalidHashError):
        return False


def is_of_another_cost(encoded: str, cost: PasswordCost) -> bool:
    """Whether it should be hashed again, now that the password is known."""
    return _hasher(cost).check_needs_rehash(encoded)


@cache
def nobodys(cost: PasswordCost) -> str:
    """The hash of a password that nobody knows: what an unknown person's is compared with, for the same work."""
    return kept(secrets.token_urlsafe(), cost)


@cache
def _hasher(cost: PasswordCost) -> argon2.PasswordHasher:
    return argon2.PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes, type=argon2.Type.ID
    )
