"""Rows of which people are to be told, in their order, each once, however often a clerk falls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from django.db import connection

from qorgan.hub.notices.asking import clerks_transaction

MOST: Final = 200
OVERLAP: Final = 10_000
"""Numbers looked through again behind the last one: a row with a lower number may be committed later."""


@dataclass(slots=True)
class TellingOnce(ABC):
    """Tells of a table's rows for as long as a clerk works. `mail` is whether mails go out of this hub."""

    pending: ClassVar[str]
    """Asks for numbers of untold rows behind `after`, `most` of them, in order."""
    words: ClassVar[Mapping[str, list[str]]] = {}
    """What else `pending` asks by."""
    mark: ClassVar[str]
    """Writes down that row `number` is told at `now`; changes no row when it was."""

    mail: bool
    _looked: int = 0

    def look_through_all(self) -> None:
        """Forget how far it is: the database may have been put back."""
        self._looked = 0

    def tell_all(self, now: datetime) -> int:
        """Tell of every row that waits. Gives how many notices were written."""
        written = 0
        while found := self._pending():
            for number in found:
                written += self._tell_once(number, now)
                self._looked = max(self._looked, number)
        return written

    def _pending(self) -> list[int]:
        with clerks_transaction(), connection.cursor() as cursor:
            cursor.execute(self.pending, {"after": max(0, self._looked - OVERLAP), "most": MOST, **self.words})
            return [number for (number,) in cursor.fetchall()]

    def _tell_once(self, number: int, now: datetime) -> int:
        with clerks_transaction():
            with connection.cursor() as cursor:
                cursor.execute(self.mark, {"number": number, "now": now})
                if cursor.rowcount == 0:
                    return 0
            return self.tell(number, now)

    @abstractmethod
    def tell(self, number: int, now: datetime) -> int:
        """Tell of one row, in the transaction that has marked it. Gives how many notices were written."""
