"""The sandbox agent on the loopback: a WebSocket, over TLS with a certificate that it makes for itself."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from qorgan.eds.agent.answering import HELLO, Agent

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection

HOST: Final = "127.0.0.1"
"""NCALayer answers on this computer alone, and so does this."""
PORT: Final = 13579
_LARGEST: Final = 32 << 20


class AgentServer:
    """An agent answering on one port until it is left. `agent` may be exchanged between requests."""

    def __init__(self, agent: Agent, port: int = PORT, tls: Path | None = None) -> None:
        from websockets.sync.server import serve  # noqa: PLC0415 - only who runs an agent needs the library

        self.agent = agent
        self._server = serve(self._talk, HOST, port, ssl=_context(tls) if tls else None, max_size=_LARGEST)
        self.address = f"{'wss' if tls else 'ws'}://{HOST}:{self._server.socket.getsockname()[1]}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()

    def wait(self) -> None:
        """Until it is left."""
        self._thread.join()

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(HELLO)
        for text in connection:
            connection.send(self.agent.answer(text))


def own_certificate(folder: Path, now: datetime) -> Path:
    """A file with a key and a certificate for the loopback, signed by itself; made where there is none."""
    file = folder / "agent.pem"
    if not file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SANDBOX AGENT")])
        certificate = (
            x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        pem = serialization.Encoding.PEM
        file.touch(mode=0o600)
        file.write_bytes(key.private_bytes(pem, form, plain) + certificate.public_bytes(pem))
    return file


def _context(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
