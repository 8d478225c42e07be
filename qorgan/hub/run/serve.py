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

STOP_PATIENCE: Final = 10
"""Seconds that requests under way are given at the end; a stream of events never ends by itself."""


def main(arguments: list[str]) -> int:
    """Serve until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    what, listening, life = arguments[0], int(arguments[1]), int(arguments[2])
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {what}[{os.getpid()}] %(levelname)s %(message)s")
    # A request's line may hold what somebody searched for: it is nobody's to keep.
    logging.getLogger("httpx").setLevel(logging.WARNING)
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
    with socket.socket(fileno=listening) as listener:
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _follow(life: int) -> None:
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
