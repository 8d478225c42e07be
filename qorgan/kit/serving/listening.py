"""Listeners that a supervisor opens before anything runs, so that a taken port is said at once."""

from __future__ import annotations

import socket
from typing import Final

from qorgan.kit.refusal import SetUpWrongly

_BACKLOG: Final = 2048


class CannotServe(SetUpWrongly):
    """The program's processes cannot be started or do not answer. Says what to do."""


def listen(host: str, port: int, key: str, *, shared: bool = False) -> socket.socket:
    """A listener; `key` names the port in the configuration. Raises CannotServe when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(f"{key}: {host}:{port}: {error.strerror}; set another port") from None
    listener.listen(_BACKLOG)
    return listener


def listen_apart(host: str, port: int, key: str, count: int) -> list[socket.socket]:
    """So many listeners at one port, among which the kernel spreads connections.

    Processes that share one listener do not share its connections: whoever wakes first takes all that wait.
    """
    # Alone first: a listener that may be shared would quietly share the port with another program of the same user.
    alone = listen(host, port, key)
    port = alone.getsockname()[1]
    alone.close()
    return [listen(host, port, key, shared=True) for _ in range(count)]


def address(listener: socket.socket, scheme: str = "http") -> str:
    """What to type to reach it."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
