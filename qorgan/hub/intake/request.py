"""A request as ASGI gives it: its headers once each, and its body up to a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from qorgan.hub.intake.answers import Refused

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


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


async def body_of(request: Request, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Refused `too-large` as soon as it says or shows that it is over the limit; Gone."""
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > limit:
        raise Refused("too-large", f"the body is over {limit} bytes")
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
        if size > limit:
            raise Refused("too-large", f"the body is over {limit} bytes")
    return b"".join(chunks)
