"""A connection whose requests may neither take for ever to arrive nor be of any size: `http` for uvicorn.

uvicorn waits for a request that comes a byte a minute, keeps however long a head in memory and hands on a body of any
length, which Django writes to the disk. Whoever listens to strangers without a proxy in front needs an end to each.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ANSWER: Final = b"HTTP/1.1 %s\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_PARTING: Final = 1.0
"""Seconds."""


class Bounded(HttpToolsProtocol):
    """One connection. A request that is late is hung up on; one that is too large is told so first."""

    patience: ClassVar[float] = 30.0
    """Seconds from the first byte of a request, or from the connection, to its last."""
    head_bytes: ClassVar[int] = 64 * 1024
    body_bytes: ClassVar[int] = 16 * 1024 * 1024

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._late: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head = 0
        self._piece = 0
        """Bytes that came together, as far as they may belong to the head."""
        self._body = 0
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in, unless the head that they belong to is too long."""
        if self._refused:
            return
        self._piece = len(data)
        self._head += self._piece if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._head > self.head_bytes:
            self._refuse(b"431 Request Header Fields Too Large")
        elif self._late is None and self._idle():
            # Bytes that begin nothing have ended uvicorn's own wait for the next request.
            self._wait()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._head, self._body = True, self._piece, 0
        if self._late is None:
            self._wait()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there."""
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of its body is there."""
        self._body += len(body)
        if self._body > self.body_bytes:
            self._refuse(b"413 Content Too Large")
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._wait_no_longer()
        # What else came with its last piece is the next one's, and how much that is nobody has counted.
        self._in_head, self._head, self._piece = True, 0, 0
        super().on_message_complete()

    def _idle(self) -> bool:
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.timeout_keep_alive_task is None and not self.transport.is_closing()

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.patience, self._hang_up)

    def _wait_no_longer(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _hang_up(self) -> None:
        self._late = None
        self.transport.close()

    def _refuse(self, status: bytes) -> None:
        if not self._refused:
            self._refused = True
            self.transport.write(_ANSWER % status)
            # Closed at once, with bytes still coming, the connection would be reset before the answer is read.
            self.loop.call_later(_PARTING, self.transport.close)
