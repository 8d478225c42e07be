"""The lines of a batch, sorted into those that are signals and those that are refused, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from qorgan.wire import record
from qorgan.wire.batch import SequenceRange
from qorgan.wire.reply import RecordRefusal
from qorgan.wire.signal import Signal

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class _Name(msgspec.Struct):
    """As much of a refused record as names it."""

    sequence: int | None = None
    id: str | None = None


@dataclass(slots=True)
class Sorted:
    """What became of a batch's lines."""

    signals: list[Signal] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    """The accepted lines, in step with `signals`."""
    refused: list[RecordRefusal] = field(default_factory=list)


def sort(lines: Sequence[bytes], said: SequenceRange) -> Sorted:
    """Read every line. One bad record never costs the batch (R67.8).

    A record is refused that the contract refuses, or whose number is outside the batch's range or does not come
    after the number before it.
    """
    found = Sorted()
    before = said.first - 1
    for index, line in enumerate(lines):
        try:
            signal = record.decode(line)
        except record.RecordRefused as refusal:
            found.refused.append(_refusal(index, line, refusal.field, refusal.reason))
            continue
        if not before < signal.sequence <= said.last:
            reason = "is outside the batch's range" if _outside(signal, said) else "does not come after the one before"
            found.refused.append(_refusal(index, line, "sequence", reason))
            continue
        before = signal.sequence
        found.signals.append(signal)
        found.lines.append(line)
    return found


def _outside(signal: Signal, said: SequenceRange) -> bool:
    return not said.first <= signal.sequence <= said.last


def _refusal(index: int, line: bytes, field_name: str, reason: str) -> RecordRefusal:
    try:
        name = msgspec.json.decode(line, type=_Name)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        name = _Name()
    # What was sent in the wrong place may be a secret: only what is surely an identifier is repeated.
    known = name.id if name.id and _UUID.fullmatch(name.id) else None
    return RecordRefusal(index=index, field=field_name, reason=reason, sequence=name.sequence, id=known)
