"""From PostgreSQL's notifications to every open live page: one listener a process, one reading a scope (R67.2).

A subscriber has a mailbox with room for one page: what does not fit is counted and no longer kept, so that a slow
reader costs no memory. Whoever was away says the last position they saw, and gets what came since.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from psycopg import AsyncConnection

from qorgan.hub.signals.live_reads import MOST, Hour, Lines, Summary, Watch, first_look, head, since, summary
from qorgan.hub.signals.queries import Rule
from qorgan.hub.signals.shown import Line

CHANNEL: Final = "qorgan_signals"
GATHER: Final = 0.1
"""Seconds within which notifications are read together."""
SUMMARY_EVERY: Final = 2.0
HEARTBEAT: Final = 15.0
RETRY_MS: Final = 2000
_LONGEST_PAUSE: Final = 5.0

log = logging.getLogger(__name__)


class _News(msgspec.Struct):
    lines: list[Line]
    more: int


@dataclass(slots=True, eq=False)
class Subscriber:
    """One open page."""

    watch: Watch
    numbers_only: bool = False
    """Whether the page shows no lines, and is sent none."""
    _lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST))
    _more: int = 0
    _position: int = -1
    _summary: bytes = b""
    _told: bool = False
    _ended: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, news: Lines) -> None:
        """Keep what came, the oldest giving way."""
        if self.numbers_only:
            return
        lost = max(0, len(self._lines) + len(news.lines) - MOST)
        self._more += news.more + lost
        # Newest first on both sides: older ones fall off the end.
        self._lines = deque([*news.lines, *self._lines][:MOST], maxlen=MOST)
        self._position = max(self._position, news.position)
        self._wake.set()

    def put_summary(self, text: bytes) -> None:
        """Keep the last numbers alone."""
        self._summary = text
        self._wake.set()

    def end(self) -> None:
        """Send nothing more."""
        self._ended = True
        self._wake.set()

    async def events(self) -> AsyncGenerator[bytes, None]:
        """What to send, whenever there is something, as server-sent events; a comment when there is not."""
        yield f"retry: {RETRY_MS}\n\n".encode()
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), HEARTBEAT)
            except TimeoutError:
                yield b": in touch\n\n"
                continue
            if self._ended:
                return
            self._wake.clear()
            # A page is told once even of nothing, so that it can say that there is nothing.
            if not self.numbers_only and (self._lines or self._more or not self._told):
                self._told = True
                news = _News(list(self._lines), self._more)
                self._lines.clear()
                self._more = 0
                yield b"id: %d\nevent: lines\ndata: %s\n\n" % (self._position, msgspec.json.encode(news))
            if self._summary:
                text, self._summary = self._summary, b""
                yield b"event: summary\ndata: %s\n\n" % text


@dataclass(slots=True, eq=False)
class _Group:
    """Subscribers that see the same."""

    watch: Watch
    position: int | None = None
    """The last one read; None before the first reading."""
    subscribers: set[Subscriber] = field(default_factory=set)
    rules: dict[int, Rule] = field(default_factory=dict)
    hour: Hour = field(default_factory=Hour)
    summary: bytes = b""


class Broadcast:
    """All live pages of one event loop. Connections are open while somebody watches."""

    def __init__(self, conninfo: str, clock: Callable[[], datetime]) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._groups: dict[Watch, _Group] = {}
        self._news = asyncio.Event()
        self._reader: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    async def subscribe(self, watch: Watch, after: int | None, *, numbers_only: bool = False) -> Subscriber:
        """A new page, with what it has not seen: everything after a position, or the newest there is."""
        subscriber = Subscriber(watch, numbers_only)
        group = self._groups.get(watch)
        if group is None:
            group = self._groups[watch] = _Group(watch)
        group.subscribers.add(subscriber)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._pump())]
        try:
            await self._catch_up(group, subscriber, after)
        except BaseException:
            await self.unsubscribe(subscriber)
            raise
        return subscriber

    async def unsubscribe(self, subscriber: Subscriber) -> None:
        """A page was closed."""
        group = self._groups.get(subscriber.watch)
        if group is not None:
            group.subscribers.discard(subscriber)
            if not group.subscribers:
                del self._groups[subscriber.watch]
        if not self._groups:
            await self._stop()

    def end(self) -> None:
        """End every open page's stream."""
        for group in self._groups.values():
            for subscriber in group.subscribers:
                subscriber.end()

    async def _catch_up(self, group: _Group, subscriber: Subscriber, after: int | None) -> None:
        # Where the group goes on from is never what a page says of itself.
        if group.position is None:
            group.position = await self._with_reader(head)
        if subscriber.numbers_only:
            missed = None
        elif after is None:
            missed = await self._with_reader(lambda connection: first_look(connection, group.watch, self._clock()))
        else:
            missed = await self._with_reader(lambda connection: since(connection, group.watch, after, group.rules))
        if missed is not None:
            subscriber.put(missed)
        if group.summary:
            subscriber.put_summary(group.summary)
        self._news.set()

    async def _pump(self) -> None:
        """Read what is new, for each group once, whenever there is news; the numbers every now and then."""
        loop = asyncio.get_running_loop()
        due = 0.0
        while True:
            try:
                await asyncio.wait_for(self._news.wait(), SUMMARY_EVERY)
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(GATHER)
                self._news.clear()
            try:
                for group in list(self._groups.values()):
                    await self._read_new(group)
                if loop.time() >= due:
                    for group in list(self._groups.values()):
                        await self._read_summary(group)
                    due = loop.time() + SUMMARY_EVERY
            except psycopg.Error as error:
                log.warning("the live page reads nothing for now: %s", error)
                await asyncio.sleep(1)
            except Exception:
                # Nobody awaits this task: without a word here every open page would stand still for ever.
                log.exception("the live page could not be told of what came")
                await asyncio.sleep(1)

    async def _read_new(self, group: _Group) -> None:
        position = group.position
        if position is None:
            return
        news = await self._with_reader(lambda connection: since(connection, group.watch, position, group.rules))
        if news is None:
            return
        group.position = news.position
        for subscriber in group.subscribers:
            subscriber.put(news)

    async def _read_summary(self, group: _Group) -> None:
        found: Summary = await self._with_reader(
            lambda connection: summary(connection, group.watch, group.hour, self._clock())
        )
        group.summary = msgspec.json.encode(found)
        for subscriber in group.subscribers:
            subscriber.put_summary(group.summary)

    async def _with_reader(self, read: Callable[[AsyncConnection], Any]) -> Any:
        """One reading at a time over the one connection, opened again when it was lost."""
        async with self._lock:
            if self._reader is None or self._reader.closed:
                self._reader = await AsyncConnection.connect(self._conninfo, autocommit=True)
            try:
                return await read(self._reader)
            except psycopg.OperationalError:
                await self._reader.close()
                raise

    async def _listen(self) -> None:
        """Hear notifications, and come back when the connection is lost: what was missed is read by position."""
        pause = 0.1
        while True:
            try:
                async with await AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    pause = 0.1
                    self._news.set()
                    async for _notification in connection.notifies():
                        self._news.set()
            except psycopg.Error as error:
                log.warning("the live page does not hear PostgreSQL: %s", error)
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    async def _stop(self) -> None:
        # Whoever comes while these end starts with new ones.
        tasks, self._tasks = self._tasks, []
        reader, self._reader = self._reader, None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if reader is not None:
            await reader.close()


_broadcasts: WeakKeyDictionary[asyncio.AbstractEventLoop, Broadcast] = WeakKeyDictionary()


def broadcast(conninfo: str, clock: Callable[[], datetime]) -> Broadcast:
    """The broadcast of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _broadcasts.get(loop)
    if found is None:
        found = _broadcasts[loop] = Broadcast(conninfo, clock)
    return found


def end_streams() -> None:
    """End every stream of the running event loop, whose process is about to stop; browsers come again by themselves."""
    found = _broadcasts.get(asyncio.get_running_loop())
    if found is not None:
        found.end()
