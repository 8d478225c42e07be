"""Gathers records that arrive one by one into chunks, with a bound on what may wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Final

from msgspec import Struct

from qorgan.module.sources.base import (
    FLUSH_AFTER,
    MAX_CHUNK_BYTES,
    MAX_CHUNK_RECORDS,
    REFUSED_KEPT,
    Chunk,
    Refused,
)

MAX_WAITING: Final = 8 * 1024 * 1024
"""Bytes that may wait to be pulled. Beyond them senders are made to wait, or, where that is impossible, lose."""

_OVERHEAD: Final = 100
"""Bytes that a waiting record costs besides its own."""


class Arrival(Struct, frozen=True, gc=False):
    """A record, or with a reason a piece of input that is none."""

    data: bytes
    place: str
    refused: str = ""


class Gathering:
    """Where arrivals wait until they are pulled."""

    def __init__(self, source: str, most: int = MAX_WAITING) -> None:
        self._source = source
        self._most = most
        self._waiting: deque[Arrival] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False

    def offer(self, arrival: Arrival) -> bool:
        """Takes an arrival if there is room. False: it is lost unless the caller keeps it."""
        cost = len(arrival.data) + _OVERHEAD
        if self._closed or (self._waiting and self._bytes + cost > self._most):
            self._room.clear()
            return False
        self._bytes += cost
        self._waiting.append(arrival)
        self._arrived.set()
        if self._is_full():
            self._full.set()
        return True

    async def put(self, arrival: Arrival) -> None:
        """Takes an arrival, waiting for room. After closing it is dropped: its sender was never answered."""
        while not self.offer(arrival) and not self._closed:
            await self._room.wait()

    def close(self) -> None:
        """Lets `chunks` end after what waits was pulled."""
        self._closed = True
        self._arrived.set()
        self._full.set()
        self._room.set()

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """Chunks in the order of arrival, each at latest a moment after its first record came."""
        while True:
            while not self._waiting:
                if self._closed:
                    return
                self._arrived.clear()
                await self._arrived.wait()
            await self._fill()
            yield self._take()

    async def _fill(self) -> None:
        """Waits until a chunk is full or its first record has waited long enough."""
        if self._closed or self._is_full():
            return
        self._full.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._full.wait(), FLUSH_AFTER)

    def _is_full(self) -> bool:
        return self._bytes >= MAX_CHUNK_BYTES or len(self._waiting) >= MAX_CHUNK_RECORDS

    def _take(self) -> Chunk:
        records: list[bytes] = []
        places: list[str] = []
        refused: list[Refused] = []
        size = 0
        while self._waiting and len(records) < MAX_CHUNK_RECORDS:
            arrival = self._waiting[0]
            if records and size + len(arrival.data) > MAX_CHUNK_BYTES:
                break
            self._waiting.popleft()
            self._bytes -= len(arrival.data) + _OVERHEAD
            size += len(arrival.data)
            if arrival.refused:
                refused.append(Refused(arrival.place, arrival.refused, arrival.data[:REFUSED_KEPT]))
            else:
                records.append(arrival.data)
                places.append(arrival.place)
        self._room.set()
        return Chunk(source=self._source, records=records, refused=tuple(refused), place=_place_in(places))


def _place_in(places: list[str]) -> Callable[[int], str]:
    return lambda index: places[index]
