"""The ASGI application of the signal path, and its table of paths."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from qorgan.hub.config import Config, load
from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.database.sealing_key import sealing_key, sealing_note
from qorgan.hub.intake import published
from qorgan.hub.intake.answers import Answer, Refused, answer_json, answer_problem
from qorgan.hub.intake.enrolment import enrol, heartbeat, read_json, rotate
from qorgan.hub.intake.packs import Offer
from qorgan.hub.intake.records import Reading
from qorgan.hub.intake.request import Buffers, Gone, Message, Receive, Request, Send, body_of
from qorgan.hub.intake.restored import Memory
from qorgan.hub.intake.rows import Origin, Rows
from qorgan.hub.intake.sender import Sender, module_named, prove_sender
from qorgan.hub.intake.statements import SQL
from qorgan.hub.intake.taking import Incoming, Store
from qorgan.wire import batch as wire_batch
from qorgan.wire.enrolment import (
    ENROLMENTS_PATH,
    HEARTBEATS_PATH,
    JSON,
    KEYS_PATH,
    EnrolmentRequest,
    KeyRotation,
)
from qorgan.wire.package import KEY_PATH as SEALING_KEY_PATH
from qorgan.wire.packs import PACKS_PATH, PacksWanted
from qorgan.wire.parcel import CONTENT_TYPE as CARRIED_TYPE
from qorgan.wire.parcel import MAX_FILE, ParcelRefused, open_sealed
from qorgan.wire.parcel import PATH as CARRIED_PATH
from qorgan.wire.signature import SEQUENCE

HEALTH_PATH: Final = "/health"
MAX_JSON: Final = 256 * 1024
"""Bytes of a body that is not a batch."""
MAX_BUFFERED: Final = 256 * 1024 * 1024
"""Bytes of all bodies at one time in one process, whoever sends them."""
POOL_PATIENCE: Final = 10.0
"""Seconds a request waits for a connection to PostgreSQL before the module is asked to come again."""

AT_ONCE: Final = 500
"""Records read before other requests get their turn."""

Handler: TypeAlias = Callable[[Request, Receive], Awaitable[Answer]]

_log = logging.getLogger(__name__)


class Application:
    """One process of intake. Holds connections, the ledger's key, and nothing that a restart would lose."""

    def __init__(self, config: Config, clock: Callable[[], datetime] | None = None) -> None:
        self._config = config
        self._now = clock or (lambda: datetime.now(UTC))
        self._key = read_log_key(config)
        self._store = Store(self._key)
        self._memory = Memory(self._key)
        self._server: datetime | None = None
        self._offer = Offer(config)
        self._buffers = Buffers(MAX_BUFFERED)
        self._working = asyncio.Semaphore(2 * config.intake.connections)
        self._pool = AsyncConnectionPool(
            role_url(config, Role.INTAKE),
            min_size=1,
            max_size=config.intake.connections,
            timeout=POOL_PATIENCE,
            open=False,
            kwargs={"autocommit": True, "options": "-c lock_timeout=30s -c statement_timeout=60s"},
        )
        self._handlers: dict[tuple[str, str], Handler] = {
            ("POST", wire_batch.PATH): self._batch,
            ("POST", CARRIED_PATH): self._carried,
            ("POST", ENROLMENTS_PATH): self._enrolment,
            ("POST", KEYS_PATH): self._rotation,
            ("POST", HEARTBEATS_PATH): self._heartbeat,
            ("POST", PACKS_PATH): self._packs,
            ("GET", HEALTH_PATH): self._health,
            ("GET", SEALING_KEY_PATH): self._sealing_key,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI's entry."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        # PostgreSQL may come later than we do: until then every answer is 503.
        await self._pool.open(wait=False)
        # What was made until here stays: the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        trace = secrets.token_hex(8)
        started = time.perf_counter()
        try:
            answer = await self._answer(Request.read(scope, trace), receive)
        except Refused as refused:
            answer = answer_problem(refused, trace)
            _log.info("%s %s %s: %s", trace, scope["method"], scope["path"], refused.code)
        except Gone:
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers()})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
        _log.debug("%s %s %s %.1f ms", trace, scope["path"], answer.status, (time.perf_counter() - started) * 1e3)

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        """Everything that is not an answer of ours becomes «come again»: nothing was half done, all was rolled back."""
        method = "GET" if request.method == "HEAD" else request.method
        handler = self._handlers.get((method, request.path))
        if handler is None and method == "GET" and request.path.startswith(published.PREFIX):
            handler = self._published
        if handler is None:
            raise Refused("not-found")
        try:
            return await handler(request, receive)
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable, PoolTimeout) as error:
            self._forget()
            _log.error("%s: PostgreSQL: %s", request.trace, type(error).__name__)
            raise Refused("unavailable", "send it again later") from None
        except psycopg.Error as error:
            _log.error("%s: PostgreSQL refused: %s", request.trace, error.sqlstate)
            raise Refused("unavailable", "send it again later") from None
        except (Refused, Gone):
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the module must not be answered by halves)
            _log.error("%s: a fault of ours: %s", request.trace, _place(error))
            raise Refused("unavailable", "send it again later") from None

    async def _batch(self, request: Request, receive: Receive) -> Answer:
        """(1) What it says it is. (2) Who sent it. (3) Its lines. (4) Stored, receipted, answered."""
        # (1) Cheap refusals first, before a byte of the body is held.
        module_named(request)
        _require_type(request, wire_batch.CONTENT_TYPE, wire_batch.CONTENT_ENCODING)
        try:
            said = wire_batch.parse_range(request.headers.get(SEQUENCE.lower(), ""))
            async with body_of(request, receive, wire_batch.MAX_BODY, self._buffers) as body:
                return await self._take(request, said, body)
        except wire_batch.BatchRefused as refused:
            raise Refused(refused.code, refused.reason) from None

    async def _take(self, request: Request, said: wire_batch.SequenceRange, body: bytes) -> Answer:
        """Steps (2) to (4) of a batch."""
        now = self._now()
        # (2) Nothing is decompressed for a stranger.
        sender = await self._prove(request, body, now)
        async with self._working:
            # (3) One bad line costs only itself. PostgreSQL is left to others meanwhile.
            reading = Reading(said, Rows(Origin(now, sender.organisation, sender.module)))
            await _read(reading, wire_batch.unpack(body))
            # (4) The answer is given after the commit and at no other time.
            async with self._pool.connection() as connection:
                return Answer(await self._store.take(connection, Incoming(sender, reading, request.trace)))

    async def _carried(self, request: Request, receive: Receive) -> Answer:
        """A batch that a machine in between carries, which can read nothing of it: opened, and taken as any other."""
        _require_type(request, CARRIED_TYPE, None)
        async with body_of(request, receive, MAX_FILE, self._buffers) as body:
            try:
                async with self._working:
                    parcel = await asyncio.to_thread(open_sealed, body, sealing_key(self._config), self._config.origin)
                headers = {name.lower(): value for name, value in parcel.headers.items()}
                inner = Request("POST", wire_batch.PATH, headers, request.trace)
                module_named(inner)
                _require_type(inner, wire_batch.CONTENT_TYPE, wire_batch.CONTENT_ENCODING)
                return await self._take(inner, parcel.range, parcel.body)
            except ParcelRefused as refused:
                raise Refused("not-recognised", str(refused)) from None
            except wire_batch.BatchRefused as refused:
                raise Refused(refused.code, refused.reason) from None

    async def _enrolment(self, request: Request, receive: Receive) -> Answer:
        async with body_of(request, receive, MAX_JSON, self._buffers) as body:
            asked = read_json(body, EnrolmentRequest)
            async with self._pool.connection() as connection:
                return answer_json(await enrol(connection, asked, self._key, self._now()))

    async def _rotation(self, request: Request, receive: Receive) -> Answer:
        _require_type(request, JSON, None)
        async with body_of(request, receive, MAX_JSON, self._buffers) as body:
            now = self._now()
            sender = await self._prove(request, body, now)
            async with self._pool.connection() as connection:
                return answer_json(await rotate(connection, sender, read_json(body, KeyRotation), now))

    async def _heartbeat(self, request: Request, receive: Receive) -> Answer:
        _require_type(request, JSON, None)
        async with body_of(request, receive, MAX_JSON, self._buffers) as body:
            now = self._now()
            sender = await self._prove(request, body, now)
            async with self._pool.connection() as connection:
                return answer_json(await heartbeat(connection, sender, body, now))

    async def _packs(self, request: Request, receive: Receive) -> Answer:
        _require_type(request, JSON, None)
        async with body_of(request, receive, MAX_JSON, self._buffers) as body:
            await self._prove(request, body, self._now())
            have = read_json(body, PacksWanted).have
        return answer_json(await asyncio.to_thread(self._offer.newer_than, have))

    async def _published(self, request: Request, _receive: Receive) -> Answer:
        async with self._pool.connection() as connection:
            return await published.publish(connection, request.path, self._key)

    async def _sealing_key(self, _request: Request, _receive: Receive) -> Answer:
        """What packages are sealed to while this hub cannot be reached, signed by the ledger's key."""
        note = sealing_note(self._config, self._key)
        return Answer(note.encode(), content_type="text/plain; charset=utf-8", cache="no-cache")

    async def _health(self, request: Request, _receive: Receive) -> Answer:
        """Whether signals can be stored now, and how far the ledger has come."""
        try:
            async with self._pool.connection(timeout=2) as connection:
                row = await (await connection.execute(SQL["epoch_state"], {"epoch": None})).fetchone()
        except (psycopg.Error, PoolTimeout):
            row = None
        epoch, _start, size = row or (None, None, None)
        state = "ok" if row else "unavailable"
        ledger = {"origin": self._key.origin, "epoch": epoch, "size": size}
        return answer_json(
            {"status": state, "database": state, "ledger": ledger, "trace": request.trace}, 200 if row else 503
        )

    async def _prove(self, request: Request, body: bytes, now: datetime) -> Sender:
        """Who sent it; and what they remember of the ledger is compared with the ledger."""
        async with self._pool.connection() as connection:
            sender = await prove_sender(request, body, connection=connection, audience=self._config.origin, now=now)
            if sender.server != self._server:
                # Another start of PostgreSQL may stand on data put back from a backup.
                self._forget()
                self._server = sender.server
            await self._memory.compare(connection, request, now)
        return sender

    def _forget(self) -> None:
        self._store.forget()
        self._memory.forget()


def application() -> Application:
    """What uvicorn makes in each process, from the configuration in the environment."""
    return Application(load())


def _place(error: Exception) -> str:
    """The kind of a fault and where it happened. Its text is left out: it may repeat what was sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} at {where}"


def _require_type(request: Request, content_type: str, encoding: str | None) -> None:
    if request.headers.get("content-type") != content_type or request.headers.get("content-encoding") != encoding:
        raise Refused("unsupported-type", f"send {content_type}" + (f" in {encoding}" if encoding else ""))


async def _read(reading: Reading, ndjson: bytes) -> None:
    """Read the lines of a batch, of which there are none when all its numbers are void."""
    lines = [] if ndjson == b"\n" else wire_batch.split(ndjson)
    for start in range(0, len(lines), AT_ONCE):
        reading.read(lines[start : start + AT_ONCE])
        # Another request may be waiting for its turn.
        await asyncio.sleep(0)
