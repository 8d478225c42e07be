"""How the module does at one instant: the words of the status page, the metrics and `qorgan module status`."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from qorgan.module.accounting import Account

OK = "ok"
TROUBLE = "trouble"


class SourceHealth(Struct, frozen=True, kw_only=True):
    """One source, as the running process sees it."""

    name: str
    kind: str
    last_read_at: datetime | None
    trouble: str
    """What keeps it from reading; '' when nothing does."""
    dropped: int
    """Records lost before they could be read (UDP)."""


class Health(Struct, frozen=True, kw_only=True):
    """All that an operator may want to know at once."""

    status: str
    """`ok`, or `trouble` when a person should look."""
    troubles: list[str]
    """What a person should look at, as sentences."""
    version: str
    module: str
    organisation: str
    started_at: datetime
    at: datetime
    phase: str
    """What the sender does."""
    failures: int
    """Attempts to reach the hub that failed in a row."""
    batches: int
    false_answers: int
    """Answers that did not prove what they were for."""
    last_answer_at: datetime | None
    clock_offset: float
    """Seconds by which the hub's clock is ahead of ours."""
    log: str
    """Name of the hub's ledger in the newest receipt, and its size there."""
    log_size: int
    next_sequence: int
    acknowledged: int
    spool_bytes: int
    judging_restarts: int
    """How often the process that judges ended by itself and was started again."""
    account: Account
    sources: list[SourceHealth]
