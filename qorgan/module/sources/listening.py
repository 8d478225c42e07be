"""What all listeners share: where they listen, how they do, and the connections that are open to them."""

from __future__ import annotations

import asyncio
import logging
import ssl
from abc import ABC, abstractmethod
from typing import Final, Generic, TypeVar

import h11

from qorgan.module.sources.opening import HANDSHAKE
from qorgan.module.sources.settings import HttpSource, SyslogSource

_READ: Final = 64 * 1024

_log: Final = logging.getLogger(__name__)
Told = TypeVar("Told", bound=SyslogSource | HttpSource)


class Listener(Generic[Told]):
    """A source that others send to."""

    def __init__(self, settings: Told, what: str) -> None:
        """`what` is the kind of listener, for people: its address is said after it."""
        self.name = settings.name
        self.dropped = 0
        self.trouble = ""
        self.port = 0
        """The port it listens at, once it does."""
        self._settings = settings
        self._what = f"{what} at {settings.host} port {settings.port}"
        self._closed = asyncio.Event()

    def _say(self, trouble: str) -> None:
        self.trouble = trouble


class StreamListener(Listener[Told], ABC):
    """A listener with connections, of which there are never too many."""

    def __init__(self, settings: Told, what: str) -> None:
        super().__init__(settings, what)
        self._connections: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def _speak(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection from its first byte to its last; `task` is it among `_connections`."""

    async def _listen(self, context: ssl.SSLContext | None) -> asyncio.Server:
        """Begin to listen, with TLS if there is a context. Raises OSError."""
        server = await asyncio.start_server(
            self._connected,
            self._settings.host,
            self._settings.port,
            limit=_READ,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE if context else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self._closed.is_set():
            writer.transport.abort()
            return
        if len(self._connections) >= self._settings.max_connections:
            _log.warning("%s: more than %d connections", self._what, self._settings.max_connections)
            writer.transport.abort()
            return
        self._connections.add(task)
        try:
            await self._speak(task, reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError, h11.ProtocolError):
            # Gone, silent for too long, or the listener is closing: what was not answered will be sent again.
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def _cut(self) -> None:
        """End every connection."""
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
