"""The gate's portal as a process, serving on a socket that the supervisor opened.

Run as `python -m qorgan.gate.run.serve portal SOCKET LIFE`.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from qorgan.gate.config import load
from qorgan.kit.serving.bounds import Bounded
from qorgan.kit.serving.life import speak_of
from qorgan.kit.serving.server import serve

_PORTAL: Final[dict[str, Any]] = {
    "app": "qorgan.gate.asgi:application",
    "http": Bounded,
    "lifespan": "off",
    "proxy_headers": False,
}
"""Whom a request came from is `journal.whence`'s to say, which knows the configured proxies."""


def main(arguments: list[str]) -> int:
    """Serve until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    what, listening, life = arguments[0], int(arguments[1]), int(arguments[2])
    speak_of(what)
    tls = load().portal.tls
    files = (tls.certificate, tls.key) if tls.certificate and tls.key else None
    serve(listening, life, _PORTAL, tls=files)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
