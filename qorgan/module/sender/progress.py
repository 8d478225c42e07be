"""How sending goes, as the status page and the log tell it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """What the sender does now."""

    STARTING = "starting"
    SENDING = "sending"
    WAITING = "waiting for the hub"
    REVOKED = "revoked"
    ONE_WAY = "one way"
    """Nothing is sent from here: batches leave as files."""


class Progress(Struct):
    """Since the process was started."""

    phase: Phase = Phase.STARTING
    trouble: str = ""
    """The last failure in a row; '' once the hub answered well again."""
    failures: int = 0
    batches: int = 0
    signals: int = 0
    false_answers: int = 0
    """Answers that did not prove what they were for."""
    last_answer_at: datetime | None = None
    clock_offset: float = 0.0
    """Seconds by which the hub's clock is ahead of ours."""
    log: str = ""
    """Name of the hub's ledger in the newest receipt, and its size there."""
    log_size: int = 0
