"""The desk as HTTP on loopback: one request, one answer, nothing kept by browsers, nothing run in them.

Only names of this machine are answered, so that no page elsewhere can speak to it under a name of its own; every change
needs a token of the session's own pages besides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

log = logging.getLogger(__name__)

MAX_BODY: Final = 2 * 1024 * 1024
PATIENCE: Final = 30.0
SESSION: Final = "qorgan-desk"
LANGUAGE: Final = "qorgan-desk-language"
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Asked(Struct, frozen=True, kw_only=True):
    """One request."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    posted: Mapping[str, Sequence[str]]
    cookies: Mapping[str, str]


class Given(Struct, frozen=True, kw_only=True):
    """One answer."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Asked], Given]


def serve(host: str, port: int, answer: Answering) -> ThreadingHTTPServer:
    """A server that answers once its `serve_forever` runs. Raises OSError."""
    server = ThreadingHTTPServer((host, port), type("OwnHandler", (Handler,), {"answering": staticmethod(answer)}))
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    """Takes requests apart and gives them on."""

    answering: Answering
    """Set in the class that one server uses."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server_version = "qorgan"
    sys_version = ""

    def do_GET(self) -> None:
        """A page."""
        self._serve({})

    def do_HEAD(self) -> None:
        """A page without its body."""
        self._serve({})

    def do_POST(self) -> None:
        """A form."""
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > MAX_BODY:
            self.close_connection = True
            self._send(Given(status=413, body=b"too large\n", kind="text/plain"))
            return
        raw = self.rfile.read(int(size))
        self._serve(parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20_000))

    def _serve(self, posted: Mapping[str, Sequence[str]]) -> None:
        if not self._is_local():
            self._send(Given(status=421, body=b"ask for a loopback address\n", kind="text/plain"))
            return
        parts = urlsplit(self.path)
        asked = Asked(
            method="POST" if self.command == "POST" else "GET",
            path=parts.path,
            query=parse_qs(parts.query),
            posted=posted,
            cookies=_cookies(self.headers.get("Cookie", "")),
        )
        try:
            given = type(self).answering(asked)
        except Exception:
            log.exception("the desk failed")
            given = Given(status=500, body=b"This failed; the log of the desk says why.\n", kind="text/plain")
        self._send(given)

    def _is_local(self) -> bool:
        """Whether it was asked for under a name of this machine, and by no page of another."""
        own = self.headers.get("Host", "")
        host = own.rpartition(":")[0] if not own.endswith("]") else own
        origin = self.headers.get("Origin", "")
        return (host or own) in _LOCAL and origin in {"", f"http://{own}"}

    def _send(self, given: Given) -> None:
        self.send_response(HTTPStatus(given.status).value)
        for name, value in (*_ALWAYS.items(), ("Content-Type", given.kind), *given.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.body)

    def log_message(self, *_said: object) -> None:
        """Requests are not logged: acts are, in the store."""


def cookie(name: str, value: str, *, ends: bool = False) -> tuple[str, str]:
    """A header that sets a cookie which scripts and other sites do not get."""
    return "Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict" + ("; Max-Age=0" if ends else "")


def redirect(to: str, *headers: tuple[str, str]) -> Given:
    """An answer that leads to another page."""
    return Given(status=303, headers=(("Location", to), *headers))


def _cookies(header: str) -> dict[str, str]:
    try:
        found = SimpleCookie(header)
    except CookieError:
        return {}
    return {name: one.value for name, one in found.items()}
