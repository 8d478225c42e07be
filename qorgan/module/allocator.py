"""Tells the C library to give memory back: what one batch needed is not to be held as long as the process lives."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Parameters of glibc's `mallopt` (mallopt(3))."""
_KEPT: Final = 128 * 1024
"""Bytes free at the end of the heap beyond which they go back to the system."""
_APART: Final = 256 * 1024
"""Bytes from which a block is the system's own and goes back as soon as it is free. Once set, glibc leaves it so:
by itself it would raise it to the largest batch ever freed, and hold as much for good."""


def hold_little() -> None:
    """Keep one heap for all threads and give back what is free. Where the C library is another, nothing is done."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    for parameter, value in ((_ARENA_MAX, 1), (_TRIM_THRESHOLD, _KEPT), (_MMAP_THRESHOLD, _APART)):
        mallopt(parameter, value)
