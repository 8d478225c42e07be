"""Guessing and spraying, told apart: failures of one account, and failures of many (R67.8.7, R67.8.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.detect.attack import Attack, Attacks, Group, Number
from qorgan.module.detect.crowd import Crowds
from qorgan.module.detect.distinct import Distinct
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.subjects import Subjects, voice
from qorgan.module.detect.table import Table
from qorgan.module.detect.track import Track
from qorgan.module.event import Event, Outcome
from qorgan.wire.signal import Perimeter

_MOST_GOOD: Final = 1_024
_SEVERAL: Final = 1.5
"""How many times as many failures of several accounts as of one are guessing."""
HOUR: Final = 3_600.0
VOICE_BITS: Final = 8

Who = tuple[int, int, Perimeter]
"""Source, account, and where the source stands."""


class SignIns:
    """Looks at every sign-in."""

    def __init__(
        self,
        settings: DetectTable,
        subjects: Subjects,
        attacks: Attacks,
        is_told: Callable[[Group, SignalType, int, float, float], bool],
        clock: Callable[[], float],
    ) -> None:
        """`is_told` says whether a product's own alert of the same stands for an attack already."""
        window, slow = settings.window_minutes * 60.0, settings.slow_hours * HOUR
        self._settings = settings
        self._subjects = subjects
        self._attacks = attacks
        self._is_told = is_told
        self._by_source = Table(window, settings.remembered, clock)
        self._by_source_slowly = Table(slow, settings.remembered, clock)
        self._by_account = Table(window, settings.remembered, clock)
        self._crowds = Crowds(settings, subjects, attacks, is_told)

    def see(self, event: Event, at: float) -> None:
        """Take in one sign-in, or attempt of one."""
        source, perimeter = self._subjects.place(event.source_address)
        account = self._subjects.account(event)
        if event.outcome is Outcome.SUCCESS:
            self._succeeded(event, at, source, account)
        elif event.outcome is Outcome.FAILURE:
            self._failed(event, at, source, account, perimeter)
        self._crowds.see(event, at, source, account, perimeter)

    def _succeeded(self, event: Event, at: float, source: int, account: int) -> None:
        """A success forgives a source this account; where an attack goes on it makes that graver."""
        for key in (source, account):
            attack = self._attacks.find(Group.SIGN_IN, key, at) if key else None
            if attack is not None and not attack.succeeded:
                attack.succeeded, attack.severity = True, max(attack.severity, Severity.HIGH)
                attack.last, attack.example = max(attack.last, at), event
                self._attacks.grown(attack, at_once=True)
        for table in (self._by_source, self._by_source_slowly):
            track = table.known(source) if source and account else None
            if track is not None and track.items:
                track.good = track.good or set()
                if len(track.good) < _MOST_GOOD:
                    track.good.add(account)

    def _failed(self, event: Event, at: float, source: int, account: int, perimeter: Perimeter) -> None:
        running = self._attacks.find(Group.SIGN_IN, source, at) if source else None
        if running is not None:
            running.grow(event, at, accounts=account, sources=source)
            self._attacks.grown(running)
            if running.type is SignalType.SPRAY:
                return
        who = source, account, perimeter
        if source and (self._fast(event, at, who) or self._slowly(event, at, who)):
            return
        # What many do to one account must not hide one of them, so he is looked at first, and by himself.
        if running is None and account:
            self._of_one_account(event, at, who)

    def _fast(self, event: Event, at: float, who: Who) -> bool:
        settings = self._settings
        if who[2] is Perimeter.EXTERNAL:
            limits = settings.failures, settings.accounts
        else:
            limits = settings.inside_failures, settings.inside_accounts
        return self._judge(self._by_source, event, at, who, limits)

    def _slowly(self, event: Event, at: float, who: Who) -> bool:
        limits = self._settings.slow_failures, self._settings.slow_accounts
        is_outside = who[2] is Perimeter.EXTERNAL
        return is_outside and self._judge(self._by_source_slowly, event, at, who, limits)

    def _judge(self, table: Table, event: Event, at: float, who: Who, limits: tuple[int, int]) -> bool:
        """Whether what one source did is an attack, in any of the windows that this record is in."""
        source, account, _ = who
        track = table.track(source, at)
        if track is None:
            return False
        grain = table.add(track, account << VOICE_BITS | voice(event), event.count, at)
        if track.weight < min((limit for limit in limits if limit), default=track.weight + 1):
            return False
        suffix = "-slow" if table is self._by_source_slowly else ""
        for window in track.windows(grain):
            found = self._meaning(track, window, account, limits)
            if found and self._open(table, track, event, at, who, (found, f"{found.value}{suffix}")):
                return True
        return False

    def _meaning(self, track: Track, window: int, account: int, limits: tuple[int, int]) -> SignalType | None:
        """Spraying: many accounts fail and do not succeed, few times each, and no fewer than succeed from there.

        Guessing: one account fails often; or several do, half as often again.
        """
        failures, accounts = limits
        good = track.good or set()
        tries = _tries(track, window)
        counts = {item: count for item, count in tries.items() if item not in good}
        total, named = sum(counts.values()), len(counts) - (0 in counts)
        if accounts and named >= accounts and named >= len(good) and total <= self._settings.tries * len(counts):
            return SignalType.SPRAY
        several = len(counts) > 1 and len(counts) >= len(good) and total >= failures * _SEVERAL
        if failures and (tries.get(account, 0) >= failures or several):
            return SignalType.GUESS
        return None

    def _open(
        self, table: Table, track: Track, event: Event, at: float, who: Who, what: tuple[SignalType, str]
    ) -> bool:
        source, _, perimeter = who
        kind, rule = what
        running = self._attacks.find(Group.SIGN_IN, source, at)
        if running is not None and (running.type is kind or running.type is SignalType.SPRAY):
            return False
        if self._is_told(Group.SIGN_IN, kind, source, at, table.seconds):
            return False
        numbers = {Number.ACCOUNTS: Distinct(_who(track)), Number.SOURCES: Distinct((source,))}
        count = track.total()
        if running is not None:
            # What was told as guessing is not counted again when it widens into spraying.
            count, running.untold = running.untold, 0
        self._attacks.open(
            Attack(
                type=kind,
                rule=rule,
                group=Group.SIGN_IN,
                key=source,
                source=event.source_address if perimeter is Perimeter.EXTERNAL else "",
                perimeter=perimeter,
                seconds=table.seconds,
                first=track.began,
                last=at,
                count=count,
                untold=count,
                severity=Severity.MEDIUM,
                numbers=numbers,
                example=event,
            )
        )
        for each in (self._by_source, self._by_source_slowly):
            each.forget(source)
        return True

    def _of_one_account(self, event: Event, at: float, who: Who) -> None:
        """One account from many outside sources, or in records that do not say from where."""
        source, account, perimeter = who
        if perimeter is Perimeter.INTERNAL:
            return
        running = self._attacks.find(Group.SIGN_IN, account, at)
        if running is not None:
            running.grow(event, at, accounts=account, sources=source)
            self._attacks.grown(running)
            return
        settings = self._settings
        track = self._by_account.track(account, at)
        if track is None:
            return
        grain = self._by_account.add(track, source << VOICE_BITS | voice(event), event.count, at)
        if track.weight < min(settings.many_failures, settings.unknown_failures):
            return
        for window in track.windows(grain):
            counts = _tries(track, window)
            nowhere = counts.pop(0, 0)
            many = settings.many_sources and len(counts) >= settings.many_sources
            if many and settings.many_failures and sum(counts.values()) >= settings.many_failures:
                rule, where = "guess-many-sources", Perimeter.EXTERNAL
            elif settings.unknown_failures and nowhere >= settings.unknown_failures:
                rule, where = "guess", Perimeter.UNKNOWN
            else:
                continue
            if not self._is_told(Group.SIGN_IN, SignalType.GUESS, account, at, self._by_account.seconds):
                self._open_on_account(track, event, at, account, (rule, where))
            return

    def _open_on_account(
        self, track: Track, event: Event, at: float, account: int, what: tuple[str, Perimeter]
    ) -> None:
        count = track.total()
        self._attacks.open(
            Attack(
                type=SignalType.GUESS,
                rule=what[0],
                group=Group.SIGN_IN,
                key=account,
                perimeter=what[1],
                seconds=self._by_account.seconds,
                first=track.began,
                last=at,
                count=count,
                untold=count,
                severity=Severity.MEDIUM,
                numbers={
                    Number.ACCOUNTS: Distinct((account,)),
                    Number.SOURCES: Distinct(each for each in _who(track) if each),
                },
                words=() if what[1] is Perimeter.EXTERNAL else ("sources=not in the records",),
                example=event,
            )
        )
        self._by_account.forget(account)


def _tries(track: Track, window: int) -> dict[int, int]:
    """How often each subject failed in a window. Of several kinds of record, which may tell of one try, one counts."""
    found: dict[int, int] = {}
    for item, count in track.counts(window).items():
        subject = item >> VOICE_BITS
        if count > found.get(subject, 0):
            found[subject] = count
    return found


def _who(track: Track) -> set[int]:
    return {item >> VOICE_BITS for item in track.items}
