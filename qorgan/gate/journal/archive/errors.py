"""What is wrong with an archive, in words for who must mend it."""

from __future__ import annotations


class ArchiveRefused(Exception):
    """A day cannot be archived, or an archive not be believed. Says which and what to do."""


class ArchiveMissing(ArchiveRefused):
    """The file that the journal names is not there."""


class ArchiveDamaged(ArchiveRefused):
    """The file is not what was sealed: a byte of it is another, or its end is gone."""


class ArchiveForeign(ArchiveRefused):
    """The file is of another day, of another gate, or sealed with a key that is not in the ring."""
