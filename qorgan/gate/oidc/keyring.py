"""Which key signs at a moment, and which are published: pure. A key is published before it signs and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from qorgan.gate.oidc.id_token import LIFE

AHEAD: Final = timedelta(hours=1)
"""How long before it signs a key is published: for those who look at the list no oftener."""
AFTER: Final = LIFE + timedelta(minutes=5)
"""How long after its last signature: as long as what it signed counts, and clocks that are slow."""


class Key(Protocol):
    """What is looked at."""

    @property
    def signs_from(self) -> datetime: ...  # noqa: D102
    @property
    def withdrawn_at(self) -> datetime | None: ...  # noqa: D102


Kept = TypeVar("Kept", bound=Key)


def signing(keys: Iterable[Kept], now: datetime) -> Kept | None:
    """The youngest that has begun to sign and was not withdrawn."""
    begun = [key for key in _in_turn(keys) if key.signs_from <= now]
    return begun[-1] if begun else None


def published(keys: Iterable[Kept], now: datetime) -> list[Kept]:
    """Those that sign, will sign, or signed what still counts."""
    turn = _in_turn(keys)
    return [key for key, end in zip(turn, _ends(turn), strict=True) if end is None or now < end + AFTER]


def is_due(keys: Iterable[Kept], now: datetime, every: timedelta) -> bool:
    """Whether it is time for another key."""
    turn = _in_turn(keys)
    return not turn or turn[-1].signs_from + every <= now + AHEAD


def _in_turn(keys: Iterable[Kept]) -> list[Kept]:
    return sorted((key for key in keys if key.withdrawn_at is None), key=lambda key: key.signs_from)


def _ends(turn: Sequence[Key]) -> list[datetime | None]:
    """When each stops signing: where the next begins."""
    return [*(key.signs_from for key in turn[1:]), None]
