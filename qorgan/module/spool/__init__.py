"""The spool: what was read and not yet receipted, on a disk, in order, whatever happens to the machine."""

from __future__ import annotations

from qorgan.module.spool.errors import (
    NumbersMoved,
    SpoolBusy,
    SpoolError,
    SpoolForeign,
    SpoolFull,
    SpoolLocked,
)
from qorgan.module.spool.limits import Limits
from qorgan.module.spool.spool import Spool
from qorgan.module.spool.waiting import Batch

__all__ = [
    "Batch",
    "Limits",
    "NumbersMoved",
    "Spool",
    "SpoolBusy",
    "SpoolError",
    "SpoolForeign",
    "SpoolFull",
    "SpoolLocked",
]
