"""What one chunk of a source comes to: its signals, its counts, its quarantine. Nothing unredacted leaves here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.event import Event
from qorgan.module.formats.reading import Reader
from qorgan.module.sources.base import REFUSED_KEPT, Chunk

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
    ignored: dict[str, int]
    """Events that no rule makes a signal of, by reason."""
    redacted: dict[str, int]


class Judge(Protocol):
    """Decides what events are, removes what must not leave, and makes signals."""

    def judge(self, events: Sequence[Event], first: int) -> Judged:
        """The signals of events, numbered from `first`. Raises nothing."""

    def clean(self, text: str) -> str:
        """A text without personal data and banking secrets, for the quarantine."""


class Refined(Struct, kw_only=True):
    """All that is to be stored of a chunk."""

    first: int
    lines: list[bytes]
    counts: Counts
    quarantined: list[Quarantined]


def refine(chunk: Chunk, reader: Reader, judge: Judge, first: int) -> Refined:
    """Read, decide, redact: one chunk in tight loops. Its signals are numbered from `first`."""
    readings = reader.read_all(chunk.records)
    judged = judge.judge([event for _, event in readings.events], first)
    ignored = Counter(readings.ignored)
    ignored.update(judged.ignored)
    unreadable = len(readings.unreadable) + len(chunk.refused)
    read = len(chunk.records) + len(chunk.refused)
    counts = Counts(
        read=read,
        became=read - unreadable - ignored.total(),
        ignored=dict(ignored),
        quarantined=unreadable,
        redacted=judged.redacted,
    )
    quarantined = list(_quarantined(chunk, readings.unreadable, judge)) if unreadable else []
    return Refined(first=first, lines=judged.lines, counts=counts, quarantined=quarantined)


def _quarantined(chunk: Chunk, unreadable: list[tuple[int, str]], judge: Judge) -> Iterator[Quarantined]:
    for index, reason in unreadable[:_MOST_QUARANTINED]:
        text = _text(chunk.records[index], judge)
        yield Quarantined(place=chunk.place(index), reason=reason, text=text)
    for refused in chunk.refused[:_MOST_QUARANTINED]:
        text = _text(refused.start, judge)
        if len(refused.start) >= REFUSED_KEPT:
            text = text[:-_UNSURE]
        yield Quarantined(place=refused.place, reason=refused.reason, text=text)


def _text(record: bytes, judge: Judge) -> str:
    """The head of a record, cleaned. The judge cuts it, after it has looked beyond the cut."""
    return judge.clean(record[:_TEXT_LOOKED_AT].decode("utf-8", "replace"))
