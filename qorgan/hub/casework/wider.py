"""Two narrow ways to look beyond one's own rows, each for one purpose, each closed again at once.

The policies name them: `directory` shows the names of those connected, `calendar` every open clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from django.db import connection

_SCOPE: Final = "SELECT current_setting('qorgan.scope', true)"
_ENTER: Final = "SELECT set_config('qorgan.scope', %s, true)"


class Purpose(StrEnum):
    """What PostgreSQL is asked to show beyond the scope."""

    CALENDAR = "calendar"
    DIRECTORY = "directory"


@contextmanager
def wider(purpose: Purpose) -> Iterator[None]:
    """Let PostgreSQL answer for this purpose alone until the end of the block. Must run inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE)
        row = cursor.fetchone()
        cursor.execute(_ENTER, [purpose.value])
    yield
    # After a failed statement the transaction is over anyway, and with it the setting.
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [row[0] if row and row[0] else ""])
