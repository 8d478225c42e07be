"""The lines of a batch, read one by one into rows, those refused put aside each with its reason.

A record is decoded, hashed and packed while it is in the processor's cache, and let go of before the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from qorgan.hub.intake.rows import Rows
from qorgan.ledger.tree import leaf_hash
from qorgan.wire import record
from qorgan.wire.batch import SequenceRange
from qorgan.wire.reply import RecordRefusal

_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class _Name(msgspec.Struct):
    """As much of a refused record as names it."""

    sequence: int | None = None
    id: str | None = None


@dataclass(slots=True)
class Reading:
    """A batch as far as it was read."""

    said: SequenceRange
    rows: Rows
    refused: list[RecordRefusal] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    """Leaf hashes of all lines as sent."""
    _last: int = 0

    def read(self, lines: Sequence[bytes]) -> None:
        """Read the next lines. One bad record never costs the batch (R67.8).

        A record is refused that the contract refuses, or whose number is outside the batch's range or does not come
        after the number before it.
        """
        add, keep, highest = self.rows.add, self.leaves.append, self.said.last
        last = self._last or self.said.first - 1
        for line in lines:
            keep(leaf_hash(line))
            try:
                signal = record.decode(line)
            except record.RecordRefused as refusal:
                self._refuse(line, refusal.field, refusal.reason)
                continue
            if not last < signal.sequence <= highest:
                outside = not self.said.first <= signal.sequence <= highest
                reason = "is outside the batch's range" if outside else "does not come after the one before"
                self._refuse(line, "sequence", reason)
                continue
            last = signal.sequence
            add(signal, line)
        self._last = last

    @property
    def accepted(self) -> list[bytes]:
        """Leaf hashes of the lines that became rows."""
        refused = {one.index for one in self.refused}
        return [leaf for index, leaf in enumerate(self.leaves) if index not in refused] if refused else self.leaves

    def _refuse(self, line: bytes, field_name: str, reason: str) -> None:
        try:
            name = msgspec.json.decode(line, type=_Name)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            name = _Name()
        # What was sent in the wrong place may be a secret: only what is surely an identifier is repeated.
        known = name.id if name.id and _UUID.fullmatch(name.id) else None
        index = len(self.leaves) - 1
        refusal = RecordRefusal(index=index, field=field_name, reason=reason, sequence=name.sequence, id=known)
        self.refused.append(refusal)
