"""Receipts that came as files: believed when they prove the very lines that are here, and taken in order."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.ledger.entry import SignalsEntry
from qorgan.module.durable import private_folder, write_durably
from qorgan.module.sender import proof
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import Spool
from qorgan.wire.batch import SequenceRange
from qorgan.wire.parcel import RECEIPT_SUFFIX
from qorgan.wire.reply import BatchReply

log = logging.getLogger(__name__)

FOLDER: Final = "receipts.in"
_MOST: Final = 32 * 1024 * 1024


class Found(Struct, kw_only=True):
    """What a folder of receipts held."""

    good: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    """By file name: why."""


class Taken(Struct, kw_only=True):
    """What became of the receipts."""

    taken: int = 0
    known: int = 0
    waiting: int = 0
    refused: dict[str, str] = {}


def look(folder: Path) -> Found:
    """The whole receipts of a folder. One that is cut or none of ours is named, and keeps no other back."""
    found = Found()
    for path in sorted(folder.glob(f"*{RECEIPT_SUFFIX}")):
        try:
            if path.stat().st_size > _MOST:
                found.refused[path.name] = "it is too large to be a receipt"
                continue
            content = path.read_bytes()
        except OSError as error:
            found.refused[path.name] = error.strerror or str(error)
            continue
        range_ = _range(content)
        if range_ is None:
            found.refused[path.name] = "it is cut, or no receipt for signals"
        else:
            found.good[f"{range_.first:016}-{range_.last:016}{RECEIPT_SUFFIX}"] = content
    return found


def put(state: Path, found: Found) -> None:
    """Keep receipts where the process that holds the spool takes them from. Raises OSError."""
    private_folder(state / FOLDER)
    for name, content in found.good.items():
        write_durably(state / FOLDER / name, content)


def take(spool: Spool, state: Path, speaker: Speaker) -> Taken:
    """Take every receipt that is next in order. Raises SpoolError."""
    taken = Taken()
    for path in sorted((state / FOLDER).glob(f"*{RECEIPT_SUFFIX}")):
        content = path.read_bytes()
        range_ = _range(content)
        if range_ is None or range_.last <= spool.acknowledged:
            taken.known += 1
            path.unlink()
        elif range_.first != spool.acknowledged + 1:
            # One before it is still on its way.
            taken.waiting += 1
        else:
            try:
                _believe(spool, range_, content, speaker)
            except proof.ReplyRefused as refused:
                log.warning("a receipt for the signals %s proves nothing and is passed over: %s", range_, refused)
                taken.refused[path.name] = str(refused)
            else:
                taken.taken += 1
            path.unlink()
    return taken


def _believe(spool: Spool, range_: SequenceRange, content: bytes, speaker: Speaker) -> None:
    batch = spool.batch_of(range_)
    if batch is None:
        raise proof.ReplyRefused("its signals are not here")
    proven = proof.judge(content, batch, speaker)
    spool.acknowledge(range_, proven.receipt, proven.refused)


def _range(content: bytes) -> SequenceRange | None:
    try:
        entry = msgspec.json.decode(content, type=BatchReply).receipt.entry
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return SequenceRange(entry.first, entry.last) if isinstance(entry, SignalsEntry) else None
