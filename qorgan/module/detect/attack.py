"""Attacks that go on: each is one, told when it is found and again while it grows, at intervals that grow too.

An attack's `count` in the signals is what came since it was told last, so that sums over signals stay right; its size
as a whole stands in `decided_by`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.detect.distinct import Distinct
from qorgan.module.event import Event
from qorgan.wire.signal import Perimeter

MOST: Final = 4_096
"""Attacks at a time. Those beyond grow one that stands for all the rest of their type."""
MOST_REMEMBERED: Final = 512
"""Attacks that a restart does not forget."""
_FIRST_AGAIN: Final = 300.0
"""Seconds from the first telling to the second; each further interval is four times as long, up to the setting."""
_LONGER: Final = 4
_LETTERS: Final = "bcdfghjkmnpqrstvwxz"
_NAME: Final = 8


class Group(StrEnum):
    """What kinds of attack are told apart from each other, and not from a product's own alert of the same."""

    SIGN_IN = "sign-in"
    CONNECTION = "connection"


class Number(StrEnum):
    """What of an attack is counted in different ones."""

    ACCOUNTS = "accounts"
    SOURCES = "sources"
    HOSTS = "hosts"
    PORTS = "ports"


class Attack(Struct, eq=False, kw_only=True):
    """One attack. Accounts, and hosts of the inside, are in it as numbers only."""

    type: SignalType
    rule: str
    group: Group
    key: int
    """Keyed digest of the source or the account."""
    name: str = ""
    """By which all signals of one attack are known."""
    source: str = ""
    """The address, where there is one and it is from outside: what is told of it has left the institution already."""
    perimeter: Perimeter
    seconds: float
    """Its window. After so long without a record it is over."""
    first: float
    last: float
    count: int
    untold: int
    """Of the count, what was not told yet."""
    severity: Severity
    numbers: dict[Number, Distinct]
    words: tuple[str, ...] = ()
    """What else decided."""
    succeeded: bool = False
    alerts: int = 0
    """A product's own alerts of the same, that went into it."""
    told: int = 0
    next_at: float = 0.0
    """Time of the records from which on it is to be told again."""
    touched: float = 0.0
    example: Event | None = None
    """The last record: product, port and protocol are those of an attack's last record."""

    def grow(self, event: Event, at: float, **items: int) -> None:
        """Take in a record. `items` are by the values of `Number`."""
        self.count += max(1, event.count)
        self.untold += max(1, event.count)
        self.first, self.last = min(self.first, at), max(self.last, at)
        self.example = event
        for name, item in items.items():
            self.numbers[Number(name)].add(item)


class Told(Struct, frozen=True, kw_only=True):
    """What of an attack is kept over a restart."""

    type: SignalType
    rule: str
    group: Group
    key: int
    name: str
    source: str
    perimeter: Perimeter
    seconds: float
    first: float
    last: float
    count: int
    severity: Severity
    numbers: dict[Number, int]
    words: tuple[str, ...]
    succeeded: bool
    told: int
    next_at: float


class Attacks:
    """Those that go on."""

    def __init__(self, again: float, clock: Callable[[], float]) -> None:
        """`again` is the longest interval, in seconds; `clock` that of arrival, after which quiet ones are let go."""
        self._again = again
        self._clock = clock
        self._running: OrderedDict[tuple[Group, int], Attack] = OrderedDict()
        self._due: dict[int, Attack] = {}
        self.changed = False
        """Whether something was told since `memory` was asked."""

    def __len__(self) -> int:
        return len(self._running)

    def find(self, group: Group, key: int, at: float) -> Attack | None:
        """The attack that a record of a moment belongs to; one that is long over ends here."""
        place = group, key
        attack = self._running.get(place)
        if attack is None:
            return None
        if not attack.first - attack.seconds <= at <= attack.last + attack.seconds:
            self._end(attack)
            return None
        attack.touched = self._clock()
        self._running.move_to_end(place)
        return attack

    def open(self, attack: Attack) -> Attack:
        """Begin one, to be told at once; in the place of what went on under its key before."""
        place = attack.group, attack.key
        before = self._running.get(place)
        if before is not None:
            self._end(before)
        elif len(self._running) >= MOST:
            return self._beyond(attack)
        attack.touched = self._clock()
        attack.name = attack.name or _name(attack)
        self._running[place] = self._due[id(attack)] = attack
        return attack

    def grown(self, attack: Attack, *, at_once: bool = False) -> None:
        """Look whether an attack that took in a record is to be told again."""
        if at_once or attack.last >= attack.next_at:
            self._due[id(attack)] = attack

    def take(self) -> list[Attack]:
        """Those to be told now, each once; the caller counts them as told."""
        now = self._clock()
        for _ in range(8):
            oldest = next(iter(self._running.values()), None)
            if oldest is None or now - oldest.touched <= oldest.seconds:
                break
            self._end(oldest)
        due, self._due = list(self._due.values()), {}
        for attack in due:
            attack.told += 1
            wait = min(self._again, _FIRST_AGAIN * _LONGER ** min(attack.told - 1, 8))
            attack.next_at = attack.last + wait
        self.changed = self.changed or bool(due)
        return due

    def memory(self) -> str:
        """What a restart shall not forget: the latest, as JSON. Holds no name and no inside address."""
        self.changed = False
        kept = [each for each in self._running.values() if each.told][-MOST_REMEMBERED:]
        return msgspec.json.encode([_kept(each) for each in kept]).decode()

    def remember(self, memory: str) -> None:
        """Go on with attacks that were told before a restart. Raises ValueError for what is no memory."""
        for told in msgspec.json.decode(memory, type=list[Told]) if memory else ():
            attack = _again(told)
            attack.touched = self._clock()
            self._running[attack.group, attack.key] = attack

    def _end(self, attack: Attack) -> None:
        self._running.pop((attack.group, attack.key), None)
        if attack.untold and attack.example is not None:
            self._due[id(attack)] = attack

    def _beyond(self, attack: Attack) -> Attack:
        """The attack that stands for all of a type for which there was no room."""
        place = attack.group, -1 - list(SignalType).index(attack.type)
        rest = self._running.get(place)
        if rest is None:
            rest = attack
            rest.numbers.setdefault(Number.SOURCES, Distinct((attack.key,)))
            rest.key, rest.source, rest.rule = place[1], "", f"{attack.rule}-and-more"
            rest.name = _name(rest)
            self._running[place] = self._due[id(rest)] = rest
        else:
            rest.count += attack.count
            rest.untold += attack.count
            rest.first, rest.last = min(rest.first, attack.first), max(rest.last, attack.last)
            rest.example = attack.example
            rest.numbers[Number.SOURCES].add(attack.key)
            self.grown(rest)
        rest.touched = self._clock()
        return rest


def _name(attack: Attack) -> str:
    """Letters only, so that no digits are taken for somebody's number."""
    rest = (attack.key ^ int(attack.first)) & (1 << 64) - 1
    name = ""
    for _ in range(_NAME):
        rest, place = divmod(rest, len(_LETTERS))
        name += _LETTERS[place]
    return name


def _kept(attack: Attack) -> Told:
    numbers = {name: len(found) for name, found in attack.numbers.items()}
    same = {name: getattr(attack, name) for name in Told.__struct_fields__ if name != "numbers"}
    return Told(numbers=numbers, **same)


def _again(told: Told) -> Attack:
    same = {name: getattr(told, name) for name in Told.__struct_fields__ if name != "numbers"}
    return Attack(untold=0, numbers={name: Distinct(least=count) for name, count in told.numbers.items()}, **same)
