"""A stranger's request neither takes for ever nor fills the memory or the disk; everybody else's is answered."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.kit.serving.bounds import Bounded


class Short(Bounded):
    patience = 0.5
    head_bytes = 2_000
    body_bytes = 5_000


async def counts(scope, receive, send):
    """Answers with the number of bytes in the body."""
    total = 0
    while True:
        message = await receive()
        total += len(message.get("body", b""))
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    said = str(total).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@contextmanager
def serving():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(counts, http=Short, log_level="critical", lifespan="off", timeout_keep_alive=30)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listener.close()


@pytest.fixture(scope="module")
def port():
    with serving() as port:
        yield port


def spoken(port, *pieces, pause=0.0):
    """What the server says to these pieces, until it hangs up or says nothing for a while; and after how long."""
    began = time.monotonic()
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        try:
            for piece in pieces:
                raw.sendall(piece)
                time.sleep(pause)
            while piece := raw.recv(65_536):
                heard += piece
        except ConnectionError:
            pass
    return heard, time.monotonic() - began


def asked(body=b"", *, close=True, head=b""):
    length = b"content-length: %d\r\n" % len(body)
    end = b"connection: close\r\n" if close else b""
    return b"POST / HTTP/1.1\r\nhost: localhost\r\n" + length + end + head + b"\r\n" + body


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"G",
        b"\r\n",
        b"GET / HTTP/1.1\r\nhost: local",
        b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nshort",
    ],
)
def test_a_request_that_does_not_come_to_its_end_is_hung_up_on(port, beginning):
    heard, after = spoken(port, beginning)
    assert heard == b""
    assert 0.4 < after < 4


def test_a_request_that_comes_a_byte_at_a_time_is_hung_up_on_too(port):
    heard, after = spoken(port, *(bytes([one]) for one in asked(b"x" * 100)), pause=0.05)
    assert heard == b""
    assert after < 4


def test_after_an_answer_the_next_request_has_its_end_as_well(port):
    # What comes in one piece with the request before is not begun yet, and waits no longer than a connection at rest.
    whole = asked(b"four", close=False)
    heard, after = spoken(port, whole, b"\r\n", pause=0.2)
    assert heard.endswith(b"4")
    assert after < 4
    heard, after = spoken(port, whole, b"POST / HT", pause=0.2)
    assert heard.endswith(b"4")
    assert after < 4


def test_a_head_without_end_is_refused(port):
    assert b"HTTP/1.1 431 " in spoken(port, b"GET / HTTP/1.1\r\n", *[b"a: " + b"b" * 500] * 20)[0]
    assert b"HTTP/1.1 431 " in spoken(port, b"GET /" + b"a" * 50_000)[0]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_without_end_is_refused_however_it_is_said(port, chunked):
    if chunked:
        head = b"POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
        pieces = [head, *[b"400\r\n" + b"x" * 1024 + b"\r\n"] * 20]
    else:
        pieces = [b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n", *[b"x" * 1000] * 20]
    assert b"HTTP/1.1 413 " in spoken(port, *pieces)[0]


@given(
    sizes=st.lists(st.integers(0, 5_000), min_size=1, max_size=5),
    cuts=st.lists(st.integers(1, 2_000), min_size=1, max_size=20),
)
@settings(max_examples=40)
def test_what_is_within_the_bounds_is_answered_however_it_is_cut_and_joined(port, sizes, cuts):
    sent = b"".join(asked(b"x" * size, close=one == len(sizes) - 1) for one, size in enumerate(sizes))
    pieces, at = [], 0
    for cut in cuts:
        pieces.append(sent[at : at + cut])
        at += cut
    heard, _ = spoken(port, *pieces, sent[at:])
    assert heard.count(b"HTTP/1.1 200") == len(sizes)
    assert [int(one.rpartition(b"\r\n\r\n")[2]) for one in heard.split(b"HTTP/1.1 ")[1:]] == sizes
