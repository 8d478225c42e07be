"""Real HTTP: records are answered for only after they are durable, and what cannot be taken is refused by name."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
from pathlib import Path

import httpx
import pytest
import zstandard

from qorgan.module.sources.http import LAST_ANSWERS, HttpIntake
from qorgan.module.sources.opened import open_source
from qorgan.module.sources.settings import HttpSource
from tests.module.sources.certificates import made_certificate
from tests.module.sources.pulling import Pulled, pulling


def asked(settings: HttpSource, *requests: httpx.Request) -> tuple[list[httpx.Response], Pulled]:
    answers: list[httpx.Response] = []

    async def play(pulled: Pulled) -> None:
        async with httpx.AsyncClient() as client:
            for request in requests:
                request.url = request.url.copy_with(host="127.0.0.1", port=pulled.source.port)
                answers.append(await client.send(request))

    pulled = pulling(open_source(settings), play)
    return answers, pulled


def request(body: bytes, path: str = "/v1/records", **headers: str) -> httpx.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Request("POST", f"http://placeholder{path}", content=body, headers=named)


async def until_it_listens(source: HttpIntake) -> None:
    async with asyncio.timeout(30):
        while not source.port:  # noqa: ASYNC110 - a source has no word for this but its port
            await asyncio.sleep(0.01)


HERE = HttpSource(name="h", port=0)


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(
    ("body", "headers", "records"),
    [
        (b'{"a":1}\n{"a":2}\n', {}, [b'{"a":1}', b'{"a":2}']),
        (b"<134>CEF:0|a|b|1|x|y|5|", {"content_type": "text/plain"}, [b"<134>CEF:0|a|b|1|x|y|5|"]),
        (b'{\n "a": 1\n}', {"content_type": "application/json"}, [b'{\n "a": 1\n}']),
        (b'[{"a":1}, {"a":2}]', {"content_type": "application/json; charset=utf-8"}, [b'{"a":1}', b'{"a":2}']),
        (gzip.compress(b"one\ntwo", mtime=0), {"content_encoding": "gzip"}, [b"one", b"two"]),
        (zstandard.compress(b"one\ntwo"), {"content_encoding": "zstd"}, [b"one", b"two"]),
        (b"", {}, []),
    ],
)
def test_lines_one_record_and_arrays_are_taken_compressed_or_not(
    body: bytes, headers: dict[str, str], records: list[bytes]
) -> None:
    [answer], pulled = asked(HERE, request(body, **headers))
    assert (answer.status_code, answer.json()) == (200, {"taken": len(records), "refused": []})
    assert pulled.records == records


@pytest.mark.clause("R67.7")
def test_the_answer_waits_until_the_records_are_durable() -> None:
    async def run() -> None:
        source = HttpIntake(HERE)
        chunks = source.chunks("")
        first = asyncio.ensure_future(anext(chunks))
        await until_it_listens(source)
        async with httpx.AsyncClient() as client:
            url = f"http://127.0.0.1:{source.port}/v1/records"
            sending = asyncio.create_task(client.post(url, content=b"one\n"))
            chunk = await asyncio.wait_for(first, 5)
            await asyncio.sleep(0.2)
            assert not sending.done()
            assert chunk.done is not None
            chunk.done(True)
            assert (await sending).status_code == 200
            sending = asyncio.create_task(client.post(url, content=b"two\n"))
            chunk = await asyncio.wait_for(anext(chunks), 5)
            assert chunk.place(0).startswith("http from 127.0.0.1 port ")
            assert chunk.done is not None
            chunk.done(False)
            answer = await sending
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "10"
        await source.close()
        await chunks.aclose()

    asyncio.run(run())


@pytest.mark.clause("R67.7")
def test_whoever_was_taken_in_before_the_end_is_answered_before_the_end() -> None:
    """Two requests are stored during the stop, one is not, one connection says nothing: nobody waits for those."""

    async def run() -> None:
        source = HttpIntake(HERE)
        chunks = source.chunks("")
        first = asyncio.ensure_future(anext(chunks))
        await until_it_listens(source)
        url = f"http://127.0.0.1:{source.port}/v1/records"
        idle = await asyncio.open_connection("127.0.0.1", source.port)
        async with httpx.AsyncClient() as client:
            sending = [asyncio.create_task(client.post(url, content=b"one\n"))]
            given = [await asyncio.wait_for(first, 5)]
            sending.append(asyncio.create_task(client.post(url, content=b"two\n")))
            sending.append(asyncio.create_task(client.post(url, content=b"three\n")))
            await asyncio.sleep(0.2)
            await source.close()
            with pytest.raises(httpx.ConnectError):
                await httpx.AsyncClient().post(url, content=b"late\n")
            given += [await asyncio.wait_for(anext(chunks), 5) for _ in range(2)]
            ending = asyncio.ensure_future(anext(chunks, None))
            for chunk in given:
                if chunk.records != [b"three"]:
                    assert chunk.done is not None
                    chunk.done(True)
            started = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*sending, return_exceptions=True)
            assert await ending is None
            assert asyncio.get_running_loop().time() - started < LAST_ANSWERS + 1
        by_records = dict(zip([b"one", b"two", b"three"], answers, strict=True))
        assert isinstance(by_records[b"one"], httpx.Response)
        assert by_records[b"one"].status_code == by_records[b"two"].status_code == 200
        assert by_records[b"one"].headers["connection"] == "close"
        assert isinstance(by_records[b"three"], httpx.TransportError)
        assert await idle[0].read() == b""
        idle[1].close()

    asyncio.run(run())


def test_a_sender_is_told_to_come_again_when_nobody_takes_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qorgan.module.sources.http.PATIENCE", 0.2)

    async def play(pulled: Pulled) -> None:
        pulled.gate.clear()
        async with httpx.AsyncClient() as client:
            url = f"http://127.0.0.1:{pulled.source.port}/v1/records"
            assert (await client.post(url, content=b"one\n")).status_code == 200
            assert (await client.post(url, content=b"two\n")).status_code == 503

    pulling(open_source(HERE), play)


def test_a_large_body_becomes_several_bounded_chunks() -> None:
    lines = [b"%06d " % number + b"x" * 500 for number in range(10_000)]
    [answer], pulled = asked(HERE, request(b"\n".join(lines)))
    assert answer.json()["taken"] == len(lines)
    assert pulled.records == lines
    assert len(pulled.chunks) > 4
    assert all(sum(map(len, chunk.records)) <= 1024 * 1024 for chunk in pulled.chunks)


@pytest.mark.parametrize(
    ("asking", "status"),
    [
        (request(b"x", path="/else"), 404),
        (httpx.Request("GET", "http://placeholder/v1/records"), 405),
        (request(b"x" * (9 * 1024 * 1024)), 413),
        (request(gzip.compress(b"0" * (9 * 1024 * 1024), mtime=0), content_encoding="gzip"), 413),
        (request(zstandard.compress(b"0" * (9 * 1024 * 1024)), content_encoding="zstd"), 413),
        (request(b"x", content_encoding="br"), 415),
        (request(b"x", content_encoding="gzip"), 400),
        (request(b"x", content_encoding="zstd"), 400),
        (request(gzip.compress(b"one\n" * 99, mtime=0)[:-20], content_encoding="gzip"), 400),
        (request(zstandard.compress(b"one\n" * 99)[:-5], content_encoding="zstd"), 400),
        (request(b"[1,", content_type="application/json"), 400),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_problem_and_nothing_is_given_on(
    asking: httpx.Request, status: int
) -> None:
    [answer], pulled = asked(HERE, asking)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert pulled.records == []


def test_an_overlong_line_costs_only_itself() -> None:
    [answer], pulled = asked(HERE, request(b"one\n" + b"x" * 300_000 + b"\ntwo\n"))
    assert answer.json() == {"taken": 2, "refused": ["too long"]}
    assert (pulled.records, pulled.refused) == ([b"one", b"two"], ["too long"])


def test_a_token_is_asked_for_where_one_is_configured(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("example-token\n")
    settings = HttpSource(name="h", port=0, token_file=str(tmp_path / "token"))
    answers, pulled = asked(
        settings,
        request(b"one"),
        request(b"one", authorization="Bearer wrong"),
        request(b"one", authorization="Bearer example-token"),
    )
    assert [answer.status_code for answer in answers] == [401, 401, 200]
    assert pulled.records == [b"one"]


def test_what_is_no_http_is_answered_so_and_the_next_connection_works() -> None:
    async def play(pulled: Pulled) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", pulled.source.port)
        writer.write(b"\x16\x03\x01 no HTTP\r\n\r\n")
        assert b" 400 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        await writer.wait_closed()
        with socket.create_connection(("127.0.0.1", pulled.source.port)) as half:
            half.sendall(b"POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
        async with httpx.AsyncClient() as client:
            url = f"http://127.0.0.1:{pulled.source.port}/v1/records"
            assert (await client.post(url, content=b"one")).status_code == 200

    assert pulling(open_source(HERE), play).records == [b"one"]


def test_an_answer_says_json() -> None:
    [answer], _ = asked(HERE, request(b"one"))
    assert json.loads(answer.content) == {"taken": 1, "refused": []}
    assert answer.headers["cache-control"] == "no-store"


def test_records_are_taken_over_tls(tmp_path: Path) -> None:
    authority, issuer = made_certificate(tmp_path, "authority.example")
    server, _ = made_certificate(tmp_path, "sensor.example", issuer)
    trusting = ssl.create_default_context(cafile=str(authority))

    async def play(pulled: Pulled) -> None:
        async with httpx.AsyncClient(verify=trusting) as client:
            answer = await client.post(
                f"https://127.0.0.1:{pulled.source.port}/v1/records",
                content=b"one",
                extensions={"sni_hostname": "sensor.example"},
            )
            assert answer.status_code == 200

    settings = HttpSource(name="h", port=0, certificate=str(server))
    assert pulling(open_source(settings), play).records == [b"one"]
