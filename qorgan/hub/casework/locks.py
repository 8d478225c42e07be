"""In which order things are locked, so that no two acts wait for each other, and none acts on an older look.

First the calendar, then the document, then rows. An act on a document has it alone; acts of its addressees go side by
side, but never beside an act on the document itself: whoever agrees to a decision cannot overlook that the warning is
being withdrawn. Addressees may not change the document's row, so a row lock cannot do this. Held until the end of the
transaction.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

_CALENDAR: Final = "calendar"
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_TOGETHER: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"


def act(document: UUID, *, alone: bool) -> None:
    """Wait until an act on this document, or on an addressee's part of it, may go on."""
    with connection.cursor() as cursor:
        cursor.execute(_TOGETHER, [_CALENDAR])
        cursor.execute(_ALONE if alone else _TOGETHER, [str(document)])


def calendar() -> None:
    """Wait until no act starts or stops a clock, and let none begin: each clock is counted by one calendar."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [_CALENDAR])
