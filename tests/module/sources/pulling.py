"""Pulls a source as the pipeline does, in a real event loop with real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from qorgan.module.sources.base import Chunk, Source

PATIENCE = 20.0


class Pulled:
    """A source that is being pulled, and what it gave."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.chunks: list[Chunk] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.task = asyncio.create_task(self._pull())

    async def _pull(self) -> None:
        async for chunk in self.source.chunks(""):
            self.chunks.append(chunk)
            if chunk.done:
                chunk.done(True)
            await self.gate.wait()

    @property
    def records(self) -> list[bytes]:
        return [record for chunk in self.chunks for record in chunk.records]

    @property
    def refused(self) -> list[str]:
        return [each.reason for chunk in self.chunks for each in chunk.refused]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                if self.task.done():
                    self.task.result()
                await asyncio.sleep(0.005)

    async def end(self) -> None:
        self.gate.set()
        await self.source.close()
        await asyncio.wait_for(self.task, PATIENCE)


def pulling(source: Source, play: Callable[[Pulled], Awaitable[None]]) -> Pulled:
    """Pulls a source while `play` is played, and ends it."""

    async def run() -> Pulled:
        pulled = Pulled(source)
        try:
            if hasattr(source, "port"):
                await pulled.until(lambda: bool(source.port))
            await play(pulled)
        finally:
            await pulled.end()
        return pulled

    return asyncio.run(run())
