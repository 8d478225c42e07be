"""What the module says of itself to this machine: `/health` as JSON and `/metrics` for Prometheus (R67.3.8).

A server of a few lines, because it answers two paths to loopback and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from qorgan.module import metrics
from qorgan.module.health import Health

_MOST_HEAD: Final = 8 * 1024
_PATIENCE: Final = 5.0
_LOCAL_NAMES: Final = ("127.", "localhost", "[::1]")


class StatusPage:
    """Serves the page; `look` gives the health of the moment."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look = look
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port, which matters when 0 was asked for. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=_MOST_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE)
            writer.write(await asyncio.to_thread(self._answer, head.decode("latin-1")))
            await asyncio.wait_for(writer.drain(), _PATIENCE)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asked went away, or asks for something else than a page
        finally:
            writer.close()

    def _answer(self, head: str) -> bytes:
        request, *lines = head.split("\r\n")
        words = request.split(" ")
        host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "")
        # A page in a browser on this machine could ask under a name of its own that leads here.
        if not host.startswith(_LOCAL_NAMES):
            return _response("421 Misdirected Request", "text/plain", b"ask for a loopback address\n")
        if words[0] != "GET":
            return _response("405 Method Not Allowed", "text/plain", b"only GET\n")
        path = words[1].partition("?")[0] if len(words) > 1 else ""
        if path == "/health":
            health = self._look()
            status = "200 OK" if health.status == "ok" else "503 Service Unavailable"
            return _response(status, "application/json", msgspec.json.encode(health) + b"\n")
        if path == "/metrics":
            text = metrics.text(self._look())
            return _response("200 OK", "text/plain; version=0.0.4; charset=utf-8", text.encode())
        return _response("404 Not Found", "text/plain", b"there are /health and /metrics\n")


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body
