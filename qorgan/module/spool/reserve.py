"""Space held back on the disk, so that a module on a full disk can still open its spool and store receipts.

Without it a full disk could not be emptied by sending: to note that a batch was taken needs a little space too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from qorgan.module.spool.errors import SpoolFull

FILE: Final = "reserve"
SIZE: Final = 8 * 1024 * 1024
"""Bytes: more than the log of the database grows to before it is moved into the file."""


class Reserve:
    """A file that only takes up space. New signals need it whole; receipts may use its space."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._held = self._is_whole()

    def take(self) -> None:
        """Hold the space, if it is not held. Raises SpoolFull when the disk has not so much."""
        if self._held:
            return
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
        except OSError as error:
            self._path.unlink(missing_ok=True)
            raise SpoolFull(f"{self._path}: {error.strerror or error}") from error
        self._held = True

    def release(self) -> bool:
        """Give the space to what needs it now; says whether there was any."""
        was_held, self._held = self._held, False
        self._path.unlink(missing_ok=True)
        return was_held

    def _is_whole(self) -> bool:
        try:
            return self._path.stat().st_size >= SIZE
        except OSError:
            return False
