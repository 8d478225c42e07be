"""The links of a day as runs of each strand: what joins the chain across an archive, and remains when it is gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import psycopg

from qorgan.gate.journal.content import first_hash

_RUNS: Final = """
SELECT strand, min(link), max(link), (array_agg(hash ORDER BY link DESC))[1]
FROM (
    SELECT strand, link, hash, link - row_number() OVER (PARTITION BY strand ORDER BY link) AS run
    FROM gate_journal_link WHERE at >= %(from)s AND at < %(until)s
) AS links
GROUP BY strand, run ORDER BY strand, min(link)
"""
_BEFORE: Final = "SELECT hash FROM gate_journal_link WHERE strand = %s AND link = %s"
_BEFORE_ARCHIVED: Final = """
SELECT decode(run ->> 4, 'hex') FROM gate_archive, jsonb_array_elements(runs) AS run
WHERE (run ->> 0)::bigint = %s AND (run ->> 2)::bigint = %s
"""

Run = tuple[int, int, int, str, str]
"""Strand, first link, last link, hash before the first, hash of the last; hashes in hexadecimal."""


def runs_of(connection: psycopg.Connection[Any], **span: datetime) -> list[Run]:
    """The runs of links whose entries are of a day, `from` its first instant and `until` the first after it."""
    found = connection.execute(_RUNS, span).fetchall()
    return [
        (strand, first, last, _before(connection, strand, first).hex(), bytes(ended).hex())
        for strand, first, last, ended in found
    ]


def _before(connection: psycopg.Connection[Any], strand: int, first: int) -> bytes:
    if first == 1:
        return first_hash(strand)
    for query in (_BEFORE, _BEFORE_ARCHIVED):
        row = connection.execute(query, [strand, first - 1]).fetchone()
        if row is not None:
            return bytes(row[0])
    # Nobody can say: the audit finds that the link is missing.
    return b""
