"""Registries are asked over HTTP, only where the configuration allows, within a size and a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from qorgan.hub.signatures.registries import LARGEST, TOGETHER, Registries, RegistryError


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A registry of the loopback that answers so; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plainly(request: BaseHTTPRequestHandler) -> None:
    body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
    said = f"{request.command} {request.path} {request.headers.get('Content-Type')} ".encode() + body
    request.send_response(200)
    request.end_headers()
    request.wfile.write(said)


def test_a_question_goes_as_rfc_6960_says_and_a_list_is_fetched() -> None:
    with answering(plainly) as address:
        port = Registries((address,))
        assert port.ocsp(f"{address}/ocsp?x=1", b"ask") == b"POST /ocsp?x=1 application/ocsp-request ask"
        assert port.crl(f"{address}/list.crl") == b"GET /list.crl None "


@pytest.mark.parametrize(
    "other", ["http://127.0.0.1:1/", "https://127.0.0.1/", "file:///etc/passwd", "http://10.0.0.1/"]
)
def test_a_certificate_cannot_make_the_hub_ask_another_place(other: str) -> None:
    with pytest.raises(RegistryError, match="not among the registries"):
        Registries(("http://127.0.0.1:8380", "http://ocsp.example")).ocsp(other, b"ask")


def test_a_port_that_is_usual_need_not_be_said() -> None:
    with pytest.raises(RegistryError, match="did not answer"):
        Registries(("http://127.0.0.1:80",)).crl("http://127.0.0.1/absent.crl")


def redirecting(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://127.0.0.1:1/")
    request.end_headers()


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        for _block in range(LARGEST // 65_536 + 2):
            request.wfile.write(bytes(65_536))
    except OSError:
        request.close_connection = True


@pytest.mark.parametrize(("answer", "says"), [(redirecting, "answered 302"), (endless, "too long")])
def test_no_redirect_is_followed_and_no_endless_answer_read(
    answer: Callable[[BaseHTTPRequestHandler], None], says: str
) -> None:
    with answering(answer) as address, pytest.raises(RegistryError, match=says):
        Registries((address,)).crl(f"{address}/list.crl")


def test_one_signature_waits_for_a_bounded_time_in_all() -> None:
    time = [0.0]
    with answering(plainly) as address:
        port = Registries((address,), lambda: time[0])
        assert port.crl(f"{address}/one")
        time[0] = TOGETHER
        with pytest.raises(RegistryError, match="no time left"):
            port.crl(f"{address}/two")
