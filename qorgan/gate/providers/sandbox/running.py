"""Runs the whole sandbox: the services, and the authority of the digital signature beside them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

import uvicorn
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qorgan.eds.pki.sandbox import Sandbox, invented_bin, invented_iin
from qorgan.eds.sandbox_server import SandboxServer
from qorgan.gate.providers.sandbox.numbers_site import PEOPLE
from qorgan.gate.providers.sandbox.services import Services
from qorgan.gate.providers.signed import PublicKey
from qorgan.kit import clock

_PATIENCE: Final = 10.0


def write_keys(folder: Path, keys: dict[str, PublicKey]) -> None:
    """Public keys as PEM, each in a file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"{name}.pem").write_bytes(pem)


def write_people(folder: Path, authority: Sandbox) -> None:
    """The authority's root, and for each invented person a certificate with its key. The keys guard nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root.cer").write_bytes(authority.root.certificate.raw)
    (folder / "ca.cer").write_bytes(authority.authority.certificate.raw)
    people = {f"person-{number}": authority.person(invented_iin(number)) for number in range(1, PEOPLE + 1)}
    people["employee"] = authority.employee(invented_bin(1), "САНДБОКС АҚ", invented_iin(PEOPLE + 1))
    for word, holder in people.items():
        (folder / f"{word}.cer").write_bytes(holder.certificate.raw)
        (folder / f"{word}.key").write_bytes(holder.key.to_bytes())


@contextmanager
def authority(host: str, port: int) -> Iterator[SandboxServer]:
    """The authority of the digital signature, answering from a thread."""
    with SandboxServer((host, port), lambda base: Sandbox(clock.now(), base=base)) as server:
        thread = Thread(target=server.serve_forever, name="sandbox-authority", daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(_PATIENCE)


def serve(services: Services, listener: socket.socket) -> None:
    """Answer on a listener until interrupted."""
    _server(services).run(sockets=[listener])


@contextmanager
def answering(services: Services, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The services answering from a thread; gives their address."""
    server = _server(services)
    with socket.create_server((host, port)) as listener:
        thread = Thread(target=server.run, args=([listener],), name="sandbox-services", daemon=True)
        thread.start()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def _server(services: Services) -> uvicorn.Server:
    """It logs no request: an address may hold a token."""
    return uvicorn.Server(
        uvicorn.Config(
            services.site, log_config=None, log_level="warning", access_log=False, server_header=False, lifespan="off"
        )
    )
