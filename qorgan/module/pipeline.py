"""From the sources into the spool: each chunk is judged whole and stored whole, and then only is it done with.

A chunk is read and sifted here while the one before it is judged in the judging room, and the one before that goes to
the disk. Sources take turns by the chunk. While the spool takes nothing, nothing is read: what was read waits here, and
is not lost.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from qorgan.module.disruptions import Disruptions
from qorgan.module.formats.sift import Sifted, sift
from qorgan.module.portion import Refinement
from qorgan.module.refined import Refined, portion_of, refined
from qorgan.module.room.room import Room
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.base import Chunk, Source
from qorgan.module.spool import NumbersMoved, Spool, SpoolError
from qorgan.module.spool.changes import renumbered
from qorgan.wire.record import RecordRefused, decode

log = logging.getLogger(__name__)

SWITCH: Final = 0.0001
"""Seconds after which a thread that wants the interpreter is given it. Storing a chunk asks for it at every step of
its transaction: at Python's own 5 ms it would wait, step by step, for the reading that it should go on beside."""

RETRY_DISK: Final = 1.0
"""Seconds between attempts to store while the disk takes nothing."""

_PRODUCT_EVERY: Final = 60.0
_PRODUCT_KEPT: Final = 128
AT_ONCE: Final = 3
"""Chunks that are taken and not yet durable: one that is judged, one that waits for it, one that is stored."""


class Pipeline:
    """Takes chunks of any number of sources."""

    def __init__(
        self,
        spool: Spool,
        room: Room,
        reading: Reading,
        clock: Callable[[], datetime],
        disruptions: Disruptions | None = None,
    ) -> None:
        """`reading` is kept up to date for the heartbeat and the status page, and so is what gates told.

        Sets the process's `SWITCH`.
        """
        sys.setswitchinterval(SWITCH)
        self._spool = spool
        self._room = room
        self._reading = reading
        self._clock = clock
        self._disruptions = disruptions or Disruptions()
        self._turn = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._taken: list[asyncio.Task[None]] = []
        """What is taken and not durable, the oldest first; and the last of all, also when it is done."""
        self._is_astray = True
        """Whether the judging room must be told the next number, since it does not follow from its last."""
        self._products_at: dict[str, float] = {}
        self._disk = ThreadPoolExecutor(1, "spool")

    async def follow(self, source: Source, format_name: str, zone: str) -> None:
        """Take all that a source gives, from where its last stored chunk ended, until it is closed."""
        # What a source of this name gave before may still be on its way to the disk, and its position with it.
        await self.settled()
        position = await asyncio.to_thread(self._spool.position, source.name)
        async for chunk in source.chunks(position):
            await self.take(chunk, format_name, zone)

    async def take(self, chunk: Chunk, format_name: str, zone: str) -> None:
        """Have a chunk judged and stored, in its turn. Returns as soon as another may be read meanwhile."""
        format_name = chunk.format or format_name
        async with self._turn:
            await self._places.acquire()
            try:
                first = await self._first_number()
                sifted = sift(chunk.records, format_name)
                answer = self._judged(chunk, sifted, format_name, zone, first)
            except BaseException:
                self._places.release()
                raise
            if chunk.records:
                self._reading.last_read_at[chunk.source] = self._clock()
            before = self._taken[-1] if self._taken else None
            self._taken = [task for task in self._taken if not task.done()]
            self._taken.append(asyncio.create_task(self._finish(chunk, sifted, answer, before)))

    async def settled(self) -> None:
        """Return once everything that was taken is stored."""
        if self._taken:
            await asyncio.shield(self._taken[-1])

    async def close(self) -> None:
        """Give up what is not stored by now, and let go of the thread."""
        for task in self._taken:
            task.cancel()
        await asyncio.gather(*self._taken, return_exceptions=True)
        self._disk.shutdown(wait=False, cancel_futures=True)

    async def _first_number(self) -> int:
        """The number to tell the judging room; 0 when it can go on from its last."""
        if not self._is_astray:
            return 0
        await self.settled()
        self._is_astray = False
        return self._spool.next_sequence

    def _judged(
        self, chunk: Chunk, sifted: Sifted, format_name: str, zone: str, first: int
    ) -> asyncio.Future[Refinement]:
        gate = chunk.source in self._disruptions.gates
        return self._room.put(portion_of(chunk, sifted, format_name, zone, gate=gate), first)

    async def _finish(
        self, chunk: Chunk, sifted: Sifted, answer: asyncio.Future[Refinement], before: asyncio.Task[None] | None
    ) -> None:
        """Store a chunk after the one before it, however long it takes; tell whoever waits for it what became of it."""
        is_durable = False
        try:
            found = refined(chunk, sifted, await answer)
            self._note_product(chunk.source, found)
            if before is not None:
                await asyncio.shield(before)
            while not is_durable:
                is_durable = await self._try_to_store(chunk, found)
        finally:
            self._places.release()
            if chunk.done is not None:
                chunk.done(is_durable)

    def _note_product(self, source: str, found: Refined) -> None:
        """Look, now and then, at what product a source's signals are of."""
        if found.lines and time.monotonic() >= self._products_at.get(source, 0.0):
            self._products_at[source] = time.monotonic() + _PRODUCT_EVERY
            with suppress(RecordRefused):
                self._reading.products[source] = decode(found.lines[-1]).sensor.product[:_PRODUCT_KEPT]

    async def _try_to_store(self, chunk: Chunk, found: Refined) -> bool:
        told = self._disruptions.with_(found.disruptions)
        append = partial(
            self._spool.append,
            found.first,
            found.lines,
            source=chunk.source,
            position=chunk.position,
            counts=found.counts,
            quarantined=found.quarantined,
            memory=found.memory,
            disruptions=told.text() if told else None,
        )
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, append)
        except NumbersMoved as moved:
            # The numbers made a leap, after damage or because the hub had them: ours follow.
            self._is_astray = True
            found.lines, found.first = renumbered(found.lines, moved.next), moved.next
        except SpoolError as full:
            self._stop_reading(full)
            await asyncio.sleep(RETRY_DISK)
        else:
            if self._reading.stopped:
                log.warning("reading resumes")
                self._reading.stopped = ""
            if told:
                self._disruptions.take(told)
            return True
        return False

    def _stop_reading(self, full: SpoolError) -> None:
        """Say once that nothing is read: whoever waits for the lock of turns waits on."""
        if not self._reading.stopped:
            log.error("reading stops: %s; %s", full, full.remedy)
        self._reading.stopped = str(full)
