"""How the module does at one instant: the words of the status page, the metrics and `qorgan module status`."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from qorgan.module.accounting import Account

OK = "ok"
TROUBLE = "trouble"


class Matter(Struct, frozen=True, kw_only=True):
    """One thing that a person should look at, in terms that any language can put into words."""

    code: str
    """One of `qorgan.module.page.words.MATTERS`."""
    source: str = ""
    since: datetime | None = None
    usual: float = 0.0
    """Lines an hour."""
    detail: str = ""
    """What the system or the hub said, in its own words."""


class SourceHealth(Struct, frozen=True, kw_only=True):
    """One source, as the running process sees it."""

    name: str
    kind: str
    last_read_at: datetime | None
    trouble: str
    """What keeps it from reading; '' when nothing does."""
    dropped: int
    """Records lost before they could be read (UDP)."""
    a_minute: int = 0
    """Lines of the last minute."""
    alarm: str = ""
    """What is not as usual at this time: silent, little, much."""
    alarm_since: datetime | None = None
    product: str = ""
    """Of the last signal from it."""
    is_learned: bool = False
    """Whether it is known what is usual at this hour of this day."""


class Health(Struct, frozen=True, kw_only=True):
    """All that an operator may want to know at once."""

    status: str
    """`ok`, or `trouble` when a person should look."""
    troubles: list[str]
    """What a person should look at, as sentences."""
    matters: list[Matter] = []
    """The same, one for one, to be put into another language."""
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
    asoi: str = ""
    """How ASOI stands: here, doubtful, away, local-fault; '' before it was looked for."""
    asoi_since: datetime | None = None
    asoi_reason: str = ""
    """Why it gave no good answer."""
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
    waiting_since: datetime | None = None
    """When the oldest signal that waits began to wait, as far as this process knows."""
    redacted_today: dict[str, int] = {}
    """Values removed since midnight on the institution's clock, by class."""
