"""What a search of a text gives: secrets with their place, in the order they stand."""

from __future__ import annotations

from typing import NamedTuple

from qorgan.wire.signal import RedactionClass


class Found(NamedTuple):
    """A secret at `start:end`. `value` is its one canonical spelling, from which its token is made."""

    start: int
    end: int
    kind: RedactionClass
    value: str


def without_overlaps(found: list[Found]) -> list[Found]:
    """In order of place; of secrets that overlap, one, widened over all of them, of the widest one's kind."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and one.start < kept[-1].end:
            last = kept[-1]
            if one.end > last.end:
                widest = max(last, one, key=lambda each: each.end - each.start)
                kept[-1] = Found(last.start, one.end, widest.kind, widest.value)
        else:
            kept.append(one)
    return kept
