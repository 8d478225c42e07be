"""The hub's sealing key, as the hub published it: what packages and files for carriers are encrypted to.

It is fetched while the hub is there, or carried; the ledger's key that was pinned at the enrolment vouches for it, so
whoever brings it can put no other in its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qorgan.ledger.errors import LedgerError
from qorgan.ledger.note import VerifierKey
from qorgan.module.durable import write_durably
from qorgan.wire.package import key_in

FILE: Final = "hub-sealing-key"
"""In the state folder, and beside receipts that are carried."""


class HubKeyMissing(Exception):
    """There is no sealing key of the hub that the pinned key vouches for. One line with its remedy."""


def keep(folder: Path, note: str, pinned: VerifierKey) -> None:
    """Keep the hub's sealing key. Raises NoteError unless the pinned key vouches for it."""
    key_in(note, pinned)
    path = folder / FILE
    if not path.exists() or path.read_text(encoding="utf-8") != note:
        write_durably(path, note.encode())


def find(folder: Path, pinned: VerifierKey) -> str:
    """The hub's sealing key in base64. Raises HubKeyMissing."""
    try:
        return key_in((folder / FILE).read_text(encoding="utf-8"), pinned)
    except (OSError, UnicodeDecodeError, ValueError, LedgerError):
        raise HubKeyMissing(
            "the hub's sealing key is not here; take it from where receipts come, with `qorgan module import-receipts`"
        ) from None
