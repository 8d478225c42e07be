"""One HTTP/1.1 connection as a server sees it: requests and answers, one after another."""

from __future__ import annotations

import asyncio
import contextlib
from http import HTTPStatus
from typing import Final

import h11
import msgspec

from qorgan.module.sources.http_refusal import Refusal

_MAX_HEAD: Final = 16 * 1024
_READ: Final = 64 * 1024
_LAST_READS: Final = 16
_LINGER: Final = 1.0
"""Seconds for which what a refused sender still sends is read, so that the refusal reaches it."""


class Conversation:
    """One connection: requests and answers, one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle: float) -> None:
        self._reader = reader
        self._writer = writer
        self._idle = idle
        self._machine = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD)
        peer = writer.get_extra_info("peername")
        self.peer = f"{peer[0]} port {peer[1]}" if peer else "somewhere"

    async def request(self) -> h11.Request | None:
        """The next request's head; None when the sender has no more."""
        event = await self._event()
        return event if isinstance(event, h11.Request) else None

    async def body(self, most: int) -> bytes:
        """The request's body. Raises `Refusal` when it is larger than `most`."""
        if self._machine.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        parts: list[bytes] = []
        size = 0
        while isinstance(event := await self._event(), h11.Data):
            size += len(event.data)
            if size > most:
                raise Refusal(413, f"a body has at most {most} bytes")
            parts.append(bytes(event.data))
        return b"".join(parts)

    async def answer(
        self,
        status: int,
        body: dict[str, object],
        headers: tuple[tuple[str, str], ...] = (),
        *,
        is_last: bool = False,
    ) -> None:
        """Sends an answer of JSON; the last one says that the connection ends."""
        text = msgspec.json.encode(body)
        kind = "application/json" if status == HTTPStatus.OK else "application/problem+json"
        head = [("Content-Type", kind), ("Content-Length", str(len(text))), ("Cache-Control", "no-store"), *headers]
        if is_last or self._machine.their_state is not h11.DONE:
            head.append(("Connection", "close"))
        await self._send(h11.Response(status_code=status, headers=head), h11.Data(data=text), h11.EndOfMessage())

    def next(self) -> bool:
        """Makes ready for the next request; False when this was the last, as after a body that was not read."""
        if self._machine.our_state is not h11.DONE or self._machine.their_state is not h11.DONE:
            return False
        self._machine.start_next_cycle()
        return True

    async def end(self) -> None:
        """Closes the connection."""
        with contextlib.suppress(OSError, TimeoutError):
            if self._writer.can_write_eof():
                self._writer.write_eof()
            async with asyncio.timeout(_LINGER):
                for _ in range(_LAST_READS):
                    if not await self._reader.read(_READ):
                        break
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        try:
            while (event := self._machine.next_event()) is h11.NEED_DATA:
                data = await asyncio.wait_for(self._reader.read(_READ), self._idle)
                self._machine.receive_data(data)
        except h11.RemoteProtocolError as wrong:
            raise Refusal(wrong.error_status_hint, "this is no request of HTTP/1.1") from wrong
        return event

    async def _send(self, *events: h11.Event) -> None:
        self._writer.write(b"".join(self._machine.send(event) or b"" for event in events))
        await asyncio.wait_for(self._writer.drain(), self._idle)
