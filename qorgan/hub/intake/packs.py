"""The newest set of rule packs, offered to modules that ask and prove who they are (R67.9).

The centre's operator puts it in place with `qorgan hub packs-offer`. The hub only hands it on: modules believe the
signature of the set's maker and not the hub.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qorgan.hub.config import Config
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import SignedNote
from qorgan.wire.packs import Listing, PackSet, PackSetRefused, PacksOffered, read_set

FILE: Final = "rule-packs.json"
_NOTHING: Final = (0, 0)


class Offer:
    """What lies in the hub's state folder, read again when the file was replaced."""

    def __init__(self, config: Config) -> None:
        self._path = config.state / FILE
        self._stamp: tuple[int, int] = _NOTHING
        self._number = 0
        self._packs: PackSet | None = None

    def newer_than(self, number: int) -> PacksOffered:
        """The set, if it is newer; nothing when there is none, or none that can be read."""
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._number, self._packs = _read(self._path)
        return PacksOffered(packs=self._packs if self._number > number else None)


def number_of(packs: PackSet) -> int:
    """The number that a set says it has, proven by nothing. Raises PackSetRefused."""
    try:
        return Listing.parse(SignedNote.parse(packs.note).text).number
    except NoteError as error:
        raise PackSetRefused(f"the set's note: {error}; get it again from its maker") from None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return _NOTHING
    return found.st_mtime_ns, found.st_ino


def _read(path: Path) -> tuple[int, PackSet | None]:
    try:
        packs = read_set(path.read_bytes())
        return number_of(packs), packs
    except (OSError, PackSetRefused):
        return 0, None
