"""The channel to the hub: TLS with the institution's own authority, and a proxy on the way (R67.9)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qorgan.module.config import ConfigRefused
from qorgan.module.config import Hub as HubTable
from qorgan.module.sender.hub import Hub, HubAway
from tests.module.sender.conftest import now


@pytest.fixture
def authority(tmp_path, centre):
    """The centre behind TLS, and the file of the authority that its certificate is from."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An invented authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, key_path = tmp_path / "ca.pem", tmp_path / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    centre.server.socket = context.wrap_socket(centre.server.socket, server_side=True)
    centre.url = centre.url.replace("http:", "https:")
    return path


class Proxy:
    """An HTTP proxy that knows CONNECT, and counts how often it was asked for what."""

    def __init__(self, verdict: bytes = b"200 Connection established") -> None:
        self.asked: list[str] = []
        self.verdict = verdict
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        verb, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        self.asked.append(f"{verb} {target}")
        client.sendall(b"HTTP/1.1 " + self.verdict + b"\r\n\r\n")
        if not self.verdict.startswith(b"200"):
            client.close()
            return
        host, _, port = target.rpartition(":")
        with client, socket.create_connection((host, int(port))) as far:
            back = threading.Thread(target=self.pump, args=(far, client), daemon=True)
            back.start()
            self.pump(client, far)
            back.join(5)

    @staticmethod
    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self.server.close()


@pytest.fixture
def proxy():
    made = Proxy()
    yield made
    made.close()


def ask(table: HubTable) -> bytes:
    async def get():
        async with Hub(table) as hub:
            return (await hub.get("/ledger/key")).body

    return asyncio.run(get())


@pytest.mark.clause("R67.9")
def test_the_hub_is_believed_under_the_configured_authority_only(centre, authority):
    assert ask(HubTable(url=centre.url, ca_file=str(authority))).startswith(b"centre.example")
    with pytest.raises(HubAway, match=r"(?i)certificate"):
        ask(HubTable(url=centre.url))


@pytest.mark.clause("R67.9")
def test_the_way_through_a_proxy_keeps_tls_from_end_to_end(centre, authority, proxy):
    table = HubTable(url=centre.url, ca_file=str(authority), proxy=proxy.url)
    assert ask(table).startswith(b"centre.example")
    assert proxy.asked == [f"CONNECT 127.0.0.1:{centre.port}"]


def test_a_proxy_that_refuses_is_named_as_what_refuses(centre, authority):
    proxy = Proxy(b"407 Proxy Authentication Required")
    with pytest.raises(HubAway, match="proxy"):
        ask(HubTable(url=centre.url, ca_file=str(authority), proxy=proxy.url))
    proxy.close()


def test_the_proxies_of_the_environment_are_not_asked(centre, proxy, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert ask(HubTable(url=centre.url))
    assert proxy.asked == []


def test_a_missing_file_of_authorities_is_refused_by_its_key(centre):
    with pytest.raises(ConfigRefused, match=r"hub\.ca_file"):
        ask(HubTable(url=centre.url, ca_file="/nowhere/ca.pem"))


def test_a_hub_that_says_nothing_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        table = HubTable(url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=1)
        with pytest.raises(HubAway, match="in time"):
            ask(table)
