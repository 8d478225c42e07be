"""Where reading stands in a file, said so that the file is known again under any name, or as a copy."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from msgspec import Struct

HEAD: Final = 1_024
"""Bytes at a file's start that tell it from others."""

TAIL: Final = 256
"""Bytes before the place reached: they tell a file from one that was truncated and written anew."""


class Mark(Struct, frozen=True, omit_defaults=True):
    """A place in a file."""

    device: int
    inode: int
    offset: int
    """Bytes that are done with."""
    head: str = ""
    """Digest of the first `HEAD` bytes, or of all that are done with, when they are fewer."""
    tail: str = ""
    """Digest of the last `TAIL` bytes that are done with."""
    written: int = 0
    """When the file was last written to, as far as seen (nanoseconds since 1970)."""
    skipping: str = ""
    """In the midst of an overlong record: what ends it."""

    def fits(self, descriptor: int) -> bool:
        """Whether an open file has the marked bytes before the marked place. A place at the start fits any file."""
        if os.fstat(descriptor).st_size < self.offset:
            return False
        tail = os.pread(descriptor, min(TAIL, self.offset), self.offset - min(TAIL, self.offset))
        return self.tail == digest(tail) and self.head == digest(os.pread(descriptor, min(HEAD, self.offset), 0))

    def fits_file(self, path: Path) -> bool:
        """The same of a file by its path; False when it cannot be read."""
        try:
            descriptor = open_file(path)
        except OSError:
            return False
        try:
            return self.fits(descriptor)
        except OSError:
            return False
        finally:
            os.close(descriptor)


def digest(data: bytes) -> str:
    """A short digest that tells contents apart; nothing rests on its secrecy. Empty for nothing."""
    return hashlib.blake2b(data, digest_size=12).hexdigest() if data else ""


def open_file(path: Path) -> int:
    """Opens a regular file for reading. Raises `OSError`; anything but a regular file counts as absent."""
    # Without O_NONBLOCK the opening of a named pipe would wait for a writer, and all reading with it.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(path)
    return descriptor
