"""Real sockets: UDP, TCP and TLS listeners take what is sent, bound what they hold, and count what they lose."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from qorgan.module.sources.opened import open_source
from qorgan.module.sources.settings import SyslogSource
from tests.module.sources.certificates import made_certificate
from tests.module.sources.pulling import Pulled, pulling


def listener(transport: str, **settings: object) -> SyslogSource:
    return SyslogSource(name="s", transport=transport, port=0, **settings)  # type: ignore[arg-type]


async def connect(pulled: Pulled, context: ssl.SSLContext | None = None) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(
        "127.0.0.1", pulled.source.port, ssl=context, server_hostname="sensor.example" if context else None
    )
    return writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


@pytest.mark.clause("R67.7")
def test_datagrams_become_records_with_their_senders_place() -> None:
    async def play(pulled: Pulled) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(100):
                sender.sendto(b"<13>Mar  2 09:00:00 a b: %d\n" % number, ("127.0.0.1", pulled.source.port))
            sender.sendto(b"\n", ("127.0.0.1", pulled.source.port))
        await pulled.until(lambda: len(pulled.records) == 100)

    pulled = pulling(open_source(listener("udp")), play)
    assert pulled.records[99] == b"<13>Mar  2 09:00:00 a b: 99"
    assert pulled.chunks[0].place(0).startswith("syslog/udp from 127.0.0.1 port ")
    assert len(pulled.chunks) < 20


def test_datagrams_that_find_no_room_are_counted_one_by_one() -> None:
    sent = 3_000

    async def play(pulled: Pulled) -> None:
        pulled.gate.clear()
        pulled.source._gathering._most = 100_000
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in range(sent):
                sender.sendto(b"<13>%d " % number + b"x" * 1_000, ("127.0.0.1", pulled.source.port))
                if number % 200 == 0:
                    await asyncio.sleep(0)
        await asyncio.sleep(0.2)
        pulled.gate.set()
        # The kernel tells what it dropped with the next datagram that gets through.
        await pulled.until(lambda: pulled.source._gathering._bytes == 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"<13>last", ("127.0.0.1", pulled.source.port))
        await pulled.until(lambda: b"<13>last" in pulled.records)

    pulled = pulling(open_source(listener("udp")), play)
    assert pulled.source.dropped > 0
    assert len(pulled.records) + pulled.source.dropped == sent + 1


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(
    "stream",
    [b"<13>one\n<13>two\n<13>three", b"7 <13>one7 <13>two9 <13>three"],
    ids=["lines", "counted"],
)
def test_both_framings_are_found_by_themselves_per_connection(stream: bytes) -> None:
    async def play(pulled: Pulled) -> None:
        writer = await connect(pulled)
        writer.write(stream)
        await hang_up(writer)
        await pulled.until(lambda: len(pulled.records) == 3)

    assert pulling(open_source(listener("tcp")), play).records == [b"<13>one", b"<13>two", b"<13>three"]


def test_a_sender_waits_while_nobody_pulls_and_nothing_is_lost() -> None:
    lines = [b"<13>%06d " % number + b"x" * 1_000 for number in range(20_000)]

    async def play(pulled: Pulled) -> None:
        pulled.gate.clear()
        writer = await connect(pulled)
        sending = asyncio.create_task(send(writer))
        await asyncio.sleep(0.5)
        assert not sending.done()
        assert pulled.source._gathering._bytes <= 9 * 1024 * 1024
        pulled.gate.set()
        await sending
        await pulled.until(lambda: len(pulled.records) == len(lines))

    async def send(writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(line + b"\n")
            await writer.drain()
        await hang_up(writer)

    pulled = pulling(open_source(listener("tcp")), play)
    assert pulled.records == lines
    assert all(len(chunk.records) <= 4_000 for chunk in pulled.chunks)
    assert max(sum(map(len, chunk.records)) for chunk in pulled.chunks) <= 1024 * 1024


def test_a_silent_connection_is_closed_and_one_too_many_is_not_let_in() -> None:
    async def play(pulled: Pulled) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", pulled.source.port)
        await pulled.until(lambda: len(pulled.source._connections) == 1)
        late, late_writer = await asyncio.open_connection("127.0.0.1", pulled.source.port)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(late.readexactly(1), 5)
        late_writer.close()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        await hang_up(writer)

    pulling(open_source(listener("tcp", max_connections=1, idle_seconds=1.0)), play)


def test_an_address_that_is_taken_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qorgan.module.sources.opening.RETRY", 0.05)

    async def run() -> None:
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            source = open_source(SyslogSource(name="s", transport="tcp", port=port))
            pulled = Pulled(source)
            await pulled.until(lambda: "cannot open syslog/tcp" in source.trouble)
        await pulled.until(lambda: not source.trouble)
        await pulled.end()

    asyncio.run(run())


async def send_in_vain(port: int, context: ssl.SSLContext) -> None:
    """In TLS 1.3 a refusal reaches the sender after its own handshake is done."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="sensor.example")
    try:
        writer.write(b"7 <13>bad")
        await asyncio.wait_for(reader.readexactly(1), 5)
    finally:
        writer.transport.abort()


@pytest.mark.clause("R67.7")
def test_tls_takes_messages_of_senders_with_the_right_certificate_only(tmp_path: Path) -> None:
    authority, issuer = made_certificate(tmp_path, "authority.example")
    server, _ = made_certificate(tmp_path, "sensor.example", issuer)
    client, _ = made_certificate(tmp_path, "client.example", issuer)
    stranger, _ = made_certificate(tmp_path, "stranger.example")

    def context(certificate: Path | None) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=str(authority))
        if certificate:
            made.load_cert_chain(certificate)
        return made

    async def play(pulled: Pulled) -> None:
        writer = await connect(pulled, context(client))
        assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        writer.write(b"8 <13>good")
        await hang_up(writer)
        for certificate in (None, stranger):
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await send_in_vain(pulled.source.port, context(certificate))
        plain = await connect(pulled)
        plain.write(b"<13>plain\n")
        await pulled.until(lambda: pulled.records == [b"<13>good"])
        plain.close()

    settings = listener("tls", certificate=str(server), client_ca=str(authority))
    pulled = pulling(open_source(settings), play)
    assert pulled.records == [b"<13>good"]
    assert pulled.chunks[0].place(0).startswith("syslog/tls from 127.0.0.1 port ")
