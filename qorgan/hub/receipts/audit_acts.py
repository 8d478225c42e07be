"""Acts on documents against the ledger: the exact bytes, the columns beside them, the receipt, the versions (R48I.3).

`document_act` holds each act's exact bytes, and for a submission those of the version. No Django, and no room above:
the bytes are read as they lie.
"""

from __future__ import annotations

from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import namedtuple_row

from qorgan.hub.database.log_key import LogKey
from qorgan.hub.receipts.findings import Report
from qorgan.ledger.canonical import canonical
from qorgan.ledger.entry import DocumentEntry, document_digest, instant
from qorgan.ledger.errors import LedgerError
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.receipt import Receipt, read, verify

SUBMIT: Final = "submit"

_ACT: Final = """
SELECT act.*, document.kind, document.number, receipt.receipt, version.exact AS words
FROM document_act_receipt AS receipt
JOIN document_act AS act ON act.id = receipt.act_id
JOIN document ON document.id = act.document_id
LEFT JOIN document_version AS version ON version.document_id = act.document_id AND version.number = act.version
WHERE receipt.position = %s
"""
_RECEIPTED: Final = "SELECT count(*) FROM document_act_receipt"
_WAITING: Final = """
SELECT act.id, act.exact, act.digest FROM document_act AS act
WHERE NOT EXISTS (SELECT 1 FROM document_act_receipt AS kept WHERE kept.act_id = act.id) ORDER BY act.id
"""
_LOOSE_VERSIONS: Final = """
SELECT version.id FROM document_version AS version
WHERE version.digest <> 'sha-256:' || encode(sha256(version.exact), 'hex') OR NOT EXISTS (
    SELECT 1 FROM document_act AS act WHERE act.document_id = version.document_id AND act.version = version.number
        AND act.verb = 'submit' AND act.digest = version.digest)
ORDER BY version.id
"""
_CHANGED_FILES: Final = """
SELECT id FROM document_attachment WHERE sha256 <> encode(sha256(content), 'hex') ORDER BY id
"""
_SIGNATURES: Final = """
SELECT signature.id, signature.digest, signature.at, signature.cms, signature.signer, act.at, act.detail
FROM document_signature AS signature LEFT JOIN document_act AS act ON act.id = signature.act_id AND act.verb = 'agree'
ORDER BY signature.id
"""
_LOST_SIGNATURES: Final = """
SELECT act.id FROM document_act AS act WHERE act.detail ? 'signature'
    AND NOT EXISTS (SELECT 1 FROM document_signature AS kept WHERE kept.act_id = act.id)
ORDER BY act.id
"""
_CHANGED_STATES: Final = """
SELECT document.id, document.state, last.after FROM document CROSS JOIN LATERAL (
    SELECT act.after FROM document_act AS act
    WHERE act.document_id = document.id AND act.reception_id IS NULL
        AND act.verb NOT IN ('edit', 'propose', 'agree', 'decline', 'void')
    ORDER BY act.id DESC LIMIT 1) AS last
WHERE document.state <> last.after ORDER BY document.id
"""
_SAID: Final = ("verb", "before", "after", "clause", "detail")


class ActAudit:
    """Fed with the entries that speak of acts, in their order."""

    def __init__(self, connection: psycopg.Connection, key: LogKey, report: Report) -> None:
        self._connection = connection
        self._public = key.verifier().public
        self._report = report

    def check(self, position: int, entry: DocumentEntry, organisation: UUID | None) -> None:
        """The act that an entry speaks of: its bytes, its columns, its receipt and its version."""
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            act: Any = cursor.execute(_ACT, [position]).fetchone()
        if act is None:
            self._report.add("document_act", f"position={position}", "the act is missing that the ledger vouches for")
            return
        self._report.acts += 1
        row = f"id={act.id}"
        if organisation != act.organisation_id:
            self._report.add("ledger_entry", f"position={position}", "organisation_id is not that of the act")
        self._check_bytes(row, act, entry)
        self._check_receipt(row, act, entry)

    def finish(self) -> None:
        """What the ledger does not speak of: acts that wait for the clerk, and rows that no act made."""
        found = self._connection.execute(_RECEIPTED).fetchone()
        if found and found[0] > self._report.acts:
            more = found[0] - self._report.acts
            self._report.add("document_act_receipt", "", f"{more} receipts are of no entry")
        for act, exact, digest in self._connection.execute(_WAITING).fetchall():
            self._report.waiting += 1
            if document_digest(bytes(exact)) != digest:
                self._report.add("document_act", f"id={act}", "the digest is not that of its bytes")
        self._name("document_version", _LOOSE_VERSIONS, "no act sent these bytes")
        self._name("document_attachment", _CHANGED_FILES, "the content is not that of its digest")
        self._check_signatures()
        for document, state, after in self._connection.execute(_CHANGED_STATES).fetchall():
            self._report.add("document", f"id={document}", f"state is {state}, its last act led to {after}")

    def _check_signatures(self) -> None:
        """Heads' signatures against the acts by which they agreed, for which the ledger vouches."""
        for identifier, digest, at, cms, signer, acted_at, detail in self._connection.execute(_SIGNATURES).fetchall():
            said = (detail or {}).get("signature", {})
            stored = (digest, at, document_digest(bytes(cms)), document_digest(canonical(signer)))
            if stored != ((detail or {}).get("exact"), acted_at, said.get("cms"), said.get("signer")):
                self._report.add("document_signature", f"id={identifier}", "it is not what the head's act speaks of")
        self._name("document_act", _LOST_SIGNATURES, "the signature is missing that it speaks of")

    def _check_bytes(self, row: str, act: Any, entry: DocumentEntry) -> None:
        exact = bytes(act.exact)
        if document_digest(exact) != act.digest:
            self._report.add("document_act", row, "the digest is not that of its bytes")
        try:
            said = msgspec.json.decode(exact, type=dict[str, Any])
        except msgspec.DecodeError as wrong:
            self._report.add("document_act", row, f"its bytes cannot be read: {wrong}")
            return
        submits = act.verb == SUBMIT
        vouched = {
            "verb": (act.kind if submits else f"{act.kind}.{act.verb}", entry.type),
            "number": (act.number, entry.number),
            "version": (act.version, entry.version),
            "organisation": (said.get("organisation"), entry.organisation),
            "digest": (document_digest(exact), entry.digest),
            "at": (instant(act.at), entry.at),
        }
        for column, (stored, told) in vouched.items():
            if stored != told:
                self._report.add("document_act", row, f"{column} is {stored}, the ledger says {told}")
        if submits and (act.words is None or bytes(act.words) != exact):
            self._report.add("document_version", f"document_id={act.document_id}", "it is not what the act sent")
        for column in () if submits else _SAID:
            if getattr(act, column) != said.get(column):
                self._report.add("document_act", row, f"{column} is not that of its bytes")
        if said.get("person") not in {None, 0, act.person_id}:
            self._report.add("document_act", row, "person_id is not that of its bytes")

    def _check_receipt(self, row: str, act: Any, entry: DocumentEntry) -> None:
        try:
            receipt = read(bytes(act.receipt))
            if not isinstance(receipt, Receipt) or receipt.entry != entry:
                self._report.add("document_act_receipt", row, "the receipt speaks of another entry")
                return
            verify(receipt, bytes(act.exact), [VerifierKey(receipt.log, self._public)])
        except LedgerError as wrong:
            self._report.add("document_act_receipt", row, f"the receipt proves nothing: {wrong}")

    def _name(self, table: str, query: LiteralString, fault: str) -> None:
        for (identifier,) in self._connection.execute(query).fetchall():
            self._report.add(table, f"id={identifier}", fault)
