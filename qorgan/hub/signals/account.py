"""Everything there is to say of one signal, in the order in which its page says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings

from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.members.access import module_for, organisation_for
from qorgan.hub.members.models import Module, Organisation
from qorgan.hub.receipts.record import Submitted, record_receipt
from qorgan.hub.signals.queries import Row, Rule, neighbours, rules_of
from qorgan.hub.signals.words import CONFIDENCES, DESTINATIONS, PERIMETERS, REDACTIONS
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import SignalType
from qorgan.law.clause import Clause
from qorgan.law.register import clause
from qorgan.ledger.note import VerifierKey
from qorgan.wire.record import decode
from qorgan.wire.signal import Signal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NEAR_HOURS: Final = 24
NEAR_BOUND: Final = 10_000


@dataclass(frozen=True, slots=True)
class Proof:
    """The receipt of a signal and how to believe it."""

    batch: Submitted
    place: int
    """Of the record among those of its batch, from nought."""
    key: str
    """The verifier key of the tree the entry stands in."""

    @property
    def entry(self) -> int:
        """Place of the entry in the log."""
        return self.batch.receipt.index


@dataclass(frozen=True, slots=True)
class Account:
    """What the page of a signal says."""

    row: Row
    signal: Signal
    rule: Rule
    organisation: Organisation
    module: Module
    clause: Clause
    near: int
    """Signals from the same address in the last day, this one too; 0 without an address."""
    proof: Proof | None
    broken: str
    """Why there is no proof; '' when there is one."""

    @property
    def type(self) -> SignalType:
        """One of the eight."""
        return self.signal.type

    @property
    def near_is_bounded(self) -> bool:
        """Whether there are more of them than were counted."""
        return self.near >= NEAR_BOUND

    @property
    def perimeter(self) -> _StrPromise:
        """Where the source stands, in words."""
        return PERIMETERS[self.signal.perimeter]

    @property
    def destination(self) -> _StrPromise:
        """What was aimed at, in words."""
        aimed = self.signal.destination
        return DESTINATIONS[aimed.role if aimed else "unknown"]

    @property
    def confidence(self) -> _StrPromise:
        """How sure the pack's rule is, in words."""
        return CONFIDENCES[self.signal.classified_by.confidence]

    @property
    def redacted(self) -> list[tuple[_StrPromise, int]]:
        """What was removed at the institution: the class in words, and how many."""
        return [(REDACTIONS[kind], number) for kind, number in self.signal.redacted.items()]


def account_of(row: Row, now: datetime) -> Account:
    """Gather it. The row has been let through to whoever asks, and everything else here is behind the same wall."""
    signal = decode(row.record)
    proof, broken = _proof(row)
    return Account(
        row=row,
        signal=signal,
        rule=rules_of([row.rule_id]).get(row.rule_id) or Rule(row.rule_id),
        organisation=organisation_for(row.organisation_id),
        module=module_for(row.module_id),
        clause=clause(signal.type.clause),
        near=neighbours(row, now, hours=NEAR_HOURS, bound=NEAR_BOUND),
        proof=proof,
        broken=broken,
    )


def _proof(row: Row) -> tuple[Proof | None, str]:
    try:
        batch, narrowed = record_receipt(row.module_id, row.sequence)
    except Refusal as refusal:
        return None, str(refusal.message)
    # One key signs for every tree of the ledger, under that tree's name.
    key = VerifierKey(batch.receipt.log, read_log_key(settings.CONFIG).verifier().public)
    return Proof(batch, narrowed.record.index, str(key)), ""
