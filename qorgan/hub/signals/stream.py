"""One open live page as a stream of server-sent events, for as long as whoever opened it may watch (R67.4)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from qorgan.hub.members.access import Scope, scope_of
from qorgan.hub.members.models import Person
from qorgan.hub.signals.live import broadcast
from qorgan.hub.signals.live_reads import Watch
from qorgan.kit.clock import now

if TYPE_CHECKING:
    from django.http import HttpRequest

LOOK_AGAIN: Final = 60.0
"""Seconds after which it is asked again whether the page may stay open."""
_LARGEST: Final = 2**62
_NOT_OF_POSTGRES: Final = frozenset({"assume_role", "isolation_level", "pool", "server_side_binding"})
"""Options of Django's own among those of the connection."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who opened the page, in which session, seeing what."""

    person_id: int | None
    session: str
    scope: Scope

    def may_stay(self) -> bool:
        """Whether the session lives and the person still sees exactly what they saw when the page was opened."""
        store: Any = import_module(settings.SESSION_ENGINE).SessionStore
        try:
            with transaction.atomic():
                person = Person.objects.filter(pk=self.person_id or 0).first()
                return bool(person and store(self.session).load() and scope_of(person) == self.scope)
        finally:
            connection.close()


def _close() -> None:
    # Every thread has another connection: which one this is must be asked in the request's own.
    connection.close()


async def release() -> None:
    """Give back the connection with which the request was read: a page may stay open for hours and holds none."""
    await sync_to_async(_close)()


async def events(
    watcher: Watcher, least: int, after: int | None, *, numbers_only: bool = False
) -> AsyncIterator[bytes]:
    """Everything the page is to show, until it is closed or may not stay."""
    await release()
    office = broadcast(conninfo(), now)
    subscriber = await office.subscribe(Watch.of(watcher.scope, least), after, numbers_only=numbers_only)
    looked = time.monotonic()
    try:
        async with aclosing(subscriber.events()) as coming:
            async for event in coming:
                yield event
                if time.monotonic() - looked >= LOOK_AGAIN:
                    looked = time.monotonic()
                    if not await _apart(watcher.may_stay):
                        return
    finally:
        await office.unsubscribe(subscriber)


def position_seen(request: HttpRequest) -> int | None:
    """The last position that a browser says it saw, when it comes back."""
    text = request.headers.get("Last-Event-ID", "")
    if not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:20]), _LARGEST)


async def _apart(ask: Callable[[], bool]) -> bool:
    """Ask in a thread of its own, whose connection nobody else uses."""
    return await sync_to_async(ask, thread_sensitive=False)()


def conninfo() -> str:
    """Where Django is connected, for a connection of our own."""
    entry = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parts: dict[str, Any] = {names[key]: str(entry[key]) for key in names if entry.get(key)}
    options = {key: value for key, value in entry["OPTIONS"].items() if key not in _NOT_OF_POSTGRES}
    return make_conninfo(**(options | parts))
