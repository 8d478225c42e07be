"""Receipts: what a sender keeps to prove, offline and years later, what was submitted and when (R48I.3)."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec
from msgspec import Meta

from qorgan.ledger.canonical import canonical, from_base64, to_base64
from qorgan.ledger.checkpoint import Checkpoint, Cosignature, open_checkpoint
from qorgan.ledger.entry import (
    Count,
    Entry,
    SignalsEntry,
    digest_root,
    document_digest,
    entry_leaf,
    records_digest,
    records_of,
)
from qorgan.ledger.errors import LedgerError, NoteError, ProofError
from qorgan.ledger.note import SignedNote
from qorgan.ledger.tree import in_memory, inclusion_proof, leaf_hash, leaf_hashes, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qorgan.ledger.note import VerifierKey

VERSION = 1
"""Raised when a receipt can no longer be read by this rule; receipts of older versions stay readable."""

_LONGEST = 1 << 20

MerklePath: TypeAlias = Annotated[tuple[str, ...], Meta(max_length=64)]
"""An inclusion proof, each hash in base64, the sibling of the leaf first."""


class Step(IntEnum):
    """The steps of verification, in their order."""

    SHAPE = 1
    DOCUMENT = 2
    INCLUSION = 3
    SIGNATURE = 4


_REMEDIES = {
    Step.SHAPE: "Use the receipt as the hub sent it, with a qorgan that is not older than that hub.",
    Step.DOCUMENT: "Give the very bytes that were accepted: the batch's records, one a line, none of the "
    "refused ones; or, for the receipt of one record, that record's line.",
    Step.INCLUSION: "The log does not hold this entry where it should. Keep both files and ask the hub.",
    Step.SIGNATURE: "Give the log's key as pinned at enrolment; if it is that key, the receipt is false.",
}


class ReceiptError(LedgerError):
    """A receipt does not prove what it is shown for."""

    def __init__(self, step: Step, reason: str) -> None:
        super().__init__(reason)
        self.step = step
        """The first step that failed; those before it held."""
        self.remedy = _REMEDIES[step]

    def diagnostics(self) -> str:
        """One line: the step, what was wrong there, and the remedy."""
        return f"Step {self.step} of {len(Step)} ({self.step.name.lower()}): {self}. {self.remedy}"


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The proof that one entry stands in a log whose head was signed."""

    version: int
    log: str
    """The log's name, which its key and its checkpoints bear too."""
    entry: Entry
    index: Count
    """The entry's place in the log."""
    inclusion: MerklePath
    """From the entry to the root in the checkpoint."""
    checkpoint: str
    """The signed note, whole."""


class RecordProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The proof that one record is among those of a batch."""

    index: Count
    """Its place among the accepted records, from nought."""
    size: Count
    """Accepted records in the batch."""
    path: MerklePath
    """From the record to the batch's digest."""


class RecordReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The receipt of a batch, narrowed to one record: the other records need not be shown."""

    receipt: Receipt
    record: RecordProof


class _Outline(msgspec.Struct):
    """As much as tells the two forms and their versions apart."""

    version: int | None = None
    receipt: _Outline | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt has proven, every step having held."""

    log: str
    index: int
    size: int
    """Entries in the log when the head was signed."""
    entry: Entry
    record: int | None
    """The place of the one record in its batch; None when the whole document was proven."""
    signer: VerifierKey
    witnesses: tuple[Cosignature, ...]
    """Pinned witnesses that vouch for the head; none is no fault, unless your policy asks for some."""


def issue(entry: Entry, index: int, inclusion: Sequence[bytes], checkpoint: SignedNote) -> Receipt:
    """The receipt of an entry appended at `index`, provable in the tree of the signed checkpoint."""
    return Receipt(
        version=VERSION,
        log=Checkpoint.parse(checkpoint.text).origin,
        entry=entry,
        index=index,
        inclusion=tuple(map(to_base64, inclusion)),
        checkpoint=str(checkpoint),
    )


def prove_record(records: Sequence[bytes], index: int) -> RecordProof:
    """The proof of one record out of a batch's accepted records. Raises ProofError when there is no such."""
    size = len(records)
    path = inclusion_proof(index, size, in_memory(leaf_hashes(records)))
    return RecordProof(index=index, size=size, path=tuple(map(to_base64, path)))


def read(raw: bytes) -> Receipt | RecordReceipt:
    """Read a receipt from JSON, in any layout. Raises ReceiptError (step 1); nothing is verified by this."""
    if len(raw) > _LONGEST:
        raise ReceiptError(Step.SHAPE, f"A receipt has at most {_LONGEST} bytes")
    try:
        outline = msgspec.json.decode(raw, type=_Outline)
        version = (outline.receipt or outline).version
        if version != VERSION:
            said = "without a version" if version is None else f"of version {version}"
            raise ReceiptError(Step.SHAPE, f"This reads receipts of version {VERSION}, and this one is {said}")
        json.loads(raw, object_pairs_hook=_refuse_repeated_keys)
        if outline.receipt:
            return msgspec.json.decode(raw, type=RecordReceipt)
        return msgspec.json.decode(raw, type=Receipt)
    except (msgspec.DecodeError, ValueError, RecursionError) as wrong:
        raise ReceiptError(Step.SHAPE, f"This is not a receipt: {wrong}") from wrong


def write(receipt: Receipt | RecordReceipt) -> bytes:
    """The receipt as JSON, one line, always the same bytes."""
    return canonical(receipt)


def verify(receipt: Receipt | RecordReceipt, document: bytes, trusted: Sequence[VerifierKey]) -> Verified:
    """Believe a receipt, for these very bytes, or raise ReceiptError naming the step that failed.

    (1) The receipt is well formed and of a version known here.
    (2) The document is the one its entry speaks of: for a batch the accepted records as NDJSON, for a
        record's receipt that record's line, for any other document its bytes.
    (3) The entry stands in the tree whose head the checkpoint gives.
    (4) The checkpoint is of the log the receipt names, and a pinned key of that log signed it. Without a
        pinned key nothing is proven: whoever can forge a receipt can forge a tree around it.
    """
    # (1) Shape and version, also of a receipt that was built rather than read.
    with _at(Step.SHAPE):
        shaped = read(write(receipt))
    whole, record = (shaped.receipt, shaped.record) if isinstance(shaped, RecordReceipt) else (shaped, None)
    # (2) The document.
    with _at(Step.DOCUMENT):
        _check_document(whole.entry, record, document)
    # (3) The entry's place in the tree.
    with _at(Step.INCLUSION):
        head = Checkpoint.parse(SignedNote.parse(whole.checkpoint).text)
        path = [from_base64(one) for one in whole.inclusion]
        verify_inclusion(entry_leaf(whole.entry), whole.index, head.size, path, head.root)
    # (4) The head's origin and signature.
    with _at(Step.SIGNATURE):
        opened = open_checkpoint(whole.checkpoint, trusted)
        if head.origin != whole.log:
            raise NoteError(f"The checkpoint is of {head.origin}, the receipt of {whole.log}")
    return Verified(
        log=whole.log,
        index=whole.index,
        size=head.size,
        entry=whole.entry,
        record=record.index if record else None,
        signer=opened.signer,
        witnesses=opened.cosignatures,
    )


@contextmanager
def _at(step: Step) -> Iterator[None]:
    """Name the step in whatever the ledger refuses within it."""
    try:
        yield
    except ReceiptError:
        raise
    except LedgerError as wrong:
        raise ReceiptError(step, str(wrong)) from wrong


def _check_document(entry: Entry, record: RecordProof | None, document: bytes) -> None:
    """Raise ProofError unless the document is what the entry speaks of."""
    if not isinstance(entry, SignalsEntry):
        if record is not None:
            raise ProofError("Only a batch has records, and this entry is of one document")
        if document_digest(document) != entry.digest:
            raise ProofError("The document is not the one received: its digest differs")
    elif record is not None:
        if record.size != entry.records:
            raise ProofError(f"The record is proven in a batch of {record.size}, not of {entry.records}")
        leaf = leaf_hash(document.removesuffix(b"\n"))
        path = [from_base64(one) for one in record.path]
        verify_inclusion(leaf, record.index, record.size, path, digest_root(entry.digest))
    else:
        records = records_of(document)
        if len(records) != entry.records:
            raise ProofError(f"The document has {len(records)} records, not the {entry.records} accepted")
        if records_digest(records) != entry.digest:
            raise ProofError("The document is not the one received: the digest of its records differs")


def _refuse_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key given twice lets two readers see two different receipts in the same bytes."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found
