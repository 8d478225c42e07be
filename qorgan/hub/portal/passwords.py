"""How passwords are kept: Argon2id."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 19 ms of one core, and no burst of memory when many sign in at once."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
