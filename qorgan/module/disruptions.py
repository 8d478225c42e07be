"""What gates told of disruptions of sign-in, of each the last word: kept with what is read, until a card was drafted.

It is stored in the transaction that stores how far the gate's log was read, so that nothing of it is lost; and of each
disruption the whole is known from its last word alone, so that it does no harm to be drafted from again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

import msgspec

from qorgan.wire.disruption import Disruption

MOST: Final = 16
"""Disruptions whose last words are kept."""


class Told:
    """The last words, by the disruptions. Immutable."""

    def __init__(self, words: Iterable[Disruption] = ()) -> None:
        self._words: dict[UUID, Disruption] = {}
        for one in words:
            known = self._words.get(one.id)
            if known is None or is_later(one, known):
                self._words.pop(one.id, None)
                self._words[one.id] = one
        for oldest in list(self._words)[:-MOST]:
            del self._words[oldest]

    def __iter__(self) -> Iterator[Disruption]:
        """Those told of last come last."""
        return iter(self._words.values())

    def text(self) -> str:
        """As it is stored."""
        return msgspec.json.encode(list(self)).decode()


class Disruptions:
    """What is known by now. Changed in the event loop, read by the thread that drafts."""

    def __init__(self, gates: Iterable[str] = (), stored: str = "") -> None:
        """`gates` are the names of the sources that are believed. Raises ValueError for what was not stored here."""
        self.gates = frozenset(gates)
        self.told = Told(msgspec.json.decode(stored, type=list[Disruption]) if stored else ())

    def with_(self, words: list[Disruption]) -> Told | None:
        """What is known with these words; None where there are none."""
        return Told([*self.told, *words]) if words else None

    def take(self, told: Told) -> None:
        """It is stored: let it be drafted."""
        self.told = told


def is_later(one: Disruption, other: Disruption) -> bool:
    """Whether a word on a disruption says more than another."""
    return (one.phase.rank, one.at) > (other.phase.rank, other.at)
