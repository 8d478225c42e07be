"""Django behind ASGI with every request whole in one thread, for programs without asynchronous views and streams.

Django's own handler makes a thread for each request and crosses between it and the loop once for the start, once for
each middleware that is not asynchronous and once for the end. Here it is one crossing to a thread that stays.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any, Final

import django
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase
from django.urls import set_script_prefix

AT_ONCE: Final = 64
"""Requests under way in one process; more of them wait. Most wait for a registry or for the database."""

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class OneThread(ASGIHandler):
    """Django's handler. A request whose caller has gone is worked off all the same: what it does is done."""

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Make the chain of middlewares a synchronous one, whatever is asked for."""
        del is_async
        super().load_middleware(is_async=False)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is spoken here, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        # A context of its own, so that what one request sets for its thread is not there for the next.
        work = partial(contextvars.copy_context().run, self._answer, scope, body)
        response: HttpResponseBase = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        await self.send_response(response, send)

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """In the request's thread, from its beginning to its end; the database is given back by then."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            response = self._response(scope, body)
            if response.streaming:
                raise TypeError(f"{scope['path']}: a stream would be read after its thread is gone")
            # Ends the request, and with it the thread's use of the database. The content is there by now.
            response.close()
        return response

    def _response(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        request, refusal = self.create_request(scope, body)
        if request is not None:
            return self.get_response(request)
        assert refusal is not None  # noqa: S101 (Django gives one or the other)
        return refusal


def application() -> OneThread:
    """What an ASGI server serves, with Django set up."""
    django.setup(set_prefix=False)
    return OneThread()
