"""The pulses of all sources of a running module. Looked at by one thread, and read by any."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from qorgan.module.accounting import Account
from qorgan.module.pulse.memory import Memory
from qorgan.module.pulse.source import Alarm

_STORED_EVERY: Final = timedelta(minutes=5)
_MINUTE: Final = timedelta(minutes=1)


class Pulses:
    """By the sources' names."""

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder)
        self._lately: dict[str, deque[tuple[datetime, int]]] = {}
        self._stored_at: datetime | None = None
        self._is_first = True

    def look(
        self, account: Account, zones: Mapping[str, str], now: datetime, *, is_reading: bool, patience: timedelta
    ) -> None:
        """Take note of what the account says was read since the last look, of these sources."""
        kept = self._memory.kept
        read = {source.name: source.read for source in account.sources}
        for name, zone in zones.items():
            pulse = self._memory.of(name, now)
            total = read.get(name, 0)
            # A counter that went back was mended; and what was read before the first look came nobody knows when.
            lines = max(0, total - kept.read.get(name, total if self._is_first else 0))
            kept.read[name] = total
            pulse.look(now, now.astimezone(ZoneInfo(zone)), lines, is_reading=is_reading, patience=patience)
            self._note(name, now, lines)
        self._is_first = False
        self._memory.forget(zones, now)
        self.redacted_today(account, now.astimezone(ZoneInfo("Asia/Almaty")))
        if self._stored_at is None or now - self._stored_at >= _STORED_EVERY:
            self._stored_at = now
            self.store()

    def store(self) -> None:
        """Keep what was learned."""
        self._memory.store()

    def redacted_today(self, account: Account, local: datetime) -> dict[str, int]:
        """Values removed since midnight, by class."""
        return self._memory.kept.day.since(local.date().isoformat(), account.redacted)

    def alarm(self, name: str) -> Alarm | None:
        """What is not as usual with a source."""
        pulse = self._memory.kept.sources.get(name)
        return pulse.alarm if pulse else None

    def id_of(self, name: str) -> str:
        """What stands for a source towards the centre."""
        pulse = self._memory.kept.sources.get(name)
        return pulse.id if pulse else "new"

    def last_at(self, name: str) -> datetime | None:
        """When a source gave its last line."""
        pulse = self._memory.kept.sources.get(name)
        return pulse.last_at if pulse else None

    def is_learned(self, name: str, now: datetime, zone: str) -> bool:
        """Whether it is known what a source usually gives at such a time."""
        pulse = self._memory.kept.sources.get(name)
        return bool(pulse and pulse.baseline.usual(now.astimezone(ZoneInfo(zone))).weeks)

    def a_minute(self, name: str) -> int:
        """Lines of the last minute."""
        return sum(lines for _, lines in self._lately.get(name, ()))

    def _note(self, name: str, now: datetime, lines: int) -> None:
        lately = self._lately.setdefault(name, deque(maxlen=120))
        lately.append((now, lines))
        while lately and now - lately[0][0] >= _MINUTE:
            lately.popleft()
