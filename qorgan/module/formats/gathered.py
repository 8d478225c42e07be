"""A record's names and values, by the field of an Event that each may fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from qorgan.module.formats.vocabulary import places_of

_EMPTY: Final = frozenset(
    {"", "-", "--", "n/a", "null", "(null)", "none", "undefined", "unknown", "nil", "[]", "{}", "нет", "жоқ"}
)
_LONGEST_REMEMBERED: Final = 6_144
"""Characters of all a record's names together up to which their plan is remembered."""
_WORDS: Final = frozenset(("category", "message", "kind"))


class Gathered:
    """A record's values by the field that each may fill, the surest first."""

    __slots__ = ("_first", "_pairs", "_plan", "_renamed")

    def __init__(self, pairs: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        """`renamed` says of a product's own names which field each fills."""
        self._pairs = pairs
        self._plan = _plan_of(tuple(pairs))
        self._renamed = renamed
        self._first: dict[str, list[str]] = {}
        for name, place in renamed.items():
            if name in pairs:
                self._first.setdefault(place, []).append(name)

    def named(self, place: str) -> Iterator[tuple[str, str]]:
        """What may fill a field, with the names that it stood under; values that say nothing are left out."""
        for name in self._first.get(place, ()):
            if (value := self._pairs[name]) and value.strip().lower() not in _EMPTY:
                yield name, value
        for name in self._plan.get(place, ()):
            # What a product means by a name of its own it still says in words.
            if name not in self._renamed or (place in _WORDS and self._renamed[name] != place):
                value = self._pairs[name]
                if value and value.strip().lower() not in _EMPTY:
                    yield name, value

    def has(self, place: str) -> bool:
        """Whether any name of the record may fill a field."""
        return place in self._plan or place in self._first

    def first(self, place: str) -> str:
        """The surest value of a field."""
        return next(self.values(place), "") if self.has(place) else ""

    def values(self, place: str) -> Iterator[str]:
        """All values of a field, the surest first."""
        return (value for _, value in self.named(place))


def _plan_of(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Which of the names may fill which field, the surest first. Records of a product mostly have the same names."""
    return _known_plan(names) if sum(map(len, names)) <= _LONGEST_REMEMBERED else _plan(names)


def _plan(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        for place, rank in places_of(name):
            found.setdefault(place, []).append((rank, name))
    return {place: tuple(name for _, name in sorted(ranked, key=_rank)) for place, ranked in found.items()}


_known_plan: Final = lru_cache(maxsize=1_024)(_plan)


def _rank(ranked: tuple[int, str]) -> int:
    return ranked[0]
