"""The module's word about itself, once a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from qorgan import __version__
from qorgan.module.accounting import Account
from qorgan.wire.enrolment import Heartbeat, SourceStatus

LOST: Final = "lost in the spool"
"""The reason under which records are told to the hub whose signals were damaged on the disk."""
_MOST_SOURCES: Final = 256


class Reading(Struct):
    """How reading goes, as only the running process knows."""

    stopped: str = ""
    """Why nothing is read now; '' when it is."""
    last_read_at: dict[str, datetime] = {}
    """When a source last gave something, by its name."""


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
            SourceStatus(
                name=source.name,
                read=source.read,
                quarantined=source.quarantined,
                last_read_at=at.isoformat() if (at := reading.last_read_at.get(source.name)) else None,
            )
            for source in account.sources[:_MOST_SOURCES]
        ),
    )
