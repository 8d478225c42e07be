"""The spool itself: one writer, many readers, every change a transaction that is on the disk when it returns."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar

from qorgan.module.accounting import Account, Counts, Quarantined
from qorgan.module.spool import changes, chunk, database, days, evidence, keeping, takeover, view, waiting
from qorgan.module.spool.database import SpoolConnection
from qorgan.module.spool.errors import NumbersMoved, SpoolDamaged, SpoolFull
from qorgan.module.spool.files import Change, SpoolFiles
from qorgan.module.spool.state import State, check_sum
from qorgan.wire.batch import SequenceRange
from qorgan.wire.record import RecordRefused

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
_ANY = 2**31


def _mending(method: Callable[Concatenate[Spool, P], R]) -> Callable[Concatenate[Spool, P], R]:
    """Let a method that met a damaged file mend it and try once more."""

    def mended(self: Spool, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except SpoolDamaged as damage:
            self.mend(str(damage))
            return method(self, *args, **kwargs)

    functools.update_wrapper(mended, method)
    return mended


class Spool(SpoolFiles):
    """What waits to be sent and what was sent lately. Its methods may be called from any thread.

    Each of them blocks for as long as the disk takes, and raises SpoolFull when the disk takes nothing.
    """

    on_append: Callable[[], object] | None = None
    """Called, in the writing thread, after signals were added."""

    @property
    def next_sequence(self) -> int:
        """The number that the next signal must have."""
        return self._state.next

    @property
    def acknowledged(self) -> int:
        """The hub has every number up to this one."""
        return self._state.acknowledged

    @property
    def spooled(self) -> int:
        """Signals that wait."""
        return self._state.spooled

    def used_bytes(self) -> int:
        """Bytes of the spool's file that hold something."""
        with self._reading() as connection:
            return database.used_bytes(connection, self._path)

    @property
    def is_unsure(self) -> bool:
        """Whether `acknowledged` was guessed, after damage: the hub must be asked before anything is sent."""
        return bool(self._state.unsure)

    @_mending
    def append(  # noqa: PLR0913 (each is a part of one transaction)
        self,
        first: int,
        lines: Sequence[bytes],
        *,
        source: str,
        position: str,
        counts: Counts,
        quarantined: Sequence[Quarantined] = (),
        memory: str | None = None,
        disruptions: str | None = None,
    ) -> None:
        """Store what one chunk of a source came to, with the source's position after it: all of it or nothing.

        `lines` are signals numbered from `first` on; raises NumbersMoved when that is not the next number. Of a flood
        of unreadable records `quarantined` may hold some only; `counts` has them all. `memory` is what windows must
        not forget, of which these signals were made: it is the position of a source of its own, `WINDOWS`; and
        `disruptions`, what gates told, that of another, `DISRUPTIONS`.
        """
        if not counts.adds_up():
            raise ValueError("read must be became + ignored + quarantined")
        cuts = chunk.cut(first, lines, self._keys, records=counts.became, source=source, position=position)
        with self._writer_lock:
            self._make_room()
            with self._change() as change:
                if lines and first != change.state.next:
                    raise NumbersMoved(change.state.next)
                self._ceiling.reserve(first + len(lines) if lines else 0)
                changes.add_chunks(change.connection, cuts)
                days.note(change.connection, self._today(), days.of_chunk(counts, lines))
                changes.add_counts(change.connection, source, position, counts, len(lines))
                for name, kept in zip(changes.SEALED, (memory, disruptions), strict=True):
                    if kept is not None:
                        changes.put_position(change.connection, name, self._keys.seal_text(kept, name))
                self._quarantine(change.connection, source, quarantined)
                change.move(
                    next=change.state.next + len(lines),
                    spooled=change.state.spooled + len(lines),
                    spooled_records=change.state.spooled_records + counts.became,
                )
        if lines and self.on_append:
            self.on_append()

    @_mending
    def position(self, source: str) -> str:
        """Where a source stood when its last chunk was stored; '' when there was none."""
        with self._reading() as connection:
            row = connection.execute("SELECT source, position, check_sum FROM position WHERE source = ?", (source,))
            found = row.fetchone()
        if found and found[2] != check_sum(*found[:2]):
            raise SpoolDamaged(f"the position of source {source} is not what was stored")
        position = str(found[1]) if found else ""
        return self._keys.unseal_text(position, source) if source in changes.SEALED else position

    @_mending
    def read_batch(self, max_records: int, max_bytes: int) -> waiting.Batch | None:
        """The batch to offer now: the sealed one with its very lines, otherwise the next within the limits.

        A damaged chunk on the way is set aside, its numbers become void, and reading goes on behind it.
        """
        while True:
            try:
                batch = self._gather(self._state, max_records, max_bytes)
            except waiting.BadChunk as bad:
                with self._change() as change:
                    self._lose(change, bad)
            else:
                if batch is None and self._state.spooled:
                    self._write_off()
                return batch

    def seal(self, range_: SequenceRange) -> None:
        """Remember that a batch is about to be offered: until it is acknowledged, `read_batch` gives just it."""
        self._although_full(lambda: self._seal_upto(range_.last))

    def unseal(self) -> None:
        """Let the next batch be cut anew, after the hub refused the sealed one as a whole."""
        self._although_full(lambda: self._seal_upto(0))

    @_mending
    def _seal_upto(self, last: int) -> None:
        with self._change() as change:
            change.move(sealed_last=last)

    def acknowledge(
        self,
        range_: SequenceRange,
        receipt: bytes,
        refused: Sequence[tuple[int, Quarantined]] = (),
    ) -> None:
        """The hub has taken a batch and proven it. `refused` are the numbers it would not store, with its reasons."""
        self._although_full(lambda: self._acknowledge(range_, receipt, refused))
        with suppress(SpoolFull):
            self.trim()

    def _although_full(self, act: Callable[[], object]) -> None:
        """Do what sending needs; on a full disk with the space that was held back, for sending makes room again."""
        try:
            act()
        except SpoolFull:
            if not self._free_reserve():
                raise
            act()

    @_mending
    def _acknowledge(self, range_: SequenceRange, receipt: bytes, refused: Sequence[tuple[int, Quarantined]]) -> None:
        with self._change() as change:
            if range_.last <= change.state.acknowledged:
                return
            moved = changes.sum_between(change.connection, change.state.acknowledged, range_.last)
            numbers = [number for number, _ in refused]
            evidence.add(change.connection, range_, receipt, numbers, age=change.state.age)
            self._quarantine(change.connection, "hub", [row for _, row in refused])
            self._note_sent(change, range_.last, moved, refused=len(refused), receipts=1)
            change.state = changes.taken(change.state, range_.last, moved, refused=len(refused))

    @_mending
    def rewind_to(self, expected: int) -> int:
        """The hub lost the numbers from `expected` on and wants them again: how many signals are still here."""
        with self._change() as change:
            if expected > change.state.acknowledged:
                return 0
            moved = changes.sum_between(change.connection, expected - 1, change.state.acknowledged)
            days.note(change.connection, self._today(), {"given_back": moved.signals})
            change.state = changes.given_back(change.state, expected - 1, moved)
        return moved.signals

    @_mending
    def settle(self, expected: int) -> None:
        """The hub says that it has every number below `expected`, and after damage its word counts."""
        with self._change() as change:
            if expected - 1 < change.state.acknowledged:
                moved = changes.sum_between(change.connection, expected - 1, change.state.acknowledged)
                days.note(change.connection, self._today(), {"given_back": moved.signals})
                change.state = changes.given_back(change.state, expected - 1, moved)
            else:
                moved = changes.sum_between(change.connection, change.state.acknowledged, expected - 1)
                self._note_sent(change, expected - 1, moved)
                change.state = changes.taken(change.state, expected - 1, moved)
            change.move(unsure=0, next=max(change.state.next, expected))
            self._ceiling.reserve(change.state.next)

    @_mending
    def concede(self, upto: int) -> int:
        """The hub has records under the numbers up to `upto`, and not by this batch. How many signals were renumbered.

        Those for which there is a receipt are the hub's already. The others are ours alone, under numbers that a spool
        before this one had used: they get new numbers, behind all others, and keep their ids.
        """
        with self._change() as change:
            receipted = min(upto, evidence.last_receipted(change.connection))
            if receipted > change.state.acknowledged:
                moved = changes.sum_between(change.connection, change.state.acknowledged, receipted)
                self._note_sent(change, receipted, moved)
                change.state = changes.taken(change.state, receipted, moved)
            change.move(next=max(change.state.next, upto + 1), sealed_last=0)
            self._ceiling.reserve(change.state.next)
        renumbered = 0
        while True:
            with self._change() as change:
                found = changes.take_out(change.connection, change.state.acknowledged, upto)
                if found is None:
                    change.move(acknowledged=max(upto, change.state.acknowledged))
                    return renumbered
                renumbered += self._move_to_end(change, found)

    @_mending
    def account(self) -> Account:
        """The account as of now."""
        with self._reading() as connection:
            return view.account(connection)

    @_mending
    def by_day(self, first: str, last: str = "9") -> list[days.Day]:
        """The counters of days, as `days.days` has them."""
        with self._reading() as connection:
            return days.days(connection, first, last)

    @_mending
    def last_receipt(self) -> bytes | None:
        """The newest receipt, whose checkpoint the hub must continue."""
        with self._reading() as connection:
            found = evidence.newest(connection, 1)
        return bytes(found[0].receipt) if found else None

    @_mending
    def batch_of(self, range_: SequenceRange) -> waiting.Batch | None:
        """The signals of a range that waits; None when there is none. Raises SpoolError."""
        with self._reading() as connection:
            try:
                return waiting.gather(connection, range_.first - 1, until=range_.last, max_records=_ANY, max_bytes=_ANY)
            except waiting.BadChunk:
                return None

    @_mending
    def newest_receipts(self, most: int) -> list[evidence.StoredReceipt]:
        """The newest receipts, at most so many, oldest first."""
        with self._reading() as connection:
            return evidence.newest(connection, most)

    @_mending
    def newest_quarantined(self, most: int) -> list[view.QuarantinedRow]:
        """The newest records in quarantine, at most so many, oldest first."""
        with self._reading() as connection:
            return view.quarantine(connection, last=most)

    @_mending
    def trim(self) -> None:
        """Let go of signals that were sent longer ago than they must be kept, a bounded number at a time.

        Receipts stay, packed when they are many, as long as there is room for them.
        """
        with self._writer_lock, database.translated(self._path):
            if evidence.is_to_pack(self._writer()):
                with self._change() as change:
                    dropped = evidence.pack(change.connection, most_bytes=self.limits.receipt_bytes)
                if dropped:
                    log.warning("the oldest %d receipts had to go: limits.receipts_mib is reached", dropped)
            if keeping.has_surplus(self._writer(), self._aged(self._monotonic()), self.limits):
                with self._change() as change:
                    freed = keeping.drop(change.connection, change.state, self.limits)
                    change.move(kept_bytes=change.state.kept_bytes - freed)
            keeping.give_back(self._writer())

    @_mending
    def seal_what_is_open(self) -> bool:
        """Seal some of what a version before seals has left open; says whether there may be more."""
        with self._writer_lock, database.translated(self._path):
            if not takeover.is_due(self._writer()):
                return False
            with self._change() as change:
                grown = takeover.step(change.connection, change.state.acknowledged)
                change.move(kept_bytes=change.state.kept_bytes + grown)
            return True

    def _gather(self, state: State, max_records: int, max_bytes: int) -> waiting.Batch | None:
        with self._reading() as connection:
            if state.sealed_last:
                sealed = waiting.gather(
                    connection, state.acknowledged, until=state.sealed_last, max_records=_ANY, max_bytes=_ANY
                )
                if sealed is not None:
                    return sealed
            return waiting.gather(connection, state.acknowledged, max_records=max_records, max_bytes=max_bytes)

    def _write_off(self) -> None:
        """Count as lost what should wait and is in no chunk any more: a damaged chunk misstated its size."""
        with self._change() as change:
            state = change.state
            if not changes.sum_between(change.connection, state.acknowledged, state.next).signals:
                change.move(
                    spooled=0,
                    spooled_records=0,
                    lost=state.lost + state.spooled,
                    lost_records=state.lost_records + state.spooled_records,
                )

    def _today(self) -> str:
        return days.date_of(self._clock())

    def _note_sent(self, change: Change, upto: int, moved: changes.Sum, *, refused: int = 0, receipts: int = 0) -> None:
        """Count, to today, that the hub has every number up to one."""
        tallies = days.of_sent(
            change.connection,
            change.state.acknowledged,
            upto,
            signals=moved.signals,
            refused=refused,
            receipts=receipts,
        )
        days.note(change.connection, self._today(), tallies)

    def _quarantine(self, connection: SpoolConnection, source: str, rows: Sequence[Quarantined]) -> None:
        changes.add_quarantined(
            connection, source, rows, at=self._clock().isoformat(), kept=self.limits.quarantine_rows
        )

    def _move_to_end(self, change: Change, found: chunk.Chunk) -> int:
        """Store a chunk that was taken out again, under new numbers; of a damaged one, that it is lost."""
        done = max(0, change.state.acknowledged + 1 - found.first)
        try:
            lines = changes.renumbered(found.lines(self._keys)[done:], change.state.next)
        except (chunk.ChunkDamaged, RecordRefused) as damage:
            changes.add_chunks(change.connection, [found])
            self._lose(change, waiting.BadChunk(found.first, str(damage)))
            return 0
        self._ceiling.reserve(change.state.next + len(lines))
        again = chunk.cut(
            change.state.next,
            lines,
            self._keys,
            records=found.records - done,
            source=found.source,
            position=found.position,
        )
        changes.add_chunks(change.connection, again)
        change.move(next=change.state.next + len(lines))
        return len(lines)

    def _lose(self, change: Change, bad: waiting.BadChunk) -> None:
        gone = changes.set_aside(
            change.connection,
            bad.first,
            bad.reason,
            after=change.state.acknowledged,
            at=self._clock().isoformat(),
        )
        change.move(
            spooled=change.state.spooled - gone.signals,
            spooled_records=change.state.spooled_records - gone.records,
            lost=change.state.lost + gone.signals,
            lost_records=change.state.lost_records + gone.records,
        )
        log.error("a chunk of the spool is damaged: %d signals from number %d are lost", gone.signals, bad.first)
