"""An HTTP endpoint for records: `POST /v1/records`, answered with 200 only after they are durable."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

import h11
from msgspec.structs import replace

from qorgan.module.formats.framing import Cutter
from qorgan.module.mail.handed import MESSAGE, Handed, hand, refusal_of
from qorgan.module.sources.antivirus import asked
from qorgan.module.sources.base import REFUSED_KEPT, Chunk, Refused
from qorgan.module.sources.http_body import inflated, is_message, pieces_of, records_in
from qorgan.module.sources.http_conversation import Conversation
from qorgan.module.sources.http_refusal import Refusal
from qorgan.module.sources.listening import StreamListener
from qorgan.module.sources.opening import keep_opening, server_context
from qorgan.module.sources.settings import HttpSource

PATH: Final = "/v1/records"
MAX_BODY: Final = 8 * 1024 * 1024
"""Bytes of a request's body, also after decompression."""

PATIENCE: Final = 30.0
"""Seconds that a request waits for its records to become durable before it is told to come again."""

LAST_ANSWERS: Final = 1.5
"""Seconds for which closing waits until what was taken in is stored and answered for."""

_WAITING: Final = 4
"""Chunks that may wait to be pulled; further requests wait with their bodies unread by anyone."""


class HttpIntake(StreamListener[HttpSource]):
    """The source of kind `http`."""

    def __init__(self, settings: HttpSource) -> None:
        super().__init__(settings, "http")
        self._token = b""
        self._blocks = settings.format in {"auto", "modsecurity"}
        self._waiting: asyncio.Queue[Chunk | None] = asyncio.Queue(_WAITING)
        self._offering = 0
        """Requests whose records are not all in `_waiting` yet."""
        self._owed: set[asyncio.Task[None]] = set()
        """Connections whose records were taken in, and whose answer has not wholly left."""
        self._server: asyncio.Server | None = None

    async def chunks(self, position: str) -> AsyncIterator[Chunk]:  # noqa: ARG002 - every source is asked so
        """Chunks as they are posted. A sender repeats what was not answered with 200, so there is no position."""
        self._server = await keep_opening(self._what, self._open, self._say, self._closed)
        if self._server is None:
            return
        try:
            while self._offering or not (self._closed.is_set() and self._waiting.empty()):
                chunk = await self._waiting.get()
                if chunk is not None:
                    yield chunk
            # The last chunks are being stored: whoever sent them learns of it.
            if self._owed:
                await asyncio.wait(self._owed, timeout=LAST_ANSWERS)
        finally:
            self._server.close()
            await self._cut()

    async def close(self) -> None:
        """Stops listening. What was taken in is still given out and answered; all else is cut off, and repeated."""
        self._closed.set()
        if self._server is not None:
            self._server.close()
        for connection in self._connections - self._owed:
            connection.cancel()
        self._wake()

    def _wake(self) -> None:
        """Let `chunks` see that nothing more comes; when there is no room, it has something to see anyway."""
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)

    async def _open(self) -> asyncio.Server:
        settings = self._settings
        if settings.token_file:
            self._token = _token_in(Path(settings.token_file))
        return await self._listen(server_context(settings.certificate, settings.key))

    async def _speak(
        self, task: asyncio.Task[None], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        conversation = Conversation(reader, writer, self._settings.idle_seconds)
        try:
            await self._converse(conversation, task)
            await conversation.end()
        finally:
            self._owed.discard(task)

    async def _converse(self, conversation: Conversation, task: asyncio.Task[None]) -> None:
        more = True
        while more:
            try:
                request = await conversation.request()
                if request is None:
                    return
                self._admit(request)
                body = await conversation.body(MAX_BODY)
                self._owed.add(task)
                answer = await self._take(request, body, conversation.peer)
                await conversation.answer(HTTPStatus.OK, answer, is_last=self._closed.is_set())
            except Refusal as refusal:
                await conversation.answer(refusal.status, refusal.problem, refusal.headers)
            more = not self._closed.is_set() and conversation.next()
            if more:
                self._owed.discard(task)

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
        if is_message(_header(request, b"content-type")):
            return await self._take_message(body, peer)
        cut = records_in(body, _header(request, b"content-type"), Cutter(blocks=self._blocks))
        refused = tuple(
            Refused(f"http from {peer} byte {start}", reason, head[:REFUSED_KEPT])
            for start, reason, head in cut.refused
        )
        pieces = [
            self._chunk(first, part, refused if first == 0 else (), peer) for first, part in pieces_of(cut.records)
        ]
        await self._store(pieces)
        return {"taken": len(cut.records), "refused": [reason for _, reason, _ in cut.refused]}

    async def _take_message(self, body: bytes, peer: str) -> dict[str, object]:
        """One reported message, whole (RFC 5322)."""
        if why := refusal_of(body):
            raise Refusal(422, why)
        scan, found = await asked(body, self._settings.clamd)
        record = hand(body, Handed(scan=scan, found=found, at=datetime.now(UTC)))
        await self._store([replace(self._chunk(0, [record], (), peer), format=MESSAGE)])
        return {"taken": 1, "refused": []}

    async def _store(self, pieces: list[Chunk]) -> None:
        """Return once these are durable. Raises `Refusal` when they are not in time."""
        outcomes = [_outcome_of(chunk) for chunk in pieces]
        try:
            async with asyncio.timeout(PATIENCE):
                await self._offer(pieces)
                durable = all(await asyncio.gather(*outcomes))
        except TimeoutError:
            durable = False
        if not durable:
            raise Refusal(503, "the records are not durable yet; send them again", headers=(("Retry-After", "10"),))

    async def _offer(self, pieces: list[Chunk]) -> None:
        self._offering += 1
        try:
            for chunk in pieces:
                await self._waiting.put(chunk)
        finally:
            self._offering -= 1
            if self._closed.is_set():
                self._wake()

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
