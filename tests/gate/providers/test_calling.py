"""A service that misbehaves on the wire is unavailable, in time, and for bounded memory."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import msgspec
import pytest

from qorgan.gate.providers.biometrics import Order
from qorgan.gate.providers.calling import Address, Refused, Service
from qorgan.gate.providers.identification import IdentificationCentre
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.kit import clock
from qorgan.kit.refusal import Unavailable
from tests.gate.providers.conftest import World

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """An answer."""

    value: int


@contextmanager
def answering(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one connection after the other that says what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(TimeoutError, ConnectionError, BrokenPipeError):
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        speak(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            thread.join(10)


def drip(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 100000000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" " * 1_000_000)


ANSWERS: dict[str, Callable[[socket.socket], None]] = {
    "drips": drip,
    "floods": flood,
    "says nothing": lambda connection: time.sleep(1.5),
    "hangs up": lambda connection: None,
    "is no HTTP": lambda connection: connection.sendall(b"220 smtp.example\r\n"),
    "leads elsewhere": lambda connection: connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://stranger.example/\r\nContent-Length: 0\r\n\r\n"
    ),
    "is too busy": lambda connection: connection.sendall(b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n"),
    "says too much": lambda connection: connection.sendall(OK + b'Content-Length: 22\r\n\r\n{"value":1,"iin":"12"}'),
    "says another thing": lambda connection: connection.sendall(OK + b'Content-Length: 13\r\n\r\n{"value":"1"}'),
    "stops half-way": lambda connection: connection.sendall(OK + b'Content-Length: 50\r\n\r\n{"value":1}'),
}


@pytest.mark.parametrize("how", ANSWERS)
def test_whoever_misbehaves_is_unavailable_in_time(how: str) -> None:
    with answering(ANSWERS[how]) as base, closing(Service(Address(name="it", url=base, seconds=0.8))) as service:
        begun = time.monotonic()
        with pytest.raises(Unavailable) as gone:
            service.ask("GET", "/", Wanted)
        assert time.monotonic() - begun < 8
        assert gone.value.service == "it"


def test_a_refusal_is_told_apart_and_is_no_outage() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.sendall(b'HTTP/1.1 404 No\r\nContent-Length: 18\r\n\r\n{"code":"unknown"}')

    with answering(refuse) as base, closing(Service(Address(name="it", url=base, patience=1))) as service:
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                service.ask("GET", "/", Wanted)
            assert (refused.value.status, refused.value.code) == (404, "unknown")


def test_a_slow_service_keeps_few_waiting_and_the_rest_are_told_at_once(world: World, order: Order) -> None:
    world.services.behaviours[places.CENTRE].mode = Mode.SLOW
    address = world.address(places.CENTRE, patience=100, at_once=2, wait=0.1)
    centre = world.closed_at_the_end(IdentificationCentre(address, {}))

    def seconds(_number: int) -> float:
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            centre.start(order, now=clock.now())
        return time.monotonic() - begun

    with ThreadPoolExecutor(8) as threads:
        waited = sorted(threads.map(seconds, range(8)))
    assert sum(one > 0.9 for one in waited) == 2
    assert sum(one < 0.6 for one in waited) == 6
