"""What a ceremony is for, and what it does when it is finished. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What somebody has come to do."""

    REGISTRATION = "registration"
    SIGN_IN = "sign-in"
    NEW_DEVICE = "new-device"
    PASSWORD_CHANGE = "password-change"  # noqa: S105 (a kind, no secret)
    RECOVERY = "recovery"
    PHONE_CHANGE = "phone-change"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    CLOSING = "closing"
    INVITED = "invited"
    """An employee sets their first factors, by the invitation that the institution gave them."""


class Effect(StrEnum):
    """What a finished ceremony changes. Each effect brings its own rules, and a ceremony obeys all of them."""

    ACCOUNT = "account"
    """A client is registered."""
    SESSION = "session"
    DEVICE = "device"
    """A device is bound to the person."""
    PASSWORD = "password"  # noqa: S105 (an effect, no secret)
    """The password is another afterwards, or there is one, or there is none."""
    PHONE = "phone"
    FACTOR = "factor"
    """A factor is added or removed."""
    CLOSED = "closed"
    FIRST_FACTORS = "first-factors"


EFFECTS: Final[Mapping[Kind, frozenset[Effect]]] = MappingProxyType(
    {
        Kind.REGISTRATION: frozenset({Effect.ACCOUNT}),
        Kind.SIGN_IN: frozenset({Effect.SESSION}),
        # Who binds a device is signing in on it.
        Kind.NEW_DEVICE: frozenset({Effect.DEVICE, Effect.SESSION}),
        Kind.PASSWORD_CHANGE: frozenset({Effect.PASSWORD}),
        Kind.RECOVERY: frozenset({Effect.PASSWORD}),
        Kind.PHONE_CHANGE: frozenset({Effect.PHONE}),
        Kind.FACTOR_ADDED: frozenset({Effect.FACTOR}),
        Kind.FACTOR_REMOVED: frozenset({Effect.FACTOR}),
        Kind.CLOSING: frozenset({Effect.CLOSED}),
        Kind.INVITED: frozenset({Effect.FIRST_FACTORS}),
    }
)
"""By kind alone; which factor is added or removed may bring more: see `plan.effects`."""

NAMES_A_FACTOR: Final = frozenset({Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED})
"""Kinds that are begun with the method that is to be changed."""
