"""Follows the strands of the chain through days in any order, however their links lie across midnight.

Within a day each link is checked against the one before it. Where that is of another day, the link waits until all days
were read. What is known of a day whose archive was destroyed are the ends of its runs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from qorgan.gate.journal.audit.days import Day, Link
from qorgan.gate.journal.audit.findings import Report
from qorgan.gate.journal.content import Row, first_hash, link_hash
from qorgan.gate.journal.events import Event

_Place = tuple[int, int]
"""Strand and link."""


class Chain:
    """What was read of the chain so far."""

    def __init__(self, report: Report, signed: Mapping[_Place, str]) -> None:
        """`signed` are the hashes, in hexadecimal, that epochs vouch for."""
        self._report = report
        self._signed = signed
        self._runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._ends: dict[_Place, bytes] = {}
        self._waiting: list[Link] = []
        self._joints: list[tuple[_Place, str]] = []
        self.archived: dict[str, Row] = {}
        """Entries that name an archive, by its day."""
        self.destroyed: set[str] = set()
        """Days whose archive was destroyed, by what the journal says."""

    def read(self, day: Day) -> None:
        """A day in the tables or in the archive. Raises ArchiveRefused."""
        hashes: dict[int, dict[int, bytes]] = defaultdict(dict)
        for strand, link, found in day.hashes():
            hashes[strand][link] = found
        for one in day.links():
            self._report.entries += 1
            self._check(one, hashes[one.strand].get(one.link - 1))
        for entry in day.loose():
            self._report.add(f"entry {entry}", "it was never linked: it came in past the gate", entry=entry)
        for strand, links in hashes.items():
            for first, last in _runs(sorted(links)):
                self._runs[strand].append((first, last))
                self._ends[strand, last] = links[last]

    def skip(self, runs: Sequence[Sequence[Any]]) -> None:
        """A day whose archive was destroyed when its time had come: its runs join what is around it."""
        for strand, first, last, before, after in runs:
            self._runs[strand].append((first, last))
            self._ends[strand, last] = bytes.fromhex(after)
            self._joints.append(((strand, first), before))

    def finish(self, heads: Mapping[int, tuple[int, bytes]]) -> None:
        """After all days: what waited, what is missing, and whether the chain ends where its heads say."""
        for one in self._waiting:
            before = first_hash(one.strand) if one.link == 1 else self._ends.get((one.strand, one.link - 1))
            if before is not None:
                self._compare(one, before)
        for (strand, first), told in self._joints:
            before = first_hash(strand) if first == 1 else self._ends.get((strand, first - 1))
            if before is not None and before.hex() != told:
                self._report.add(f"strand {strand}, link {first}", "its archive joined another link before it")
        for strand, (head, found) in heads.items():
            last = self._gaps(strand)
            if last != head:
                self._report.add(
                    f"strand {strand}", f"its head is link {head}, and link {last} is the last that is there"
                )
            elif head and self._ends.get((strand, head)) != found:
                self._report.add(f"strand {strand}, link {head}", "its head has another hash")
            signed = max((link for of, link in self._signed if of == strand), default=0)
            if signed > last:
                self._report.add(f"strand {strand}, link {signed}", "an epoch vouches for it, and it is not there")

    def _gaps(self, strand: int) -> int:
        """The last link of a strand, the missing ones before it having been told."""
        last = 0
        for first, end in sorted(self._runs[strand]):
            if first > last + 1:
                missing = f"link {last + 1}" if first == last + 2 else f"links {last + 1} to {first - 1}"
                self._report.add(f"strand {strand}, {missing}", "removed, and the entry with it")
            elif first <= last:
                self._report.add(f"strand {strand}, link {first}", "it is there twice")
            last = max(last, end)
        return last

    def _check(self, one: Link, before: bytes | None) -> None:
        if one.row is not None and one.row.event == Event.JOURNAL_ARCHIVED:
            self.archived[str(json.loads(one.row.detail).get("day"))] = one.row
        if one.row is not None and one.row.event == Event.JOURNAL_ARCHIVE_DESTROYED:
            self.destroyed.add(str(json.loads(one.row.detail).get("day")))
        told = self._signed.get((one.strand, one.link))
        if told is not None and told != one.hash.hex():
            self._report.add(
                f"strand {one.strand}, link {one.link}", "an epoch vouches for another hash", entry=one.entry
            )
        if one.row is None:
            self._report.add(f"entry {one.entry}", "it was removed", entry=one.entry)
        elif before is None:
            self._waiting.append(one)
        else:
            self._compare(one, before)

    def _compare(self, one: Link, before: bytes) -> None:
        if one.row is not None and link_hash(before, one.linked_at, one.row) != one.hash:
            self._report.add(
                f"entry {one.entry}", "it is not what was written, or stands elsewhere than it was", entry=one.entry
            )


def _runs(links: Sequence[int]) -> list[tuple[int, int]]:
    """Unbroken runs of sorted numbers, each by its first and last."""
    runs: list[tuple[int, int]] = []
    for link in links:
        if runs and link == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], link)
        else:
            runs.append((link, link))
    return runs
