"""A log in memory with invented contents: the ledger's tests ask it for receipts and bend them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.entry import SignalsEntry, entry_leaf, instant, records_digest
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.note import SigningKey
from qorgan.ledger.receipt import Receipt, issue

LOG = "hub.example/log"


class MemoryLog:
    """A hub's log, holding nothing but its edge and its key."""

    def __init__(self) -> None:
        self.key = SigningKey.generate(LOG)
        self.frontier = Frontier()

    def receive(self, records: list[bytes]) -> Receipt:
        entry = SignalsEntry(
            module="0198c1de-0000-7000-8000-000000000001",
            organisation="000140000017",
            first=1,
            last=max(1, len(records)),
            records=len(records),
            refused=0,
            digest=records_digest(records),
            received_at=instant(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        )
        index, inclusion = self.frontier.size, self.frontier.inclusion_of_next()
        self.frontier = self.frontier.append(entry_leaf(entry))
        head = Checkpoint(LOG, self.frontier.size, self.frontier.root())
        return issue(entry, index, inclusion, sign(head, [self.key]))


@pytest.fixture
def log() -> MemoryLog:
    """A log that has taken six batches already."""
    log = MemoryLog()
    for number in range(6):
        log.receive([b'{"earlier":%d}' % number])
    return log


@pytest.fixture
def records() -> list[bytes]:
    return [b'{"signal":%d}' % number for number in range(5)]


@pytest.fixture
def document(records: list[bytes]) -> bytes:
    return b"".join(record + b"\n" for record in records)
