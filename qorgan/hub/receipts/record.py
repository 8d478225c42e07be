"""The receipt of one signal, cut out of its batch's: it can be shown without the batch's other records (R48I.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qorgan.hub.receipts.models import Batch
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import SignalsEntry, records_digest
from qorgan.ledger.receipt import Receipt, ReceiptError, RecordReceipt, prove_record, read

_LINES: Final = """
SELECT sequence, record FROM signal
WHERE received_at = %(at)s AND organisation_id = %(organisation)s AND module_id = %(module)s ORDER BY sequence
"""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch as the ledger vouches for it."""

    organisation: UUID
    received_at: datetime
    first: int
    last: int
    records: int
    refused: int
    receipt: Receipt


def batch_of(module: UUID, sequence: int) -> Submitted:
    """The batch that a module's record came in. Raises Refusal `receipt-unknown` also for a batch not to be seen."""
    found = Batch.objects.filter(module_id=module, first_sequence__lte=sequence).order_by("-first_sequence").first()
    if found is None or found.last_sequence < sequence:
        raise _unknown()
    try:
        receipt = read(bytes(found.receipt))
    except ReceiptError as wrong:
        raise _broken() from wrong
    if not isinstance(receipt, Receipt):
        raise _broken()
    return Submitted(
        organisation=found.organisation_id,
        received_at=found.received_at,
        first=found.first_sequence,
        last=found.last_sequence,
        records=found.records,
        refused=found.refused,
        receipt=receipt,
    )


def record_receipt(module: UUID, sequence: int) -> tuple[Submitted, RecordReceipt]:
    """A record's batch and its own receipt.

    Raises Refusal: `receipt-unknown` where there is no such record to be seen, `receipt-broken` where what is stored
    is not what the ledger vouches for.
    """
    batch = batch_of(module, sequence)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"at": batch.received_at, "organisation": batch.organisation, "module": module})
        rows = cursor.fetchall()
    numbers = [number for number, _line in rows]
    lines = [bytes(line) for _number, line in rows]
    if sequence not in numbers:
        raise _unknown()
    entry = batch.receipt.entry
    if not isinstance(entry, SignalsEntry) or records_digest(lines) != entry.digest:
        raise _broken()
    return batch, RecordReceipt(receipt=batch.receipt, record=prove_record(lines, numbers.index(sequence)))


def _unknown() -> Refusal:
    return Refusal(
        "receipt-unknown", _("There is no such receipt, or it is not yours to see."), status=HTTPStatus.NOT_FOUND
    )


def _broken() -> Refusal:
    return Refusal(
        "receipt-broken",
        _("What is stored is not what the ledger vouches for. Tell the hub's operator to run `qorgan hub audit`."),
        "R48I.3",
        HTTPStatus.CONFLICT,
    )
