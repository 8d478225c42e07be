"""An HTTP endpoint for records: `POST /v1/records`, answered with 200 only after they are durable."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

import h11

from qorgan.module.formats.framing import Cutter
from qorgan.module.sources.base import REFUSED_KEPT, Chunk, Refused
from qorgan.module.sources.http_body import inflated, pieces_of, records_in
from qorgan.module.sources.http_conversation import Conversation
from qorgan.module.sources.http_refusal import Refusal
from qorgan.module.sources.opening import HANDSHAKE, keep_opening, server_context
from qorgan.module.sources.settings import HttpSource

PATH: Final = "/v1/records"
MAX_BODY: Final = 8 * 1024 * 1024
"""Bytes of a request's body, also after decompression."""

PATIENCE: Final = 30.0
"""Seconds that a request waits for its records to become durable before it is told to come again."""

_WAITING: Final = 4
"""Chunks that may wait to be pulled; further requests wait with their bodies unread by anyone."""

_log: Final = logging.getLogger(__name__)


class HttpIntake:
    """The source of kind `http`."""

    def __init__(self, settings: HttpSource) -> None:
        self.name = settings.name
        self.dropped = 0
        self.trouble = ""
        self.port = 0
        """The port it listens at, once it does."""
        self._settings = settings
        self._token = b""
        self._blocks = settings.format in {"auto", "modsecurity"}
        self._waiting: asyncio.Queue[Chunk | None] = asyncio.Queue(_WAITING)
        self._connections: set[asyncio.Task[None]] = set()
        self._closed = asyncio.Event()

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:  # noqa: ARG002 - every source is asked so
        """Chunks as they are posted. A sender repeats what was not answered with 200, so there is no position."""
        where = f"http at {self._settings.host} port {self._settings.port}"
        server = await keep_opening(where, self._open, self._say, self._closed)
        if server is None:
            return
        try:
            while not self._closed.is_set():
                chunk = await self._waiting.get()
                if chunk is None:
                    return
                yield chunk
        finally:
            server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def close(self) -> None:
        """Stops listening. Requests that were not answered are cut off; their senders repeat them."""
        self._closed.set()
        for connection in self._connections:
            connection.cancel()
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)

    def _say(self, trouble: str) -> None:
        self.trouble = trouble

    async def _open(self) -> asyncio.Server:
        settings = self._settings
        if settings.token_file:
            self._token = _token_in(Path(settings.token_file))
        context = server_context(settings.certificate, settings.key)
        server = await asyncio.start_server(
            self._connected,
            settings.host,
            settings.port,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE if context else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= self._settings.max_connections:
            _log.warning("%s: more than %d connections", self.name, self._settings.max_connections)
            writer.transport.abort()
            return
        self._connections.add(task)
        conversation = Conversation(reader, writer, self._settings.idle_seconds)
        try:
            await self._converse(conversation)
            await conversation.end()
        except (OSError, TimeoutError, asyncio.CancelledError, h11.ProtocolError):
            # Gone, silent for too long, or the listener is closing: what was not answered will be sent again.
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def _converse(self, conversation: Conversation) -> None:
        more = True
        while more:
            try:
                request = await conversation.request()
                if request is None:
                    return
                self._admit(request)
                answer = await self._take(request, await conversation.body(MAX_BODY), conversation.peer)
            except Refusal as refusal:
                await conversation.answer(refusal.status, refusal.problem, refusal.headers)
            else:
                await conversation.answer(HTTPStatus.OK, answer)
            more = conversation.next()

    def _admit(self, request: h11.Request) -> None:
        if request.target.partition(b"?")[0] != PATH.encode():
            raise Refusal(404, f"records are posted to {PATH}")
        if request.method != b"POST":
            raise Refusal(405, "records are posted", headers=(("Allow", "POST"),))
        if self._token:
            shown = _header(request, b"authorization")
            if not hmac.compare_digest(shown, b"Bearer " + self._token):
                raise Refusal(401, "the bearer token is missing or wrong", headers=(("WWW-Authenticate", "Bearer"),))

    async def _take(self, request: h11.Request, body: bytes, peer: str) -> dict[str, object]:
        body = inflated(body, _header(request, b"content-encoding"), MAX_BODY)
        cut = records_in(body, _header(request, b"content-type"), Cutter(blocks=self._blocks))
        refused = tuple(
            Refused(f"http from {peer} byte {start}", reason, head[:REFUSED_KEPT])
            for start, reason, head in cut.refused
        )
        outcomes: list[asyncio.Future[bool]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                for first, records in pieces_of(cut.records):
                    chunk = self._chunk(first, records, refused if first == 0 else (), peer)
                    outcomes.append(_outcome_of(chunk))
                    await self._waiting.put(chunk)
                durable = all(await asyncio.gather(*outcomes))
        except TimeoutError:
            durable = False
        if not durable:
            raise Refusal(503, "the records are not durable yet; send them again", headers=(("Retry-After", "10"),))
        return {"taken": len(cut.records), "refused": [reason for _, reason, _ in cut.refused]}

    def _chunk(self, first: int, records: list[bytes], refused: tuple[Refused, ...], peer: str) -> Chunk:
        return Chunk(
            source=self.name,
            records=records,
            refused=refused,
            place=lambda index: f"http from {peer} record {first + index}",
        )


def _token_in(path: Path) -> bytes:
    token = path.read_bytes().split(b"\n")[0].strip()
    if not token:
        raise OSError(f"{path} holds no token")
    return token


def _outcome_of(chunk: Chunk) -> asyncio.Future[bool]:
    """What will be known of a chunk once the pipeline is done with it."""
    outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def settle(durable: bool) -> None:
        if not outcome.done():
            outcome.set_result(durable)

    chunk.done = settle
    return outcome


def _header(request: h11.Request, name: bytes) -> bytes:
    return next((value for key, value in request.headers if key == name), b"")
