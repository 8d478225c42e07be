"""How large the spool may grow and how long it remembers what was sent."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

MIB: Final = 1024 * 1024
DAY: Final = 86_400.0


class Limits(Struct, frozen=True, kw_only=True):
    """In bytes, seconds and rows."""

    spool_bytes: int = 20 * 1024 * MIB
    """Size of the spool's file at which the module stops reading."""
    free_bytes: int = 256 * MIB
    """Free space of the disk below which it stops reading, so that the machine's other work goes on."""
    keep_sent_seconds: float = 7 * DAY
    """How long signals are kept after their receipt, so that a hub restored from a backup can ask again.

    Counted in time that the module ran: a clock that jumps shortens nothing.
    """
    keep_sent_bytes: int = 2 * 1024 * MIB
    """Size of the kept signals at which the oldest go earlier."""
    receipt_bytes: int = 8 * 1024 * MIB
    """Size of packed receipts at which the oldest go, and that is said. About 0.3 KiB a batch."""
    quarantine_rows: int = 10_000
    """Records in quarantine; beyond it the oldest go. They stay counted."""
