"""What the module says of itself to this machine: a page, `/health` as JSON, `/metrics` for Prometheus (R67.3.8).

A server of a few lines, because it answers a handful of paths to loopback and nothing else. It only reads.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qs

import msgspec

from qorgan.module import metrics
from qorgan.module.health import OK, Health
from qorgan.module.page import sections
from qorgan.module.page.sections import Shown
from qorgan.module.page.words import chosen
from qorgan.module.spool import SpoolError

_MOST_HEAD: Final = 8 * 1024
_PATIENCE: Final = 5.0
_STATIC: Final = Path(__file__).parent / "page" / "static"
_FILES: Final = {"/page.css": "text/css; charset=utf-8", "/page.js": "text/javascript; charset=utf-8"}
_HTML: Final = "text/html; charset=utf-8"
_GUARD: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Connection": "close",
}


class Asked(NamedTuple):
    """A request, as far as it matters here."""

    method: str
    path: str
    query: str
    headers: dict[str, str]

    @classmethod
    def read(cls, head: str) -> Asked | None:
        """A request's head; None when it is none, or says one thing twice."""
        request, *lines = head.rstrip("\r\n").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() in headers:
                return None
            headers[name.lower()] = value.strip()
        method, _, rest = request.partition(" ")
        path, _, query = rest.partition(" ")[0].partition("?")
        return cls(method, path, query, headers)


class StatusPage:
    """Serves the page; `look` gives the health of the moment, `shown` all that a person is shown."""

    def __init__(self, look: Callable[[], Health], shown: Callable[[], Shown]) -> None:
        self._look, self._shown = look, shown
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
        asked = Asked.read(head)
        # A page in a browser on this machine could ask under a name of its own that leads here (DNS rebinding).
        if asked is None or not is_local(asked.headers.get("host", "")):
            return _response("421 Misdirected Request", "text/plain", b"ask for a loopback address\n")
        if asked.method != "GET":
            return _response("405 Method Not Allowed", "text/plain", b"only GET\n")
        try:
            return self._of(asked)
        except SpoolError as error:
            return _response("503 Service Unavailable", "text/plain; charset=utf-8", f"{error}\n".encode())

    def _of(self, asked: Asked) -> bytes:
        if asked.path in {"/", "/live"}:
            wanted = parse_qs(asked.query).get("lang", [""])[0]
            language = chosen(wanted, asked.headers.get("accept-language", ""))
            draw = sections.page if asked.path == "/" else sections.live
            return _response("200 OK", _HTML, draw(self._shown(), language).encode("utf-8", "replace"))
        if asked.path in _FILES:
            return _response("200 OK", _FILES[asked.path], (_STATIC / asked.path[1:]).read_bytes())
        if asked.path == "/health":
            health = self._look()
            status = "200 OK" if health.status == OK else "503 Service Unavailable"
            return _response(status, "application/json", msgspec.json.encode(health) + b"\n")
        if asked.path == "/metrics":
            text = metrics.text(self._look())
            return _response("200 OK", "text/plain; version=0.0.4; charset=utf-8", text.encode())
        return _response("404 Not Found", "text/plain", b"there are /health and /metrics, and the page at /\n")


def is_local(host: str) -> bool:
    """Whether a Host header is a loopback address or `localhost`, and not only begins like one."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _response(status: str, kind: str, body: bytes) -> bytes:
    head = {"Content-Type": kind, "Content-Length": str(len(body)), **_GUARD}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body
