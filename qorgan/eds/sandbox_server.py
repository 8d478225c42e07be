"""The sandbox's registries over HTTP: OCSP, timestamps, lists and certificates, each answer labelled as such.

Nothing it answers is believed by anyone who has not pinned its root, which is made anew at each start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Final

from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.refusal import RefusedError, within

LABEL: Final = "SANDBOX: invented authority, believed by nobody"
_LARGEST: Final = 64 << 10

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class SandboxServer(ThreadingHTTPServer):
    """A sandbox answering on one address until it is shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], make: Callable[[str], Sandbox], clock: Clock = now) -> None:
        super().__init__(address, _Handler)
        self.base = f"http://{address[0]}:{self.server_address[1]}"
        """The address that its certificates name, known when the port is."""
        self.sandbox = make(self.base)
        self.clock = clock
        # Lists are numbered, so only one is made at a time.
        self.one_at_a_time = Lock()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: SandboxServer
    timeout = 10

    def do_GET(self) -> None:
        """Lists, certificates, and a word about what this is."""
        place = self.path.removeprefix("/")
        if place == "":
            self._send(HTTPStatus.OK, f"{LABEL}\n".encode(), "text/plain; charset=utf-8")
        elif place.startswith("crl/"):
            self._answer(lambda port: port.crl(self.path), "application/pkix-crl")
        elif place.startswith("cert/"):
            word = place.removeprefix("cert/").removesuffix(".cer")
            self._answer(lambda port: port.sandbox.authorities()[word].certificate.raw, "application/pkix-cert")
        else:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def do_POST(self) -> None:
        """Questions of OCSP and for timestamps."""
        body = self._body()
        if body is None:
            return
        if self.path.startswith("/ocsp/"):
            self._answer(lambda port: port.ocsp(self.path, body), "application/ocsp-response")
        elif self.path == "/tsp":
            self._answer(lambda port: port.sandbox.stamper.answer(body, port.at), "application/timestamp-reply")
        else:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: requests are of no interest, and the standard error is for errors."""

    def _body(self) -> bytes | None:
        """The body of a question, unless it is too long to be one."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain")
            return None
        return self.rfile.read(int(length))

    def _answer(self, make: Callable[[LocalPort], bytes], kind: str) -> None:
        """What the sandbox says, or that the question was not one."""
        try:
            with within("question"), self.server.one_at_a_time:
                made = make(LocalPort(self.server.sandbox, self.server.clock()))
        except RefusedError as refused:
            self._send(HTTPStatus.BAD_REQUEST, f"{refused.reason}\n".encode(), "text/plain")
        else:
            self._send(HTTPStatus.OK, made, kind)

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        """An answer with its label."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Qorgan-Sandbox", LABEL)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
