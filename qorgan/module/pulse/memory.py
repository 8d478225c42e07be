"""What was learned of the sources, and how the day began, in one small file beside the spool."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.durable import write_durably
from qorgan.module.pulse.source import Pulse

log = logging.getLogger(__name__)

FILE: Final = "pulse.json"
MOST: Final = 256
_FORGOTTEN: Final = timedelta(days=60)


class Day(Struct):
    """Where the counters stood when a day began, on the institution's clock."""

    date: str = ""
    redacted: dict[str, int] = {}

    def since(self, date: str, redacted: Mapping[str, int]) -> dict[str, int]:
        """What was removed since the day began, by class."""
        if date != self.date:
            self.date, self.redacted = date, dict(redacted)
        return {name: more for name, value in redacted.items() if (more := value - self.redacted.get(name, 0)) > 0}


class Remembered(Struct):
    """The whole file."""

    sources: dict[str, Pulse] = {}
    read: dict[str, int] = {}
    """The counter of each source at the last look."""
    day: Day = msgspec.field(default_factory=Day)


class Memory:
    """The file, and its content while the module runs."""

    def __init__(self, folder: Path) -> None:
        """A file that cannot be read is begun anew, and that is said."""
        self._path = folder / FILE
        self.kept = self._read()

    def of(self, name: str, now: datetime) -> Pulse:
        """The pulse of a source, begun if it is new."""
        if name not in self.kept.sources:
            self.kept.sources[name] = Pulse(id=secrets.token_hex(4), begun_at=now)
        return self.kept.sources[name]

    def forget(self, but: Iterable[str], now: datetime) -> None:
        """Let go of sources that are followed no more, after a while or when there are many."""
        followed = set(but)
        gone = [name for name in self.kept.sources if name not in followed]
        many = len(self.kept.sources) > MOST
        for name in gone:
            last = self.kept.sources[name].looked_at
            if many or last is None or now - last > _FORGOTTEN:
                del self.kept.sources[name]
                self.kept.read.pop(name, None)

    def store(self) -> None:
        """Write it; a disk that takes nothing is passed over, for the spool says so already."""
        try:
            write_durably(self._path, msgspec.json.encode(self.kept))
        except OSError as error:
            log.debug("%s: %s", self._path, error.strerror)

    def _read(self) -> Remembered:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Remembered)
        except FileNotFoundError:
            return Remembered()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            log.warning("%s cannot be read: what is usual for the sources is learned anew", self._path)
            return Remembered()
