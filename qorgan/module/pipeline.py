"""From the sources into the spool: each chunk is judged whole and stored whole, and then only is it done with.

One thread judges and another stores, so that a chunk is judged while the one before it goes to the disk. Sources take
turns by the chunk. While the spool takes nothing, nothing is read: what was read waits here, and is not lost.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

from qorgan.module.formats.reading import Reader
from qorgan.module.refine import Judge, Refined, refine
from qorgan.module.sender.heartbeat import Reading
from qorgan.module.sources.base import Chunk, Source
from qorgan.module.spool import NumbersMoved, Spool, SpoolError
from qorgan.module.spool.changes import renumbered

log = logging.getLogger(__name__)

SWITCH: Final = 0.0001
"""Seconds after which a thread that wants the interpreter is given it. Storing a chunk asks for it at every step of
its transaction: at Python's own 5 ms it would wait, step by step, for the judging that it should go on beside."""

RETRY_DISK: Final = 1.0
"""Seconds between attempts to store while the disk takes nothing."""


class Pipeline:
    """Takes chunks of any number of sources."""

    def __init__(self, spool: Spool, judge: Judge, reading: Reading, clock: Callable[[], datetime]) -> None:
        """`reading` is kept up to date for the heartbeat and the status page. Sets the process's `SWITCH`."""
        sys.setswitchinterval(SWITCH)
        self.judge = judge
        """May be exchanged at any time; a chunk is judged by one from beginning to end."""
        self._spool = spool
        self._reading = reading
        self._clock = clock
        self._next = spool.next_sequence
        self._turn = asyncio.Lock()
        self._storing: asyncio.Task[None] | None = None
        self._judging = ThreadPoolExecutor(1, "judge")
        self._disk = ThreadPoolExecutor(1, "spool")

    async def follow(self, source: Source, reader: Reader) -> None:
        """Take all that a source gives, from where its last stored chunk ended, until it is closed."""
        position = await asyncio.to_thread(self._spool.position, source.name)
        async for chunk in source.chunks(position):
            await self.take(chunk, reader)

    async def take(self, chunk: Chunk, reader: Reader) -> None:
        """Judge a chunk and begin to store it. Returns while it is being stored: that is what goes on in parallel."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            judge = partial(refine, chunk, reader, self.judge, self._next)
            refined = await loop.run_in_executor(self._judging, judge)
            if chunk.records:
                self._reading.last_read_at[chunk.source] = self._clock()
            await self.settled()
            self._next += len(refined.lines)
            self._storing = asyncio.create_task(self._store(chunk, refined))

    async def settled(self) -> None:
        """Return once everything that was taken is stored."""
        if self._storing is not None:
            await asyncio.shield(self._storing)

    async def close(self) -> None:
        """Give up what is not stored by now, and let go of the threads."""
        if self._storing is not None:
            self._storing.cancel()
            await asyncio.gather(self._storing, return_exceptions=True)
        self._judging.shutdown(wait=False, cancel_futures=True)
        self._disk.shutdown(wait=False, cancel_futures=True)

    async def _store(self, chunk: Chunk, refined: Refined) -> None:
        """Store a chunk, however long it takes; whoever waits for it is told when it is durable, or given up."""
        is_durable = False
        try:
            while not is_durable:
                is_durable = await self._try_to_store(chunk, refined)
        finally:
            if chunk.done is not None:
                chunk.done(is_durable)

    async def _try_to_store(self, chunk: Chunk, refined: Refined) -> bool:
        append = partial(
            self._spool.append,
            refined.first,
            refined.lines,
            source=chunk.source,
            position=chunk.position,
            counts=refined.counts,
            quarantined=refined.quarantined,
        )
        try:
            await asyncio.get_running_loop().run_in_executor(self._disk, append)
        except NumbersMoved as moved:
            # The numbers made a leap, after damage or because the hub had them: ours follow.
            self._next += moved.next - refined.first
            refined.lines, refined.first = renumbered(refined.lines, moved.next), moved.next
        except SpoolError as full:
            self._stop_reading(full)
            await asyncio.sleep(RETRY_DISK)
        else:
            if self._reading.stopped:
                log.warning("reading resumes")
                self._reading.stopped = ""
            return True
        return False

    def _stop_reading(self, full: SpoolError) -> None:
        """Say once that nothing is read: whoever waits for the lock of turns waits on."""
        if not self._reading.stopped:
            log.error("reading stops: %s; %s", full, full.remedy)
        self._reading.stopped = str(full)
