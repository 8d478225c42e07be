"""The ceiling of the sequence numbers, in a small file beside the database.

A number that was ever given must never be given to another signal, even when the database is lost. So numbers are
taken in blocks: the file holds a number that none given so far has reached.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qorgan.module.durable import write_durably
from qorgan.module.spool.errors import SpoolFull

FILE: Final = "sequence"
BLOCK: Final = 1_000_000
_DIGITS: Final = 19


class Ceiling:
    """The first number that was certainly not given yet, as far as the file knows."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.value = _read(self._path)
        """0 when there is no file, or none that can be read."""

    def reserve(self, below: int) -> None:
        """Return once the numbers below `below` may be given. Raises SpoolFull when that cannot be written."""
        if below <= self.value:
            return
        value = below + BLOCK
        try:
            write_durably(self._path, f"{value}\n".encode())
        except OSError as error:
            raise SpoolFull(f"{self._path}: {error.strerror or error}") from error
        self.value = value


def _read(path: Path) -> int:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
