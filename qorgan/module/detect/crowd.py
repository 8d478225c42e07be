"""Spraying from many sources: many accounts and many sources at once, one or two tries each, far above the usual.

A bank's customers mistype their passwords every minute, more of them in the morning. So a crowd is held against what is
usual for this product: the failing accounts of windows before, and those that its successes now let expect.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.detect.attack import Attack, Attacks, Group, Number
from qorgan.module.detect.distinct import BITS, Distinct, estimate, mark
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.subjects import Subjects, is_of_unknown_user, voice
from qorgan.module.detect.track import GRAINS
from qorgan.module.event import Event, Outcome
from qorgan.wire.signal import Perimeter

_MOST_PRODUCTS: Final = 32
_TO_LEARN: Final = 6
"""Windows after which the usual is known; until then a crowd must be `_UNLEARNED` times as large."""
_UNLEARNED: Final = 10
_UP: Final = 0.3
_DOWN: Final = 0.05
"""How fast the usual follows what it is: quickly up, so that a morning is learned; slowly down."""
_FEW: Final = 3.0
"""Failures an account, and a source, above which it is no crowd but single attacks."""
_ENOUGH: Final = 50
"""Successes from which on their share tells what failures to expect."""
_STUFFED: Final = 1.2
_STRANGERS: Final = 0.1
"""Tries an account at the most, and share of unknown users at least, of lists of somebody else's passwords."""


class _Cell(Struct, eq=False):
    """One grain of time."""

    successes: int
    failures: dict[int, tuple[int, int]]
    """By the kind of record: how many, and how many of unknown users."""
    accounts: bytearray
    sources: bytearray


class _Sum(Struct):
    failures: int
    successes: int
    strangers: int
    accounts: int
    sources: int


class Crowd:
    """All sign-ins of one product from one side of the perimeter."""

    def __init__(self, key: int, seconds: float) -> None:
        self.key = key
        self._grain = seconds / GRAINS
        self._cells: dict[int, _Cell] = {}
        self._newest: int | None = None
        self._usual = 0.0
        self._share = 0.0
        self._learned = 0
        self._until_look = 0

    def add(self, event: Event, at: float, source: int, account: int, *, learn: bool) -> None:
        """Take in a sign-in."""
        grain = int(at // self._grain)
        self._move(grain, learn=learn)
        cell = self._cells.get(grain)
        if cell is None:
            if self._newest is not None and grain < self._newest - GRAINS:
                return
            cell = self._cells[grain] = _Cell(0, {}, bytearray(BITS // 8), bytearray(BITS // 8))
        count = max(1, event.count)
        if event.outcome is Outcome.SUCCESS:
            cell.successes += count
            return
        kind = voice(event)
        failures, strangers = cell.failures.get(kind, (0, 0))
        cell.failures[kind] = failures + count, strangers + count * is_of_unknown_user(event)
        mark(cell.accounts, account)
        if source:
            mark(cell.sources, source)

    def is_to_look_at(self, least: int) -> bool:
        """Whether enough failures came since it was looked at for it to have become a crowd.

        Looking costs as much as some dozens of records; so it is done at each record while there are few, and at each
        sixteenth part of them when there are many.
        """
        self._until_look -= 1
        if self._until_look > 0:
            return False
        failures, _ = self._tries()
        self._until_look = failures // GRAINS
        return failures >= least

    def sum(self) -> _Sum:
        """The window up to the newest grain."""
        accounts = sources = 0
        for cell in self._cells.values():
            accounts |= int.from_bytes(cell.accounts, "little")
            sources |= int.from_bytes(cell.sources, "little")
        failures, strangers = self._tries()
        return _Sum(
            failures=failures,
            successes=sum(cell.successes for cell in self._cells.values()),
            strangers=strangers,
            accounts=estimate(accounts, BITS),
            sources=estimate(sources, BITS),
        )

    def first(self) -> float:
        """When the window begins."""
        return min(self._cells, default=0) * self._grain

    def expected(self, successes: int) -> float:
        """How many failing accounts would be usual."""
        return max(self._usual, self._share * successes if successes >= _ENOUGH else 0.0)

    @property
    def has_learned(self) -> bool:
        """Whether enough windows were seen."""
        return self._learned >= _TO_LEARN

    def _tries(self) -> tuple[int, int]:
        """Failures, and those of unknown users, by the kind of record that there is most of."""
        sums: dict[int, tuple[int, int]] = {}
        for cell in self._cells.values():
            for kind, (failures, strangers) in cell.failures.items():
                before = sums.get(kind, (0, 0))
                sums[kind] = before[0] + failures, before[1] + strangers
        strangers = max((each[1] for each in sums.values()), default=0)
        return max((each[0] for each in sums.values()), default=0), strangers

    def _move(self, grain: int, *, learn: bool) -> None:
        """Go on to a grain; at the end of each window learn what was."""
        newest = self._newest
        if newest is None or grain < newest - 2 * GRAINS or grain > newest + _TO_LEARN * GRAINS:
            # The first record, or a clock that jumped: what was learned stays, what was counted goes.
            self._cells.clear()
            self._newest = grain
            return
        while newest < grain:
            newest += 1
            if newest % GRAINS == 0 and learn:
                self._learn(self.sum())
            self._cells.pop(newest - GRAINS, None)
        self._newest = newest

    def _learn(self, seen: _Sum) -> None:
        self._learned += 1
        self._usual += (seen.accounts - self._usual) * (_UP if seen.accounts > self._usual else _DOWN)
        if seen.successes >= _ENOUGH:
            share = seen.accounts / seen.successes
            self._share += (share - self._share) * (_UP if share > self._share else _DOWN)


class Crowds:
    """Crowds by product."""

    def __init__(
        self,
        settings: DetectTable,
        subjects: Subjects,
        attacks: Attacks,
        is_told: Callable[[Group, SignalType, int, float, float], bool],
    ) -> None:
        self._settings = settings
        self._subjects = subjects
        self._seconds = settings.window_minutes * 60.0
        self._attacks = attacks
        self._is_told = is_told
        self._crowds: OrderedDict[tuple[str, str, Perimeter], Crowd] = OrderedDict()

    def see(self, event: Event, at: float, source: int, account: int, perimeter: Perimeter) -> None:
        """Take in a sign-in from outside, or from nobody knows where."""
        settings = self._settings
        if perimeter is Perimeter.INTERNAL or not settings.crowd_accounts or not account:
            return
        crowd = self._crowd((event.vendor, event.product, perimeter))
        running = self._attacks.find(Group.SIGN_IN, crowd.key, at)
        crowd.add(event, at, source, account, learn=running is None)
        if event.outcome is not Outcome.FAILURE:
            return
        if running is not None:
            running.grow(event, at, accounts=account, sources=source)
            self._attacks.grown(running)
        elif crowd.is_to_look_at(settings.crowd_accounts):
            self._judge(crowd, event, at, perimeter)

    def _judge(self, crowd: Crowd, event: Event, at: float, perimeter: Perimeter) -> None:
        settings = self._settings
        seen = crowd.sum()
        least = settings.crowd_accounts * (1 if crowd.has_learned else _UNLEARNED)
        least = max(least, int(settings.crowd_times * crowd.expected(seen.successes)))
        is_many = seen.accounts >= least and seen.failures <= _FEW * seen.accounts
        if perimeter is Perimeter.EXTERNAL:
            is_many = is_many and seen.sources >= settings.crowd_sources and seen.failures <= _FEW * seen.sources
        if not is_many or self._is_told(Group.SIGN_IN, SignalType.SPRAY, 0, at, self._seconds):
            return
        strangers = seen.strangers / seen.failures
        is_stuffed = seen.failures <= _STUFFED * seen.accounts and strangers >= _STRANGERS
        numbers = {Number.ACCOUNTS: Distinct(least=seen.accounts), Number.SOURCES: Distinct(least=seen.sources)}
        words = [f"usual accounts={round(crowd.expected(seen.successes))}", f"of unknown users={strangers:.0%}"]
        if not crowd.has_learned:
            words.append("usual=not learned yet")
        self._attacks.open(
            Attack(
                type=SignalType.SPRAY,
                rule="credential-stuffing" if is_stuffed else "spray-many-sources",
                group=Group.SIGN_IN,
                key=crowd.key,
                perimeter=perimeter,
                seconds=self._seconds,
                first=crowd.first(),
                last=at,
                count=seen.failures,
                untold=seen.failures,
                severity=Severity.HIGH,
                numbers=numbers,
                words=tuple(words),
                example=event,
            )
        )

    def _crowd(self, key: tuple[str, str, Perimeter]) -> Crowd:
        crowd = self._crowds.get(key)
        if crowd is None:
            if len(self._crowds) >= _MOST_PRODUCTS:
                self._crowds.popitem(last=False)
            crowd = self._crowds[key] = Crowd(self._subjects.digest("\0".join(key)), self._seconds)
        return crowd
