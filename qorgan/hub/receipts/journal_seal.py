"""The head of the journal's chain as the ledger vouches for it: an entry of the kind `document` (R67.4, R48I.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from qorgan.ledger.entry import DocumentEntry, document_digest, instant

ENTRY_TYPE: Final = "journal"
"""Type of the entries that seal the journal; `version` is the number of links sealed."""
LAST_LINK: Final = "SELECT link, hash FROM hub_journal_chain ORDER BY link DESC LIMIT 1"


def seal_entry(link: int, found: bytes, organisation: str, at: datetime) -> DocumentEntry:
    """The entry that vouches for the journal up to a link. `organisation` is the authority's BIN."""
    return DocumentEntry(
        type=ENTRY_TYPE,
        number="hub",
        version=link,
        organisation=organisation,
        digest=document_digest(found),
        at=instant(at),
    )
