"""The pulse of one source: told every few seconds what came, it says when that is not as usual."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from qorgan.module.pulse.baseline import Baseline, Usual

OWED: Final = 20.0
"""Lines that should have come at least before a silence is one."""
SHORTEST: Final = 600.0
SLOW_SHORTEST: Final = 3_600.0
"""Seconds: of a source that owes so little that only the length of its silence can tell."""
LEARNING: Final = timedelta(days=7)
KNOWN: Final = timedelta(days=14)
"""After which its longest silence is known."""
_BACK: Final = 120.0
_LONGEST_STEP: Final = 60.0
"""Seconds between two looks beyond which this program was not watching, or the clock leapt."""
_WHOLE: Final = 3_300.0
"""Seconds of an hour that must have been watched for it to count."""
_WEEKS_FOR_VOLUME: Final = 3
_LITTLE, _LITTLE_LEAST, _LITTLE_HOURS = 0.25, 60, 2
_MUCH, _MUCH_LEAST = 4.0, 1_000
_QUARTER: Final = 0.25


class AlarmKind(StrEnum):
    """What is out of the ordinary."""

    SILENT = "silent"
    LITTLE = "little"
    MUCH = "much"


class Alarm(Struct, frozen=True):
    """Something out of the ordinary that stands."""

    kind: AlarmKind
    since: datetime
    """Silent: when the last line came. Otherwise: the beginning of the first hour."""
    usual: float = 0.0
    """Lines an hour that are usual at this time: at least, or with `much` at most."""


class Pulse(Struct, kw_only=True):
    """What is remembered of a source. Everything of it survives a restart."""

    id: str
    """Stands for the source towards the centre: names of sources are the institution's own affair."""
    begun_at: datetime
    baseline: Baseline = field(default_factory=Baseline)
    looked_at: datetime | None = None
    last_at: datetime | None = None
    """When the last line came."""
    silent: float = 0.0
    """Seconds watched since then, while reading went on."""
    owed: float = 0.0
    """Lines that usually come at least in such a time."""
    hour: datetime | None = None
    """The beginning of the hour that is counted, in local time."""
    lines: int = 0
    watched: float = 0.0
    few_hours: int = 0
    had_alarm: bool = False
    """Whether a silence stood in this hour."""
    back: float = 0.0
    """Since a silent source came back: seconds, its lines, and what it owed."""
    back_lines: int = 0
    back_owed: float = 0.0
    alarm: Alarm | None = None

    def look(self, now: datetime, local: datetime, lines: int, *, is_reading: bool, patience: timedelta) -> None:
        """Take note of the lines since the last look. `local` is the same moment on the source's own clock.

        `patience` is how long it may be silent while nothing is known of it yet; none: for ever.
        """
        step = (now - self.looked_at).total_seconds() if self.looked_at else 0.0
        step = step if 0 <= step <= _LONGEST_STEP and is_reading else 0.0
        self.looked_at = now
        self._count(local, lines, step)
        usual = self.baseline.usual(local)
        due = usual.least * step / 3_600
        if lines:
            self._end_of_silence(local)
            self.last_at, self.silent, self.owed = now, 0.0, 0.0
        else:
            self.silent += step
            self.owed += due
        if self.alarm is not None and self.alarm.kind is AlarmKind.SILENT:
            self._come_back(lines, step, due, usual)
        elif self._is_silent(now, patience):
            self.alarm = Alarm(AlarmKind.SILENT, self.last_at or self.begun_at, usual.least)
            self.back = self.back_owed = 0.0
            self.back_lines = 0
        self.had_alarm |= self.alarm is not None and self.alarm.kind is AlarmKind.SILENT

    def _is_silent(self, now: datetime, patience: timedelta) -> bool:
        if self.last_at is None or not self.silent:
            return False
        if self.owed >= OWED and self.silent >= SHORTEST:
            return True
        age = now - self.begun_at
        if age >= KNOWN:
            return self.silent >= max(SLOW_SHORTEST, 2 * self.baseline.longest_gap())
        return bool(patience) and age < LEARNING and self.silent > patience.total_seconds()

    def _end_of_silence(self, local: datetime) -> None:
        """Learn how long a silence may be, except from one in which lines were owed: that was a fault."""
        if self.silent and self.owed < OWED:
            self.baseline.learn_gap(local, self.silent)

    def _come_back(self, lines: int, step: float, due: float, usual: Usual) -> None:
        """End a silence once lines come as they should, not at the first of them: half dead is not alive."""
        if not lines and not self.back_lines:
            return
        self.back += step
        self.back_lines += lines
        self.back_owed += due
        if self.silent >= SHORTEST:
            self.back = self.back_owed = 0.0
            self.back_lines = 0
        elif not usual.least or (self.back >= _BACK and self.back_lines >= self.back_owed * _QUARTER):
            self.alarm = None
            self.owed = 0.0

    def _count(self, local: datetime, lines: int, step: float) -> None:
        beginning = local.replace(minute=0, second=0, microsecond=0)
        if self.hour is not None and beginning != self.hour:
            self._close_hour(self.hour)
            self.lines, self.watched, self.had_alarm = 0, 0.0, False
        self.hour = beginning
        self.lines += lines
        self.watched += step
        usual = self.baseline.usual(local)
        if usual.weeks >= _WEEKS_FOR_VOLUME and self.alarm is None and self.lines > _much(usual):
            self.alarm = Alarm(AlarmKind.MUCH, beginning, usual.most)

    def _close_hour(self, hour: datetime) -> None:
        """Judge a whole hour by what was usual, and then learn from it."""
        if self.watched < _WHOLE or self.had_alarm:
            self.few_hours = 0
            return
        usual = self.baseline.usual(hour)
        if usual.weeks >= _WEEKS_FOR_VOLUME:
            self._judge(hour, usual)
        self.baseline.learn_hour(hour, self.lines)

    def _judge(self, hour: datetime, usual: Usual) -> None:
        is_little = usual.least >= _LITTLE_LEAST and self.lines < usual.least * _LITTLE
        self.few_hours = self.few_hours + 1 if is_little else 0
        kind = self.alarm.kind if self.alarm else None
        if kind is None and self.few_hours >= _LITTLE_HOURS:
            began = hour - timedelta(hours=self.few_hours - 1)
            self.alarm = Alarm(AlarmKind.LITTLE, began, usual.least)
        is_enough = kind is AlarmKind.LITTLE and self.lines >= usual.least / 2
        is_moderate = kind is AlarmKind.MUCH and self.lines <= _much(usual) / 2
        if is_enough or is_moderate:
            self.alarm = None


def _much(usual: Usual) -> float:
    return max(_MUCH * usual.most, _MUCH_LEAST)
