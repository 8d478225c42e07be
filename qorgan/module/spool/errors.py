"""What the spool refuses, each with a remedy."""

from __future__ import annotations


class SpoolError(Exception):
    """The root: the spool cannot do what it was asked."""

    remedy = "See the module's log for what came before."
    """One sentence for the operator."""


class SpoolFull(SpoolError):
    """Nothing can be stored now. What was not stored must be held by whoever read it, and tried again."""

    remedy = "Free space on the disk of the spool, or raise limits.spool_mib; reading resumes by itself."


class SpoolDamaged(SpoolError):
    """The database file is damaged. Never leaves the spool: it mends itself and goes on."""


class SpoolBusy(SpoolError):
    """Another process of the module holds the spool."""

    remedy = "Stop the other `qorgan module run`, or give this one a state folder of its own."


class SpoolForeign(SpoolError):
    """The file is a spool of a layout that this version does not know."""

    remedy = "Start the version of the module that wrote it, or a newer one."


class SpoolLocked(SpoolError):
    """A key that the spool's content is sealed under is not here, or cannot be used. Nothing was touched."""

    remedy = (
        "Put the file of keys back from its safe copy, or mend what the line says: the backlog is as it was. Only if "
        "the key is lost for good, move spool.sqlite* out of the state folder: what waits in it can be read by nobody."
    )

    def __init__(self, words: str, remedy: str = "") -> None:
        super().__init__(words)
        self.remedy = remedy or self.remedy


class NumbersMoved(SpoolError):
    """The signals bear numbers that are not the next ones any more. `next` is the first they must have."""

    def __init__(self, next_sequence: int) -> None:
        super().__init__(f"the next number is {next_sequence}")
        self.next = next_sequence
