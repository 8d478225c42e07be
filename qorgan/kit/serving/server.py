"""Serves an ASGI application on a socket that the supervisor opened, until told to stop or left alone."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import uvicorn

from qorgan.kit.serving.life import STOP_PATIENCE, end_with

SUITES: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: forward secrecy and authenticated encryption alone. TLS 1.3 has no others."""


class Server(uvicorn.Server):
    """A server that ends its streams of events before it waits for requests to end."""

    end_streams: Callable[[], None] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, and return once those under way are answered."""
        if self.end_streams is not None:
            self.end_streams()
        await super().shutdown(sockets)


def serve(
    listening: int,
    life: int,
    options: dict[str, Any],
    *,
    streams: tuple[str, ...] = (),
    tls: tuple[Path, Path] | None = None,
) -> None:
    """Serve until told to stop, or until the supervisor is gone.

    `options` say what uvicorn makes; `streams` name functions (`module:name`) that end streams of events, which never
    end by themselves; `tls` are the files of the certificate and its key.
    """
    end_with(life)
    config = uvicorn.Config(
        **options,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_PATIENCE,
        timeout_keep_alive=75,
    )
    if tls is not None:
        config.ssl_certfile, config.ssl_keyfile = tls
        config.load()
        assert config.ssl is not None  # noqa: S101 (made by load from the files above)
        harden(config.ssl)
    server = Server(config)
    if streams:
        server.end_streams = _later(streams)
    with socket.socket(fileno=listening) as listener:
        server.run(sockets=[listener])


def harden(context: ssl.SSLContext) -> None:
    """TLS 1.2 at the least, with none but strong suites."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)


def _later(places: tuple[str, ...]) -> Callable[[], None]:
    """Functions of modules that are loaded when they are called: by then the application has been made."""

    def call() -> None:
        for module, _, name in (place.partition(":") for place in places):
            getattr(import_module(module), name)()

    return call
