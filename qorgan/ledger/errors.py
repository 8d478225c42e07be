"""One root for every refusal of the ledger, so that a caller can catch all of them and say what to do."""

from __future__ import annotations


class LedgerError(Exception):
    """Bytes that do not prove what they claim, or cannot be read at all."""

    remedy = "Ask whoever gave you these bytes for an undamaged copy."
    """One sentence for a person: what to do about it."""

    def diagnostics(self) -> str:
        """One line: what was wrong, and the remedy."""
        return f"{self}. {self.remedy}"


class ProofError(LedgerError):
    """A Merkle proof is of the wrong form, or leads to another root."""

    remedy = "Fetch the proof again for exactly this index, size and root."


class TileError(LedgerError):
    """A tile, an entry bundle or its path is not what the layout says it must be."""

    remedy = "Fetch the tile again from the log, for the size of a checkpoint it has signed."


class NoteError(LedgerError):
    """A signed note, a key or a checkpoint is malformed, or no pinned key signed it."""

    remedy = "Compare the key with the one pinned at enrolment, and fetch the checkpoint again."


class EntryError(LedgerError, ValueError):
    """A value cannot be an entry of the ledger, or has no canonical form.

    A ValueError too, which is how a struct refuses its values while it is decoded.
    """

    remedy = "Correct the named field; the field's own description says what it takes."
