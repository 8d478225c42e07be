"""What clients are told of. Pure."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """One sentence each, in `words`."""

    ATTEMPTS_FAILED = "attempts-failed"
    BLOCKED = "blocked"
    CLOSED = "closed"
    DEVICE_BOUND = "device-bound"
    DEVICE_REMOVED = "device-removed"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (a kind, no secret)
    PASSWORD_RECOVERED = "password-recovered"  # noqa: S105 (a kind, no secret)
    PHONE_CHANGED = "phone-changed"
    REGISTERED = "registered"
    SIGNED_IN = "signed-in"
    UNBLOCKED = "unblocked"


class State(StrEnum):
    """How far a notice got."""

    WAITING = "waiting"
    TAKEN = "taken"
    """The gateway has it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """The gateway will not carry it, or has not after every try."""
    NOWHERE = "nowhere"
    """The client has no number to be told at."""
