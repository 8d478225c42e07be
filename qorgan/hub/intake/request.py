"""A request as ASGI gives it: its headers once each, and its body up to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from qorgan.hub.intake.answers import Refused

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

BODY_PATIENCE: Final = 120.0
"""Seconds a body may take to come: a slow channel is the law's own case (R67.9), a stalled one is not."""


class Gone(Exception):
    """The client went away before it had sent everything. Nobody is there to be answered."""


@dataclass(frozen=True, slots=True)
class Request:
    """Method, path and headers; names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    trace: str
    """Names the request in the hub's log and in its answer."""

    @classmethod
    def read(cls, scope: Message, trace: str) -> Request:
        """From ASGI's scope. Raises Refused for a header given twice or not in ASCII: which of two counts?"""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            if key in headers or not value.isascii():
                raise Refused("bad-request", f"header {key} is given twice, or is not ASCII")
            headers[key] = value.decode("ascii")
        return cls(scope["method"], scope["raw_path"].decode("latin-1").partition("?")[0], headers, trace)


class Buffers:
    """The memory that bodies may take together, before anybody has proven who they are."""

    def __init__(self, most: int) -> None:
        self._free = most

    def take(self, size: int) -> None:
        """Raises Refused `unavailable` when there is not so much left."""
        if size > self._free:
            raise Refused("unavailable", "too much is being sent at once; send it again later")
        self._free -= size

    def give_back(self, size: int) -> None:
        """The bytes are let go of."""
        self._free += size


@asynccontextmanager
async def body_of(request: Request, receive: Receive, limit: int, buffers: Buffers) -> AsyncIterator[bytes]:
    """The whole body, for as long as it is needed.

    Raises Refused `too-large` as soon as it says or shows that it is over the limit, `bad-request` when it does not
    come to its end, `unavailable` when bodies take too much memory together; Gone.
    """
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > limit:
        raise Refused("too-large", f"the body is over {limit} bytes")
    chunks: list[bytes] = []
    try:
        try:
            async with asyncio.timeout(BODY_PATIENCE):
                await _collect(chunks, receive, limit, buffers)
        except TimeoutError:
            raise Refused("bad-request", f"the body did not come in {BODY_PATIENCE:g} seconds") from None
        yield b"".join(chunks)
    finally:
        buffers.give_back(sum(map(len, chunks)))


async def _collect(chunks: list[bytes], receive: Receive, limit: int, buffers: Buffers) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise Refused("too-large", f"the body is over {limit} bytes")
        buffers.take(len(chunk))
        chunks.append(chunk)
        more = message.get("more_body", False)
