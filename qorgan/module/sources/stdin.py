"""Standard input: a pipe, a terminal or a file, until it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Final

from qorgan.module.formats.framing import Cut, Cutter
from qorgan.module.sources.base import MAX_CHUNK_RECORDS, REFUSED_KEPT, Chunk, Refused
from qorgan.module.sources.settings import StdinSource

_READ: Final = 256 * 1024
_PAUSE: Final = 0.05


class StandardInput:
    """The source of kind `stdin`. The iterator ends with the input."""

    def __init__(self, settings: StdinSource, descriptor: int = 0) -> None:
        self.name = settings.name
        self.dropped = 0
        self.trouble = ""
        self._descriptor = descriptor
        self._cutter = Cutter(blocks=settings.format in {"auto", "modsecurity"})
        self._closed = asyncio.Event()

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:  # noqa: ARG002 - every source is asked so
        """Chunks as they arrive; what was read cannot be read again, so `position` says nothing."""
        buffer, passed = b"", 0
        while not self._closed.is_set():
            data = await self._read()
            if self._closed.is_set():
                return
            buffer += data
            cut = self._cutter.cut(buffer, final=not data)
            for chunk in self._chunks_of(cut, passed):
                yield chunk
            buffer, passed = buffer[cut.taken :], passed + cut.taken
            if not data:
                return

    async def close(self) -> None:
        """Ends the iterator, also while it waits for input."""
        self._closed.set()

    async def _read(self) -> bytes:
        """What is there, waited for without holding up anything else; empty at the end."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except PermissionError:
            # A regular file is always ready, so the loop does not take it.
            return os.read(self._descriptor, _READ)
        try:
            while not ready.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ready.wait(), _PAUSE)
                if self._closed.is_set():
                    return b""
        finally:
            loop.remove_reader(self._descriptor)
        return os.read(self._descriptor, _READ)

    def _chunks_of(self, cut: Cut, passed: int) -> list[Chunk]:
        refused = tuple(
            Refused(f"stdin:offset {passed + start}", reason, head[:REFUSED_KEPT])
            for start, reason, head in cut.refused
        )
        chunks = [
            self._chunk(cut, passed, first, refused if first == 0 else ())
            for first in range(0, len(cut.records), MAX_CHUNK_RECORDS)
        ]
        if refused and not chunks:
            chunks.append(self._chunk(cut, passed, 0, refused))
        return chunks

    def _chunk(self, cut: Cut, passed: int, first: int, refused: tuple[Refused, ...]) -> Chunk:
        return Chunk(
            source=self.name,
            records=cut.records[first : first + MAX_CHUNK_RECORDS],
            refused=refused,
            place=lambda index: f"stdin:offset {passed + cut.start_of(first + index)}",
        )
