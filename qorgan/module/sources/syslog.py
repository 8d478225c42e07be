"""Syslog listeners: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from typing import Final

from qorgan.module.sources.base import Chunk
from qorgan.module.sources.gathering import Arrival, Gathering
from qorgan.module.sources.listening import Listener, StreamListener
from qorgan.module.sources.opening import HANDSHAKE, keep_opening, server_context
from qorgan.module.sources.settings import SyslogSource
from qorgan.module.sources.stream_frames import StreamFrames

_READ: Final = 64 * 1024
_DATAGRAMS_AT_ONCE: Final = 256
_LARGEST_DATAGRAM: Final = 65_535
_RECEIVE_BUFFER: Final = 4 * 1024 * 1024

_SO_RXQ_OVFL: Final = 40
"""Linux: lets each datagram tell how many the kernel had to drop so far (socket(7)). Python has no name for it."""
_SO_RCVBUFFORCE: Final = 33
_COUNTER: Final = struct.Struct("=I")


def _what(settings: SyslogSource) -> str:
    return f"syslog/{settings.transport}"


class SyslogStream(StreamListener[SyslogSource]):
    """The source of kind `syslog` over TCP or TLS. A sender is made to wait while nobody pulls."""

    def __init__(self, settings: SyslogSource) -> None:
        super().__init__(settings, _what(settings))
        self._gathering = Gathering(settings.name)

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:  # noqa: ARG002 - every source is asked so
        """Chunks as they arrive; a stream cannot be read again, so `position` says nothing."""
        server = await keep_opening(self._what, self._open, self._say, self._closed)
        if server is None:
            return
        try:
            async with contextlib.aclosing(self._gathering.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            server.close()
            await self._cut()

    async def close(self) -> None:
        """Stops listening; connections are cut at the last whole message.

        What has arrived is still given out, then the iterator ends.
        """
        self._closed.set()
        self._gathering.close()
        for connection in self._connections:
            connection.cancel()

    async def _open(self) -> asyncio.Server:
        settings = self._settings
        return await self._listen(server_context(settings.certificate, settings.key, settings.client_ca))

    async def _speak(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        del task
        await self._receive(reader, _place(self._settings.transport, writer.get_extra_info("peername")))
        writer.close()
        await asyncio.wait_for(writer.wait_closed(), HANDSHAKE)

    async def _receive(self, reader: asyncio.StreamReader, place: str) -> None:
        frames = StreamFrames()
        with contextlib.suppress(TimeoutError):
            while not frames.lost:
                data = await asyncio.wait_for(reader.read(_READ), self._settings.idle_seconds)
                if not data:
                    break
                for frame in frames.feed(data):
                    await self._gathering.put(Arrival(frame.data, place, frame.refused))
        for frame in frames.end():
            await self._gathering.put(Arrival(frame.data, place, frame.refused))


class SyslogDatagrams(Listener[SyslogSource]):
    """The source of kind `syslog` over UDP. What finds no room is lost, and counted."""

    def __init__(self, settings: SyslogSource) -> None:
        super().__init__(settings, _what(settings))
        self._gathering = Gathering(settings.name)
        self._lost_here = 0
        self._lost_in_kernel = 0

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:  # noqa: ARG002 - every source is asked so
        """Chunks as they arrive; a datagram cannot be read again, so `position` says nothing."""
        receiver = await keep_opening(self._what, self._open, self._say, self._closed)
        if receiver is None:
            return
        loop = asyncio.get_running_loop()
        loop.add_reader(receiver, self._receive, receiver)
        try:
            async with contextlib.aclosing(self._gathering.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            loop.remove_reader(receiver)
            receiver.close()

    async def close(self) -> None:
        """Stops listening. What has arrived is still given out, then the iterator ends."""
        self._closed.set()
        self._gathering.close()

    async def _open(self) -> socket.socket:
        settings = self._settings
        receiver = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            receiver.setblocking(False)
            _widen(receiver)
            receiver.bind((settings.host, settings.port))
        except OSError:
            receiver.close()
            raise
        self.port = receiver.getsockname()[1]
        return receiver

    def _receive(self, receiver: socket.socket) -> None:
        for _ in range(_DATAGRAMS_AT_ONCE):
            try:
                data, notes, _, sender = receiver.recvmsg(_LARGEST_DATAGRAM, socket.CMSG_SPACE(_COUNTER.size))
            except OSError:
                # Nothing is left, or an earlier answer of ours could not be delivered: neither concerns what follows.
                break
            for level, kind, value in notes:
                if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                    self._lost_in_kernel = _COUNTER.unpack(value)[0]
            data = data.strip(b"\r\n\0 ")
            if data and not self._gathering.offer(Arrival(data, _place("udp", sender))):
                self._lost_here += 1
        self.dropped = self._lost_here + self._lost_in_kernel


def open_syslog(settings: SyslogSource) -> SyslogStream | SyslogDatagrams:
    """The listener for a transport."""
    return SyslogDatagrams(settings) if settings.transport == "udp" else SyslogStream(settings)


def _widen(receiver: socket.socket) -> None:
    """Asks for room for bursts, and to be told what was dropped for want of it."""
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    for option, value in ((_SO_RCVBUFFORCE, _RECEIVE_BUFFER), (_SO_RXQ_OVFL, 1)):
        # The first needs a privilege, both need Linux; without them bursts are lost earlier, or unseen.
        with contextlib.suppress(OSError):
            receiver.setsockopt(socket.SOL_SOCKET, option, value)


def _place(transport: str, peer: tuple[object, ...] | None) -> str:
    return f"syslog/{transport} from {peer[0]} port {peer[1]}" if peer else f"syslog/{transport}"
