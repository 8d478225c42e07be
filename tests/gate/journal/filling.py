"""Entries for tests, and days of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by

TODAY = datetime.now(UTC).date()


def sign_in(at: datetime | None = None, **changes: Any) -> Entry:
    """A client's sign-in from a browser."""
    given: dict[str, Any] = {
        "event": Event.SIGN_IN,
        "outcome": "done",
        "at": at or datetime.now(UTC),
        "whence": Whence(address="203.0.113.7", port=50100, program="Mozilla/5.0", trace="0af7651916cd43dd"),
        "population": "bank-client",
        "client": UUID(int=7),
        "ceremony": uuid4(),
        "factors": ("password", "one-time-code"),
        "rule": "D26.two-factor",
        "edition": "2026",
    }
    return Entry(**given | changes)


def written(url: str, *entries: Entry) -> list[int]:
    """Their ids; all are written in one transaction."""
    with psycopg.connect(url) as connection:
        return [write_by(connection, entry) for entry in entries]


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A time of a day."""
    return datetime.combine(day, time(hour, minute), UTC)


def ago(days: int) -> date:
    """A day that is past."""
    return TODAY - timedelta(days=days)


def fill(url: str, days: Sequence[date], each: int = 12) -> list[int]:
    """So many sign-ins on each of the days, of five clients, every third of them failed, each its own transaction."""
    made = []
    for day in days:
        for number in range(each):
            address = f"203.0.113.{number}" if number % 2 else f"2001:db8::{number:x}"
            entry = sign_in(
                at(day, number % 24, number % 60),
                client=UUID(int=number % 5) if number % 5 else None,
                device=UUID(int=90 + number % 3),
                outcome="done" if number % 3 else "failed",
                whence=Whence(address=address, port=50000 + number, program="Mozilla/5.0", trace=f"{number:032x}"),
                before={"phone": "ends in 17"} if number % 4 == 0 else None,
                detail={"number": number, "text": 'құпиясөз "қате" \\ \u007f\t'},
            )
            made += written(url, entry)
    return made
