"""The journal against its chain, and the chain against the heads that the ledger vouches for (R67.4)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import psycopg
from psycopg.rows import namedtuple_row

from qorgan.hub.receipts.findings import Report
from qorgan.hub.receipts.journal_seal import ENTRY_TYPE
from qorgan.ledger.entry import DocumentEntry, document_digest

_LINKS: Final = """
SELECT chain.link, chain.hash, chain.entry,
       jsonb_build_array(journal.id, (extract(epoch FROM journal.at) * 1000000)::bigint, journal.person_id,
           journal.organisation_id, journal.act, journal.object, journal.detail)::text AS content,
       journal.id IS NOT NULL AS has_entry
FROM hub_journal_chain AS chain LEFT JOIN hub_journal AS journal ON journal.id = chain.entry
ORDER BY chain.link
"""
_LOOSE: Final = """
SELECT journal.id FROM hub_journal AS journal
WHERE NOT EXISTS (SELECT 1 FROM hub_journal_chain AS chain WHERE chain.entry = journal.id) ORDER BY journal.id
"""
_EXPIRED: Final = "SELECT object FROM hub_journal WHERE act = 'signals.expired'"


class JournalAudit:
    """Told of the ledger's seals, then follows the chain.

    A rewriting of entry and chain together is found from the first seal after it on; what was cut off after the last
    seal is not, nor what was never written.
    """

    def __init__(self, connection: psycopg.Connection, report: Report) -> None:
        self._connection = connection
        self._report = report
        self._seals: dict[int, str] = {}

    def expired_days(self) -> set[str]:
        """Days whose signals were dropped, as YYYY-MM-DD, by what the journal says."""
        return {day for (day,) in self._connection.execute(_EXPIRED).fetchall()}

    def seal(self, entry: DocumentEntry) -> None:
        """An entry of the ledger, if it is one that seals the journal."""
        if entry.type == ENTRY_TYPE:
            self._seals[entry.version] = entry.digest

    def finish(self) -> None:
        """Follow the chain from its first link to its last."""
        before, links = b"", 0
        with self._connection.cursor("journal", row_factory=namedtuple_row) as cursor:
            cursor.execute(_LINKS)
            row: Any
            for row in cursor:
                links += 1
                self._check(row, before, links)
                links, before = row.link, bytes(row.hash)
        self._report.journal = links
        for link in sorted(number for number in self._seals if number > links):
            self._report.add("hub_journal", f"link={link}", "the ledger vouches for it, and the chain ends before it")
        for (entry,) in self._connection.execute(_LOOSE).fetchall():
            self._report.add("hub_journal", f"id={entry}", "it was never linked: it came in by no role of the hub")

    def _check(self, row: Any, before: bytes, expected: int) -> None:
        name = f"id={row.entry}"
        found = bytes(row.hash)
        if row.link != expected:
            self._report.add("hub_journal_chain", f"link={expected}", "the link is missing")
        elif not row.has_entry:
            self._report.add("hub_journal", name, "the entry was removed")
        elif sha256(before + row.content.encode()).digest() != found:
            self._report.add("hub_journal", name, "it is not what was linked, or stands elsewhere than it was linked")
        if row.link in self._seals and self._seals[row.link] != document_digest(found):
            self._report.add("hub_journal_chain", f"link={row.link}", "the ledger vouches for another head")
