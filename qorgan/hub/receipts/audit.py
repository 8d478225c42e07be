"""The audit: everything the ledger vouches for, recomputed from what is stored (R48I.3).

No Django: it must run where only the data is left. It trusts the ledger's public key and nothing in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, LiteralString, NamedTuple

import msgspec
import psycopg
from psycopg.rows import namedtuple_row

from qorgan.hub.database.log_key import LogKey, epoch_origin
from qorgan.hub.receipts.audit_acts import ActAudit
from qorgan.hub.receipts.audit_batch import BatchAudit
from qorgan.hub.receipts.audit_journal import JournalAudit
from qorgan.hub.receipts.audit_tree import TreeAudit
from qorgan.hub.receipts.findings import Report
from qorgan.hub.receipts.journal_seal import ENTRY_TYPE as SEAL
from qorgan.ledger.canonical import canonical
from qorgan.ledger.entry import DocumentEntry, Entry, SignalsEntry, document_digest, entry_leaf
from qorgan.ledger.errors import LedgerError

_EPOCHS: Final = "SELECT epoch, origin, start, lost FROM ledger_epoch ORDER BY epoch"
_ENTRIES: Final = """
SELECT entry.position, entry.organisation_id, entry.entry, entry.leaf_hash, batch.position IS NOT NULL AS has_batch
FROM ledger_entry AS entry LEFT JOIN batch ON batch.position = entry.position
ORDER BY entry.position
"""
_RECEIVED: Final = "SELECT max(position) FROM ledger_entry"

Progress = Callable[[int, int], None]
"""Told how many entries are done, and of how many."""


class Epoch(NamedTuple):
    """A row of `ledger_epoch`."""

    epoch: int
    origin: str
    start: int
    lost: str


class Known(NamedTuple):
    """What entries speak of."""

    acts: ActAudit
    batches: BatchAudit
    journal: JournalAudit


def audit(url: str, key: LogKey, progress: Progress = lambda _done, _all: None) -> Report:
    """Recompute every leaf, root, signature, batch digest and derived column of one moment's database.

    `url` is the role `qorgan_read`'s. (1) Epochs follow on. (2) Each entry is canonical and its leaf is in the tree
    whose heads were signed. (3) Each batch is what its entry says, record for record, and each act its bytes. (4)
    Nothing is there that no entry vouches for. (5) The audit trail is the chain whose heads the ledger vouches for.
    """
    report = Report()
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SELECT set_config('qorgan.scope', 'centre', true)")
        epochs = [Epoch(*row) for row in connection.execute(_EPOCHS).fetchall()]
        # (1) Their names and starts; what opened them is in their first entries.
        _check_epochs(epochs, key, report)
        trees = {epoch.epoch: TreeAudit(connection, epoch.epoch, epoch.start, key, report) for epoch in epochs}
        acts = ActAudit(connection, key, report)
        journal = JournalAudit(connection, report)
        batches = BatchAudit(connection, key, report, journal.expired_days())
        # (2) One pass over the entries, (3) each batch and act beside its own.
        _walk(connection, epochs, trees, Known(acts, batches, journal), report, progress)
        for tree in trees.values():
            tree.finish()
        # (4) Rows beyond what was receipted.
        batches.finish()
        acts.finish()
        # (5) With every seal that the walk met.
        journal.finish()
        _check_state(connection, epochs, trees, report)
    return report


def _check_epochs(epochs: list[Epoch], key: LogKey, report: Report) -> None:
    for before, epoch in zip([None, *epochs], epochs, strict=False):
        row = f"epoch={epoch.epoch}"
        if epoch.origin != epoch_origin(key.origin, epoch.epoch):
            report.add("ledger_epoch", row, f"its name is {epoch.origin}")
        if before is None and (epoch.epoch, epoch.start) != (0, 0):
            report.add("ledger_epoch", row, "the first tree is not there")
        if before is not None and epoch.start < before.start:
            report.add("ledger_epoch", row, "it starts before the one before")


def _walk(
    connection: psycopg.Connection,
    epochs: list[Epoch],
    trees: dict[int, TreeAudit],
    known: Known,
    report: Report,
    progress: Progress,
) -> None:
    last = _scalar(connection, _RECEIVED)
    following = 0
    with connection.cursor("entries", row_factory=namedtuple_row) as cursor:
        cursor.itersize = 256
        cursor.execute(_ENTRIES)
        rows: Iterable[Any] = cursor
        for row in rows:
            for missing in range(following, min(row.position, following + 100)):
                report.add("ledger_entry", f"position={missing}", "the entry is missing")
            following = row.position + 1
            epoch = next((one for one in reversed(epochs) if one.start <= row.position), None)
            entry = _entry(row, report)
            if epoch is None:
                continue
            trees[epoch.epoch].append(row.position, bytes(row.leaf_hash), entry_leaf(entry) if entry else None)
            _check_entry(row, entry, epoch, known, report)
            report.entries += 1
            progress(report.entries, last + 1)


def _entry(row: Any, report: Report) -> Entry | None:
    """The entry a row holds, if its bytes are the canonical ones of an entry."""
    name = f"position={row.position}"
    try:
        entry: Entry = msgspec.json.decode(row.entry, type=Entry)
        if canonical(entry) != bytes(row.entry):
            report.add("ledger_entry", name, "the entry's bytes are not canonical")
            return None
    except (msgspec.DecodeError, ValueError, LedgerError) as error:
        report.add("ledger_entry", name, f"the entry cannot be read: {error}")
        return None
    return entry


def _check_entry(row: Any, entry: Entry | None, epoch: Epoch, known: Known, report: Report) -> None:
    name = f"position={row.position}"
    if isinstance(entry, SignalsEntry):
        if row.has_batch:
            known.batches.check(row.position, row.position - epoch.start, entry, row.organisation_id)
        else:
            report.add("batch", name, "the batch is missing that the ledger vouches for")
        return
    if row.has_batch:
        report.add("batch", name, "the ledger vouches for something else here")
    if not isinstance(entry, DocumentEntry):
        return
    if row.position == epoch.start and epoch.epoch > 0:
        if entry.digest != document_digest(epoch.lost.encode()):
            report.add("ledger_epoch", f"epoch={epoch.epoch}", "`lost` is not the head that the first entry speaks of")
    elif entry.type == SEAL:
        known.journal.seal(entry)
    else:
        known.acts.check(row.position, entry, row.organisation_id)


def _check_state(
    connection: psycopg.Connection, epochs: list[Epoch], trees: dict[int, TreeAudit], report: Report
) -> None:
    rows = connection.execute("SELECT epoch, size, frontier FROM ledger_state").fetchall()
    if len(rows) != 1 or not epochs:
        report.add("ledger_state", "id=1", "the row is missing")
        return
    epoch, size, frontier = rows[0]
    edge = trees[epochs[-1].epoch].edge
    if (epoch, size, bytes(frontier)) != (epochs[-1].epoch, edge.size, edge.to_bytes()):
        report.add("ledger_state", "id=1", "it is not the edge of the tree that the entries make")


def _scalar(connection: psycopg.Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else -1
