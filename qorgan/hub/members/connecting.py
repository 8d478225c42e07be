"""What follows when an organisation is connected or taken back on: rooms above say here what they do then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeAlias

from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Organisation

Follower: TypeAlias = Callable[[Organisation, Scope, datetime], None]
"""Called in the transaction of the act, in the scope of whoever acts."""

_followers: Final[list[Follower]] = []


def follow(follower: Follower) -> None:
    """Have something done whenever an organisation is connected or taken back on."""
    if follower not in _followers:
        _followers.append(follower)


def connected(organisation: Organisation, *, by: Scope, now: datetime) -> None:
    """Do what follows."""
    for follower in _followers:
        follower(organisation, by, now)
