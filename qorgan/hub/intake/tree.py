"""Appending to the ledger: one entry, its signed head, and the receipt that proves it. Pure but for the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from qorgan.hub.database.log_key import LogKey
from qorgan.ledger.canonical import canonical
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.entry import Entry, entry_leaf
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.receipt import Receipt, issue
from qorgan.ledger.tiles import HEIGHT


@dataclass(frozen=True, slots=True)
class Head:
    """The edge of the tree as read under the lock of `ledger_state`."""

    epoch: int
    start: int
    """Position of the tree's first entry."""
    frontier: Frontier

    @classmethod
    def read(cls, row: tuple[Any, ...]) -> Self:
        """From a row of the statement `lock_ledger`."""
        epoch, _origin, start, frontier = row
        return cls(epoch, start, Frontier.from_bytes(frontier))


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry in its place, with what has to be stored for it."""

    position: int
    receipt: Receipt
    row: dict[str, Any]
    """Parameters of the statement `append_entry`, but for the organisation."""


def append(head: Head, entry: Entry, key: LogKey, at: datetime) -> Appended:
    """Put an entry at the end of the tree and sign the new head.

    The receipt is proven in the tree that ends with this entry, so that nothing has to be read for it.
    """
    leaf = entry_leaf(entry)
    grown = head.frontier.grow([leaf])
    edge = grown.frontier
    signing = key.signing(head.epoch)
    note = sign(Checkpoint(signing.name, edge.size, edge.root()), [signing])
    position = head.start + head.frontier.size
    full = [(node.level // HEIGHT, node.index, found) for node, found in grown.completed if _in_higher_tile(node.level)]
    return Appended(
        position,
        issue(entry, head.frontier.size, grown.proofs[0], note),
        {
            "position": position,
            "entry": canonical(entry),
            "leaf": leaf,
            "at": at,
            "epoch": head.epoch,
            "size": edge.size,
            "note": str(note),
            "frontier": edge.to_bytes(),
            "levels": [level for level, _, _ in full],
            "positions": [index for _, index, _ in full],
            "hashes": [found for _, _, found in full],
        },
    )


def _in_higher_tile(level: int) -> bool:
    """Whether a complete subtree of this level stands in a tile above the lowest, whose hashes are the leaves'."""
    return level > 0 and level % HEIGHT == 0
