"""Judging what the hub answers to a batch: a receipt counts only when it proves that very batch (R48I.3)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from qorgan.ledger.checkpoint import Checkpoint
from qorgan.ledger.entry import SignalsEntry
from qorgan.ledger.errors import LedgerError
from qorgan.ledger.note import SignedNote
from qorgan.ledger.receipt import verify, write
from qorgan.module.accounting import Quarantined
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import Batch
from qorgan.wire.reply import BatchReply, RecordRefusal


class ReplyRefused(Exception):
    """The answer proves nothing about the batch. It is as if no answer had come, and it is said aloud."""


class Proven(Struct, frozen=True, kw_only=True):
    """What is known for certain once a reply was judged."""

    receipt: bytes
    """As `qorgan verify` reads it."""
    refused: list[tuple[int, Quarantined]]
    """Numbers the hub would not store, with its reasons."""
    checkpoint: str
    """The signed head of the log, to be shown to the hub from now on."""
    log: str
    index: int
    size: int


def judge(body: bytes, batch: Batch, speaker: Speaker) -> Proven:
    """Believe a reply, or raise ReplyRefused.

    (1) It can be read. (2) It names the refused records of this batch, each once. (3) Its receipt is for this module,
    these numbers, and as many records as were sent. (4) The pinned key of the hub signed a head of its log that
    holds this entry, and the entry's digest is that of the lines that were sent less those refused.
    """
    # (1) A reply with an unknown field in its receipt is not one that this version can judge.
    try:
        reply = msgspec.json.decode(body, type=BatchReply)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ReplyRefused("the answer is no reply to a batch") from None
    # (2) The places are the hub's words, and they decide over what the digest is taken.
    refusals = _refusals(reply, batch)
    # (3) A true receipt of another batch proves nothing about this one.
    entry = reply.receipt.entry
    identity = speaker.identity
    accepted = [line for index, line in enumerate(batch.lines) if index not in refusals]
    said = (
        (entry.module, entry.organisation, entry.first, entry.last, entry.records, entry.refused)
        if isinstance(entry, SignalsEntry)
        else None
    )
    range_ = batch.range
    if said != (identity.module, identity.organisation, range_.first, range_.last, len(accepted), len(refusals)):
        raise ReplyRefused("the receipt is for something else than this batch")
    # (4) Nothing but the pinned key makes it true.
    try:
        trusted = speaker.trusted(reply.receipt.log)
        proven = verify(reply.receipt, b"".join(line + b"\n" for line in accepted), trusted)
    except LedgerError as wrong:
        raise ReplyRefused(wrong.diagnostics()) from None
    return Proven(
        receipt=write(reply.receipt),
        refused=[(batch.numbers[index], _quarantined(batch, refusals[index])) for index in sorted(refusals)],
        checkpoint=reply.receipt.checkpoint,
        log=proven.log,
        index=proven.index,
        size=proven.size,
    )


def _refusals(reply: BatchReply, batch: Batch) -> dict[int, RecordRefusal]:
    """The refused records by their places in the batch."""
    said = reply.problem.refused if reply.problem else ()
    refusals = {refusal.index: refusal for refusal in said}
    if len(refusals) != len(said):
        raise ReplyRefused("the answer refuses one record twice")
    if not refusals.keys() <= set(range(len(batch.lines))):
        raise ReplyRefused("the answer refuses a record that was not sent")
    return refusals


def head_of(checkpoint: str) -> tuple[str, int]:
    """Name and size of the log in a checkpoint; ('', 0) when it is none."""
    try:
        head = Checkpoint.parse(SignedNote.parse(checkpoint).text)
    except LedgerError:
        return "", 0
    return head.origin, head.size


def _quarantined(batch: Batch, refusal: RecordRefusal) -> Quarantined:
    """The line was redacted before it was spooled, so it may stand in the quarantine as it is."""
    return Quarantined(
        place=f"signal {batch.numbers[refusal.index]}",
        reason=f"refused by the hub: {refusal.field or 'record'}: {refusal.reason}",
        text=batch.lines[refusal.index].decode("utf-8", "replace"),
    )
