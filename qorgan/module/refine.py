"""What a portion of a source's records comes to: signals, counts, quarantine. Nothing unredacted leaves here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from qorgan.module.event import Event
from qorgan.module.formats.reading import Reader
from qorgan.module.mail.handed import MESSAGE
from qorgan.module.portion import Portion, Refinement
from qorgan.module.sources.base import REFUSED_KEPT
from qorgan.wire.disruption import told_by

_MOST_QUARANTINED: Final = 100
"""Records of one chunk whose text goes to the quarantine; of a flood the rest is counted only."""
_TEXT_LOOKED_AT: Final = 64 * 1024
"""Bytes of a record that are cleaned: more than what is kept of them, so that the cut never parts a secret."""
_UNSURE: Final = 1_024
"""Characters at the end of a piece that its source has cut, which may be half of a secret and are not kept."""


class Judged(Struct, kw_only=True):
    """What became of events."""

    lines: list[bytes]
    """The signals' lines, numbered without a gap."""
    found: int = 0
    """How many of them windows have made; they come last."""
    memory: str | None = None
    """What the windows must not forget, where that has changed."""
    ignored: dict[str, int]
    """Events that no rule makes a signal of, by reason."""
    redacted: dict[str, int]


class Judge(Protocol):
    """Decides what events are, removes what must not leave, and makes signals."""

    def judge(self, events: Sequence[Event], first: int) -> Judged:
        """The signals of events, numbered from `first`. Raises nothing."""

    def clean(self, text: str) -> str:
        """A text without personal data and banking secrets, for the quarantine."""


def refine(portion: Portion, reader: Reader, judge: Judge, first: int) -> Refinement:
    """Read, decide, redact: one portion in tight loops. Its signals are numbered from `first`."""
    readings = reader.read_left(portion.records)
    judged = judge.judge([event for _, event in readings.events], first)
    ignored = Counter(readings.ignored)
    ignored.update(judged.ignored)
    quarantined = readings.unreadable[:_MOST_QUARANTINED]
    return Refinement(
        first=first,
        lines=judged.lines,
        found=judged.found,
        memory=judged.memory,
        ignored=dict(ignored),
        redacted=judged.redacted,
        unreadable=readings.unreadable,
        # A message that cannot be read is its reporter's too: not a word of it is kept.
        texts=["" if portion.format == MESSAGE else _text(portion.records[index], judge) for index, _ in quarantined],
        refused_texts=[_start(start, judge) for start in portion.refused[:_MOST_QUARANTINED]],
        disruptions=[told for record in portion.records if (told := told_by(record))] if portion.gate else [],
    )


def _start(start: bytes, judge: Judge) -> str:
    text = _text(start, judge)
    return text[:-_UNSURE] if len(start) >= REFUSED_KEPT else text


def _text(record: bytes, judge: Judge) -> str:
    """The head of a record, cleaned. The judge cuts it, after it has looked beyond the cut."""
    return judge.clean(record[:_TEXT_LOOKED_AT].decode("utf-8", "replace"))
