"""The tree of one epoch, grown again leaf by leaf beside every head that was signed and every hash that is served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.receipts.findings import Report
from qorgan.ledger.checkpoint import open_checkpoint
from qorgan.ledger.errors import NoteError
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.tiles import HEIGHT
from qorgan.ledger.tree import HASH_SIZE

_HEADS: Final = "SELECT size, note FROM ledger_checkpoint WHERE epoch = %s ORDER BY size"
_HASHES: Final = "SELECT level, position, hash FROM ledger_hash WHERE epoch = %s"


class TreeAudit:
    """Fed with the leaves in their order."""

    def __init__(self, connection: psycopg.Connection, epoch: int, start: int, key: LogKey, report: Report) -> None:
        self.edge = Frontier()
        self._epoch = epoch
        self._start = start
        self._verifier = key.verifier(epoch)
        self._report = report
        self._heads = self._read_heads(connection)
        self._head = next(self._heads, None)
        self._is_lost = False
        self._hashes: dict[tuple[int, int], bytes] = {
            (level, position): bytes(found) for level, position, found in connection.execute(_HASHES, [epoch])
        }

    def append(self, position: int, stored: bytes, computed: bytes | None) -> None:
        """One more leaf: as the row has it, and as its entry gives it (None for an entry that cannot be read).

        The tree goes on with the computed one, so that the first wrong head names the first wrong entry.
        """
        row = f"position={position}"
        if position != self._start + self.edge.size:
            # The entry missing before it was named already; every further head would only repeat it.
            return
        if computed is not None and stored != computed:
            self._report.add("ledger_entry", row, "leaf_hash is not that of the entry")
        leaf = computed or (stored if len(stored) == HASH_SIZE else bytes(HASH_SIZE))
        grown = self.edge.grow([leaf])
        self.edge = grown.frontier
        for node, found in grown.completed:
            if node.level and node.level % HEIGHT == 0:
                self._check_hash(node.level // HEIGHT, node.index, found)
        if not self._is_lost:
            self._check_head()

    def finish(self) -> None:
        """What is left over vouches for entries that are not there."""
        if self._head is not None and not self._is_lost:
            row = f"position={self._start + self.edge.size}"
            self._report.add("ledger_entry", row, "the entry is missing: signed heads go on after the last one")
        for level, position in self._hashes:
            self._report.add("ledger_hash", self._name(level, position), "no full tile has this hash")

    def _check_hash(self, level: int, position: int, found: bytes) -> None:
        stored = self._hashes.pop((level, position), None)
        if stored is None:
            self._report.add("ledger_hash", self._name(level, position), "the hash of a full tile is missing")
        elif stored != found:
            self._report.add("ledger_hash", self._name(level, position), "it is not the root of its tile")

    def _check_head(self) -> None:
        """Every size was signed, because every batch got a receipt in the tree that ends with it."""
        size = self.edge.size
        row = f"epoch={self._epoch} size={size}"
        while self._head is not None and self._head[0] < size:
            self._report.add("ledger_checkpoint", f"epoch={self._epoch} size={self._head[0]}", "no entry ends there")
            self._head = next(self._heads, None)
        if self._head is None or self._head[0] != size:
            self._report.add("ledger_checkpoint", row, "the signed head is missing")
            return
        note = self._head[1]
        self._head = next(self._heads, None)
        try:
            checkpoint = open_checkpoint(note, [self._verifier]).checkpoint
        except NoteError as error:
            self._report.add("ledger_checkpoint", row, f"the ledger's key did not sign this: {error}")
            return
        if (checkpoint.size, checkpoint.root) != (size, self.edge.root()):
            entry = f"position={self._start + size - 1}"
            self._report.add("ledger_entry", entry, "the signed head says that another entry stood here or before")
            # The first wrong head names the fault; all later ones are wrong with it.
            self._is_lost = True

    def _read_heads(self, connection: psycopg.Connection) -> Iterator[tuple[Any, ...]]:
        with connection.cursor(f"heads_{self._epoch}") as rows:
            rows.itersize = 1000
            rows.execute(_HEADS, [self._epoch])
            yield from rows

    def _name(self, level: int, position: int) -> str:
        return f"epoch={self._epoch} level={level} position={position}"
