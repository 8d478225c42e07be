"""What one chunk of a source comes to, put together of what a glance has sifted out and what the judging room says."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.formats.sift import Sifted
from qorgan.module.portion import Portion, Refinement
from qorgan.module.sources.base import Chunk
from qorgan.wire.disruption import Disruption


class Refined(Struct, kw_only=True):
    """All that is to be stored of a chunk."""

    first: int
    lines: list[bytes]
    counts: Counts
    quarantined: list[Quarantined]
    memory: str | None = None
    """What the windows must not forget, where that has changed."""
    disruptions: list[Disruption] = []
    """What a gate told of disruptions of sign-in."""


def portion_of(chunk: Chunk, sifted: Sifted, format_name: str, zone: str, *, gate: bool = False) -> Portion:
    """What of a chunk the judging room must see."""
    return Portion(
        source=chunk.source,
        format=format_name,
        zone=zone,
        records=sifted.left,
        refused=[refused.start for refused in chunk.refused],
        gate=gate,
    )


def refined(chunk: Chunk, sifted: Sifted, refinement: Refinement) -> Refined:
    """The whole of a chunk."""
    ignored = Counter(sifted.ignored)
    ignored.update(refinement.ignored)
    read = len(chunk.records) + len(chunk.refused)
    unreadable = len(refinement.unreadable) + len(chunk.refused)
    counts = Counts(
        read=read,
        became=read - unreadable - ignored.total(),
        ignored=dict(ignored),
        quarantined=unreadable,
        redacted=refinement.redacted,
    )
    quarantined = [
        Quarantined(place=chunk.place(sifted.indexes[index]), reason=reason, text=text)
        for (index, reason), text in zip(refinement.unreadable, refinement.texts, strict=False)
    ]
    quarantined += [
        Quarantined(place=refused.place, reason=refused.reason, text=text)
        for refused, text in zip(chunk.refused, refinement.refused_texts, strict=False)
    ]
    return Refined(
        first=refinement.first,
        lines=refinement.lines,
        counts=counts,
        quarantined=quarantined,
        memory=refinement.memory,
        disruptions=refinement.disruptions,
    )
