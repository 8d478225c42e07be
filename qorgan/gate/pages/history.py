"""The last sign-ins to an account, good and bad, as its journal has them (R48.160.9, D26.journal)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import connection

from qorgan.gate.journal.events import Event
from qorgan.gate.pages import words
from qorgan.gate.pages.programs import program
from qorgan.law.factors import Method

MOST: Final = 10
_SHOWN: Final = [Event.SIGN_IN.value, Event.FACTOR_PROVEN.value, Event.LOCKED_OUT.value]
_ASKED: Final = """
SELECT at, event, outcome, host(address), program, factors FROM gate_journal
WHERE client = %s AND event = ANY(%s) AND (event = %s OR outcome <> 'done')
ORDER BY at DESC, id DESC LIMIT %s
"""


class Knock(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, or one attempt at one."""

    at: datetime
    is_good: bool
    address: str
    program: str
    by: str
    """With what."""


def last_sign_ins(client_id: UUID, most: int = MOST) -> list[Knock]:
    """The newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [client_id, _SHOWN, Event.SIGN_IN.value, most])
        rows = cursor.fetchall()
    return [
        Knock(
            at=at,
            is_good=event == Event.SIGN_IN and outcome == "done",
            address=address or "",
            program=program(told),
            by=", ".join(str(words.METHODS[Method(one)]) for one in factors),
        )
        for at, event, outcome, address, told, factors in rows
    ]
