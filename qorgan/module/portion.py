"""What the module hands to its judging room, and what it gets back."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from qorgan.wire.disruption import Disruption


class Portion(Struct, frozen=True, kw_only=True):
    """What of one chunk must be read and judged."""

    source: str
    format: str
    zone: str
    records: list[bytes] = []
    refused: list[bytes] = []
    """Beginnings of pieces that never became records, for the quarantine."""
    gate: bool = False
    """Whether the source is a gate's, whose word on disruptions of sign-in is believed."""

    def pieces(self) -> list[Portion]:
        """The same, record by record."""
        one = replace(self, records=[], refused=[])
        whole = [replace(one, records=[record]) for record in self.records]
        return [*whole, *(replace(one, refused=[start]) for start in self.refused)]


class Refinement(Struct, kw_only=True):
    """What a portion came to. Nothing unredacted stands here."""

    first: int = 0
    """Number of the first line; they are numbered without a gap."""
    lines: list[bytes] = []
    found: int = 0
    """How many of the lines windows have made: of records that are counted under their own reasons."""
    memory: str | None = None
    """What the windows must not forget when the room ends, where that has changed."""
    ignored: dict[str, int] = {}
    redacted: dict[str, int] = {}
    unreadable: list[tuple[int, str]] = []
    """Indexes among the portion's records, with the reason."""
    texts: list[str] = []
    """Of the first unreadable records, cleaned."""
    refused_texts: list[str] = []
    """Of the first refused pieces, cleaned."""
    disruptions: list[Disruption] = []
    """What a gate told of disruptions of sign-in, in its order."""

    def fits(self, portion: Portion) -> bool:
        """Whether this can be what the portion came to."""
        count = len(portion.records)
        gone = len(self.unreadable) + sum(self.ignored.values())
        return (
            gone + len(self.lines) - self.found <= count
            and 0 <= self.found <= len(self.lines)
            and min(self.ignored.values(), default=0) >= 0
            and all(0 <= index < count for index, _ in self.unreadable)
            and len(self.texts) <= len(self.unreadable)
            and len(self.refused_texts) <= len(portion.refused)
            and len(self.disruptions) <= (count if portion.gate else 0)
            and not any(b"\n" in line for line in self.lines)
        )
