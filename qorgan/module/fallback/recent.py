"""Signals of the last hours, read out of the spool, for a card to be begun from (R67.12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from qorgan.module.spool import SpoolError, view
from qorgan.module.spool.state import load
from qorgan.module.spool.waiting import BadChunk, gather
from qorgan.wire.record import RecordRefused, decode
from qorgan.wire.signal import Signal

MOST: Final = 200
"""So many are offered: the gravest."""
_LOOKED: Final = 20_000
_BYTES: Final = 64 * 1024 * 1024


class Recent(Struct, frozen=True, kw_only=True):
    """A signal with its reference, as the hub names it: `module/sequence`."""

    reference: str
    signal: Signal


def recent(folder: Path, module: str, now: datetime, hours: int, keys_at: Path | None = None) -> list[Recent]:
    """The gravest signals of the last hours, at most `MOST`; none where the spool cannot be read."""
    earliest = now - timedelta(hours=hours)
    found: list[Recent] = []
    try:
        with view.opened(folder, keys_at) as connection:
            last = load(connection).next - 1
            batch = gather(connection, max(0, last - _LOOKED), max_records=_LOOKED, max_bytes=_BYTES)
    except (SpoolError, BadChunk, OSError):
        return []
    for number, line in zip(batch.numbers, batch.lines, strict=True) if batch else ():
        try:
            signal = decode(line)
        except RecordRefused:
            continue
        if signal.last_seen >= earliest:
            found.append(Recent(reference=f"{module}/{number}", signal=signal))
    found.sort(key=lambda one: (one.signal.severity.rank, one.signal.count, one.signal.last_seen), reverse=True)
    return found[:MOST]
