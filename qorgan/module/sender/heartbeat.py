"""The module's word about itself, once a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from qorgan import __version__
from qorgan.module.accounting import Account, SourceAccount
from qorgan.wire.enrolment import Heartbeat, SourceStatus

LOST: Final = "lost in the spool"
"""The reason under which records are told to the hub whose signals were damaged on the disk."""
_MOST_SOURCES: Final = 256


class SourceWord(Struct, frozen=True, kw_only=True):
    """What the hub is told of a source besides its counts."""

    id: str
    kind: str
    alarm: Literal["", "silent", "little", "much"] = ""
    alarm_since: datetime | None = None


class Reading(Struct):
    """How reading goes, as only the running process knows."""

    stopped: str = ""
    """Why nothing is read now; '' when it is."""
    last_read_at: dict[str, datetime] = {}
    """When a source last gave something, by its name."""
    products: dict[str, str] = {}
    """The product of the last signal looked at, by the source's name."""
    words: dict[str, SourceWord] = {}
    """By the source's name; of a source that is not followed there is none, and the hub is told none."""


def make(account: Account, reading: Reading, now: datetime) -> Heartbeat:
    """The heartbeat for an account. All counts are in records of the sources, so that they add up."""
    lost = {LOST: account.lost_records} if account.lost_records else {}
    return Heartbeat(
        version=__version__,
        at=now.isoformat(),
        read=account.read,
        sent=account.sent_records,
        spooled=account.spooled_records,
        ignored={**account.ignored, **lost},
        quarantined=account.quarantined,
        stopped_reading=reading.stopped,
        sources=tuple(
            _source(source, word, reading) for source in account.sources if (word := reading.words.get(source.name))
        )[:_MOST_SOURCES],
    )


def _source(source: SourceAccount, word: SourceWord, reading: Reading) -> SourceStatus:
    at = reading.last_read_at.get(source.name)
    return SourceStatus(
        name=word.id,
        read=source.read,
        quarantined=source.quarantined,
        last_read_at=at.isoformat() if at else None,
        kind=word.kind,
        product=reading.products.get(source.name, ""),
        alarm=word.alarm,
        alarm_since=word.alarm_since.isoformat() if word.alarm_since else None,
    )
