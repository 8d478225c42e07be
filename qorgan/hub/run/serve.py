"""One process of the hub, serving on a socket that the supervisor opened.

Run as `python -m qorgan.hub.run.serve WHAT SOCKET LIFE`.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

from qorgan.kit.serving.life import speak_of
from qorgan.kit.serving.server import serve

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


def main(arguments: list[str]) -> int:
    """Serve until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    what, listening, life = arguments[0], int(arguments[1]), int(arguments[2])
    # The letters of a paper tell of its words.
    speak_of(what, {"fontTools": logging.WARNING})
    serve(listening, life, WHAT[what], streams=STREAMS.get(what, ()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
