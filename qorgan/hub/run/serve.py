"""One process of the hub, serving on a socket that the supervisor opened.

Run as `python -m qorgan.hub.run.serve WHAT SOCKET LIFE`.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import uvicorn

WHAT: Final[dict[str, dict[str, Any]]] = {
    "intake": {
        "app": "qorgan.hub.intake.app:application",
        "factory": True,
        "lifespan": "on",
        "proxy_headers": False,
    },
    "portal": {"app": "qorgan.hub.asgi:application", "lifespan": "off"},
}
"""What can be served, and how uvicorn makes it."""

STREAMS: Final = {"portal": ("qorgan.hub.signals.live:end_streams", "qorgan.hub.notices.stream:end_streams")}
"""What ends the streams of events, which never end by themselves."""

STOP_PATIENCE: Final = 10
"""Seconds that requests under way are given at the end."""


class Server(uvicorn.Server):
    """A server that ends its streams of events before it waits for requests to end."""

    end_streams: Callable[[], None] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, and return once those under way are answered."""
        if self.end_streams is not None:
            self.end_streams()
        await super().shutdown(sockets)


def main(arguments: list[str]) -> int:
    """Serve until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    what, listening, life = arguments[0], int(arguments[1]), int(arguments[2])
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {what}[{os.getpid()}] %(levelname)s %(message)s")
    # A request's line may hold what somebody searched for: it is nobody's to keep.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # The letters of a paper tell of its words.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    threading.Thread(target=_follow, args=(life,), daemon=True).start()
    config = uvicorn.Config(
        **WHAT[what],
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_PATIENCE,
        timeout_keep_alive=75,
    )
    server = Server(config)
    if what in STREAMS:
        server.end_streams = _later(STREAMS[what])
    with socket.socket(fileno=listening) as listener:
        server.run(sockets=[listener])
    return 0


def _later(places: tuple[str, ...]) -> Callable[[], None]:
    """Functions of modules that are loaded when they are called: by then the application has been made."""

    def call() -> None:
        for module, _, name in (place.partition(":") for place in places):
            getattr(import_module(module), name)()

    return call


def _follow(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
