"""Messages that were handed in as such (RFC 5322): see `qorgan/module/mail`."""

from __future__ import annotations

from collections.abc import Sequence

from qorgan.module.event import Event
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.moment import Times
from qorgan.module.mail.handed import MESSAGE
from qorgan.module.mail.telling import event_of
from qorgan.module.mail.way import Own
from qorgan.module.redact.hosts import Inside


class Message:
    """Reads reported messages."""

    name = MESSAGE

    def __init__(self, times: Times, own: Own | None = None) -> None:  # noqa: ARG002 - every format is made so
        """`own` is what belongs to the institution; without it, the private networks only."""
        self._own = own or Own(Inside())

    def recognises(self, record: bytes) -> bool:  # noqa: ARG002 - every format is asked so
        """Never: any text may look like a message."""
        return False

    def read(self, record: bytes) -> Event:
        """One message. Raises `Unreadable`."""
        return event_of(record, self._own)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many messages."""
        return read_each(self, records)
