"""One batch against its entry: the receipt that was given, the records as they are stored, and what was derived."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from qorgan.hub.database.derived import Rule
from qorgan.hub.database.log_key import LogKey
from qorgan.hub.receipts.audit_signal import check_signal
from qorgan.hub.receipts.findings import Report
from qorgan.ledger.canonical import from_base64
from qorgan.ledger.checkpoint import open_checkpoint
from qorgan.ledger.entry import SignalsEntry, digest_root, entry_leaf, instant
from qorgan.ledger.errors import LedgerError
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.receipt import Receipt, read, write
from qorgan.ledger.tree import HASH_SIZE, leaf_hashes, root_of, verify_inclusion
from qorgan.wire.signal import Signal

_BATCH: Final = """
SELECT batch.*, organisation.bin, module.organisation_id AS owner
FROM batch JOIN organisation ON organisation.id = batch.organisation_id JOIN module ON module.id = batch.module_id
WHERE position = %s
"""
_SIGNALS: Final = """
SELECT received_at, organisation_id, module_id, sequence, id, type, severity, action, first_seen, last_seen, count,
       host(source_address) AS source_address, source_port, domain, hashes, rule, record
FROM signal WHERE received_at = %(at)s AND organisation_id = %(organisation)s AND module_id = %(module)s
ORDER BY sequence
"""
_HASHES: Final = """
SELECT sequence, hash FROM signal_hash
WHERE received_at = %(at)s AND organisation_id = %(organisation)s AND module_id = %(module)s
"""
_TALLY: Final = """
SELECT type, severity, rule, records, events FROM signal_tally
WHERE position = %(position)s AND minute = %(minute)s AND organisation_id = %(organisation)s AND module_id = %(module)s
"""
_RULES: Final = "SELECT id, key, vendor, product, rule_id, rule_name, pack_rule FROM signal_rule"
_DAY: Final = "SELECT to_regclass('public.signal_' || to_char(%s AT TIME ZONE 'UTC', 'YYYYMMDD')) IS NOT NULL"


class BatchAudit:
    """Fed with the entries that speak of batches, in their order."""

    def __init__(self, connection: psycopg.Connection, key: LogKey, report: Report, expired: set[str]) -> None:
        """`expired` are the days whose signals were dropped, as the journal says."""
        self._connection = connection
        self._expired = expired
        self._public = key.verifier().public
        self._report = report
        self._marks: dict[UUID, int] = {}
        self._days: dict[str, bool] = {}
        self._hashes = 0
        self._tallies = 0
        self._rules = self._read_rules()

    def check(self, position: int, index: int, entry: SignalsEntry, organisation: UUID | None) -> None:
        """A batch, its receipt and its rows against the entry at `index` of its tree."""
        row = f"position={position}"
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            batch: Any = cursor.execute(_BATCH, [position]).fetchone()
        if batch is None:
            self._report.add("batch", row, "its organisation or module is missing")
            return
        self._report.batches += 1
        self._compare(row, batch, entry)
        if organisation != batch.organisation_id:
            self._report.add("ledger_entry", row, "organisation_id is not that of the batch")
        self._check_order(row, batch)
        self._check_receipt(row, batch, entry, index)
        if not self._day_is_kept(batch.received_at):
            self._report.dropped += 1
            return
        self._check_records(row, batch, entry)

    def finish(self) -> None:
        """What no batch brought must not be there."""
        counted: list[tuple[str, LiteralString, int]] = [
            ("signal", "SELECT count(*) FROM signal", self._report.signals),
            ("signal_hash", "SELECT count(*) FROM signal_hash", self._hashes),
            ("signal_tally", "SELECT count(*) FROM signal_tally", self._tallies),
        ]
        for table, query, known in counted:
            found = self._count(query)
            if found > known:
                self._report.add(table, "", f"{found - known} rows belong to no batch that the ledger vouches for")
        for module, mark in self._connection.execute("SELECT id, high_water FROM module").fetchall():
            last = self._marks.get(module, 0)
            if mark != last:
                self._report.add("module", f"id={module}", f"high_water is {mark}, its batches end at {last}")

    def _compare(self, row: str, batch: Any, entry: SignalsEntry) -> None:
        said = {
            "module_id": (str(batch.module_id), entry.module),
            "organisation_id": (batch.bin, entry.organisation),
            "first_sequence": (batch.first_sequence, entry.first),
            "last_sequence": (batch.last_sequence, entry.last),
            "records": (batch.records, entry.records),
            "refused": (batch.refused, entry.refused),
            "received_at": (instant(batch.received_at), entry.received_at),
        }
        for column, (stored, vouched) in said.items():
            if stored != vouched:
                self._report.add("batch", row, f"{column} is {stored}, the ledger says {vouched}")
        if batch.owner != batch.organisation_id:
            self._report.add("module", f"id={batch.module_id}", "organisation_id is not that of its batches")

    def _check_order(self, row: str, batch: Any) -> None:
        before = self._marks.get(batch.module_id, 0)
        if batch.first_sequence != before + 1:
            fault = f"it begins at {batch.first_sequence}, its module's last one ended at {before}"
            self._report.add("batch", row, fault)
        self._marks[batch.module_id] = batch.last_sequence

    def _check_receipt(self, row: str, batch: Any, entry: SignalsEntry, index: int) -> None:
        """The module was told what the ledger says, and can prove it."""
        try:
            receipt = read(bytes(batch.receipt))
            if not isinstance(receipt, Receipt) or write(receipt) != bytes(batch.receipt):
                self._report.add("batch", row, "receipt is not the receipt of a batch")
                return
            if (receipt.entry, receipt.index) != (entry, index):
                self._report.add("batch", row, "receipt speaks of another entry")
            head = open_checkpoint(receipt.checkpoint, [VerifierKey(receipt.log, self._public)]).checkpoint
            path = [from_base64(one) for one in receipt.inclusion]
            verify_inclusion(entry_leaf(receipt.entry), receipt.index, head.size, path, head.root)
        except LedgerError as error:
            self._report.add("batch", row, f"receipt does not hold: {error}")

    def _check_records(self, row: str, batch: Any, entry: SignalsEntry) -> None:
        where = {
            "at": batch.received_at,
            "organisation": batch.organisation_id,
            "module": batch.module_id,
            "position": batch.position,
            "minute": batch.received_at.replace(second=0, microsecond=0),
        }
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            rows: list[Any] = list(cursor.execute(_SIGNALS, where).fetchall())
        self._report.signals += len(rows)
        signals = [check_signal(one, self._rules, self._report) for one in rows]
        if len(rows) != entry.records:
            stored = f"{len(rows)} rows of the {entry.records} that were taken"
            self._report.add("signal", self._range(batch), f"{stored} are there for the batch at {row}")
        self._check_leaves(row, batch, entry, rows)
        whole = [one for one in signals if one is not None]
        self._check_hashes(batch, where, whole)
        self._check_tally(row, where, rows, whole)

    def _check_leaves(self, row: str, batch: Any, entry: SignalsEntry, rows: list[Any]) -> None:
        """The entry vouches for the leaves, and each leaf for its record: so the very row is named."""
        kept = bytes(batch.leaves)
        leaves = [kept[start : start + HASH_SIZE] for start in range(0, len(kept), HASH_SIZE)]
        found = leaf_hashes([bytes(one.record) for one in rows])
        if len(kept) != HASH_SIZE * entry.records or root_of(leaves) != digest_root(entry.digest):
            self._report.add("batch", row, "leaves are not those of the digest in the ledger")
            if root_of(found) != digest_root(entry.digest):
                self._report.add("signal", self._range(batch), f"a record is not the one received; batch at {row}")
            return
        vouched = set(leaves)
        for one, leaf in zip(rows, found, strict=True):
            if leaf not in vouched:
                name = f"module_id={one.module_id} sequence={one.sequence}"
                self._report.add("signal", name, "record is not one that was received")

    def _check_hashes(self, batch: Any, where: dict[str, Any], signals: list[Signal]) -> None:
        stored = set(self._connection.execute(_HASHES, where).fetchall())
        self._hashes += len(stored)
        vouched = {(signal.sequence, one.value) for signal in signals for one in signal.hashes}
        for sequence, value in sorted(stored ^ vouched):
            fault = "no record has this digest" if (sequence, value) in stored else "the row is missing"
            self._report.add("signal_hash", f"module_id={batch.module_id} sequence={sequence} hash={value}", fault)

    def _check_tally(self, row: str, where: dict[str, Any], rows: list[Any], signals: list[Signal]) -> None:
        stored = {one[:3]: one[3:] for one in self._connection.execute(_TALLY, where).fetchall()}
        self._tallies += len(stored)
        if len(signals) != len(rows):
            return
        records: Counter[tuple[str, int, int]] = Counter()
        events: Counter[tuple[str, int, int]] = Counter()
        for one, signal in zip(rows, signals, strict=True):
            kind = (signal.type.value, signal.severity.rank, one.rule)
            records[kind] += 1
            events[kind] += signal.count
        for kind in sorted(stored.keys() | records.keys()):
            derived = (records.get(kind), events.get(kind))
            if stored.get(kind) != derived:
                name = f"{row} type={kind[0]} severity={kind[1]} rule={kind[2]}"
                self._report.add("signal_tally", name, f"it says {stored.get(kind)}, the records {derived}")

    def _read_rules(self) -> dict[int, Rule]:
        rules: dict[int, Rule] = {}
        for number, key, vendor, product, rule_id, rule_name, packed in self._connection.execute(_RULES).fetchall():
            pack, _, pack_rule = packed.partition(":")
            rules[number] = Rule(vendor, product, rule_id, rule_name, pack, pack_rule)
            if bytes(key) != rules[number].key:
                self._report.add("signal_rule", f"id={number}", "its texts are not those its key was made of")
        return rules

    def _day_is_kept(self, at: datetime) -> bool:
        day = f"{at.astimezone(UTC):%Y-%m-%d}"
        if day not in self._days:
            row = self._connection.execute(_DAY, [at]).fetchone()
            self._days[day] = bool(row and row[0])
            if not self._days[day] and day not in self._expired:
                self._report.add(
                    "signal", f"day={day}", "its signals are gone, and nobody wrote that they were dropped"
                )
        return self._days[day]

    def _count(self, query: LiteralString) -> int:
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    @staticmethod
    def _range(batch: Any) -> str:
        return f"module_id={batch.module_id} sequence={batch.first_sequence}..{batch.last_sequence}"
