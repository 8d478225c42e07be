"""The number of unseen notices on every open page, told as it changes: one listener a process, one count a change."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction
from psycopg import AsyncConnection

from qorgan.hub.members.access import Scope
from qorgan.hub.notices.queries import unseen
from qorgan.hub.notices.writing import CHANNEL
from qorgan.hub.signals.stream import LOOK_AGAIN, Watcher, conninfo, release

HEARTBEAT: Final = 15.0
RETRY_MS: Final = 5000
_PAUSE: Final = 1.0

_log = logging.getLogger(__name__)


class Open:
    """One open page of a person."""

    def __init__(self, person: int) -> None:
        self.person = person
        self.changed = asyncio.Event()
        self.ended = False
        # The page is told once without anything having happened.
        self.changed.set()


class Bell:
    """All open pages of one event loop. A connection is open while there is one."""

    def __init__(self) -> None:
        self._pages: set[Open] = set()
        self._listener: asyncio.Task[None] | None = None

    def open(self, person: int) -> Open:
        """A page that is to be told from here on."""
        page = Open(person)
        self._pages.add(page)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        return page

    def close(self, page: Open) -> None:
        """Tell a page no more."""
        self._pages.discard(page)
        if not self._pages and self._listener is not None:
            self._listener.cancel()
            self._listener = None

    def end(self) -> None:
        """End every stream: the process is about to stop."""
        for page in self._pages:
            page.ended = True
            page.changed.set()

    async def _listen(self) -> None:
        """Hear of changes; after a lost connection every page counts anew, since some may have been missed."""
        while True:
            try:
                async with await AsyncConnection.connect(conninfo(), autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    self._ring(None)
                    async for told in listening.notifies():
                        self._ring(told.payload)
            except psycopg.Error as lost:
                _log.warning("the bell does not hear PostgreSQL: %s", lost)
            await asyncio.sleep(_PAUSE)

    def _ring(self, person: str | None) -> None:
        for page in self._pages:
            if person is None or str(page.person) == person:
                page.changed.set()


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, Bell] = WeakKeyDictionary()


async def events(watcher: Watcher) -> AsyncIterator[bytes]:
    """The count whenever it may have changed, for as long as the page may stay."""
    await release()
    bell = _bells.setdefault(asyncio.get_running_loop(), Bell())
    page = bell.open(watcher.person_id or 0)
    looked = time.monotonic()
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        while not page.ended:
            if time.monotonic() - looked >= LOOK_AGAIN:
                looked = time.monotonic()
                if not await _apart(watcher.may_stay):
                    return
            try:
                await asyncio.wait_for(page.changed.wait(), HEARTBEAT)
            except TimeoutError:
                yield b": in touch\n\n"
                continue
            page.changed.clear()
            if not page.ended:
                number = await _apart(lambda: _count(watcher.scope))
                yield b"event: unseen\ndata: %d\n\n" % number
    except DatabaseError as lost:
        # PostgreSQL went away: the stream ends as streams do, and the browser comes again by itself.
        _log.warning("a stream of notices ends: %s", lost)
    finally:
        bell.close(page)


def end_streams() -> None:
    """End every stream of the running event loop; browsers come again by themselves."""
    bell = _bells.get(asyncio.get_running_loop())
    if bell is not None:
        bell.end()


def _count(scope: Scope) -> int:
    try:
        with transaction.atomic():
            return unseen(scope)
    finally:
        connection.close()


async def _apart(ask: Callable[[], Any]) -> Any:
    """Ask in a thread of its own, whose connection nobody else uses."""
    return await sync_to_async(ask, thread_sensitive=False)()
