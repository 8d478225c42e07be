"""Runs the whole sandbox: the services, and the authority of the digital signature beside them."""

from __future__ import annotations

import socket
import ssl
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
from qorgan.gate.providers.sandbox.services import ACCESS, Services
from qorgan.gate.providers.sandbox.web import LABEL
from qorgan.gate.providers.signed import PublicKey
from qorgan.kit import clock

_PATIENCE: Final = 10.0
_SETTINGS: Final = """\
# {label}.
[messages]
url = "{base}/gateway"
token_file = "{folder}/access"

[providers]
customer = "{customer}"

[providers.biometrics]
url = "{base}/centre"
key_file = "{folder}/sandbox-centre.pem"
token_file = "{folder}/access"

[providers.own_biometrics]
url = "{base}/terminals"
key_file = "{folder}/sandbox-terminal-1.pem"
token_file = "{folder}/access"

[providers.mobile_numbers]
url = "{base}/numbers"
key_file = "{folder}/sandbox-numbers.pem"
token_file = "{folder}/access"
"""
_SIGNATURES: Final = """
[providers.signatures]
anchors = "{folder}/root.pem"
helpers = "{folder}/ca.pem"
ocsp = "{base}/ocsp/ca"
tsp = "{base}/tsp"
"""


def write_keys(folder: Path, keys: dict[str, PublicKey]) -> None:
    """Public keys as PEM, each in a file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"{name}.pem").write_bytes(pem)


def write_settings(folder: Path, base: str, services: Services, registry: SandboxServer | None = None) -> Path:
    """Keys, and the tables of a gate's configuration by which it asks this sandbox. Gives the file of the tables."""
    write_keys(folder, services.keys)
    (folder / "access").write_text(ACCESS, encoding="utf-8")
    (folder / "access").chmod(0o600)
    text = _SETTINGS.format(label=LABEL, base=base, folder=folder.resolve(), customer=invented_bin(1))
    if registry is not None:
        write_people(folder, registry.sandbox)
        text += _SIGNATURES.format(base=registry.base, folder=folder.resolve())
    file = folder / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return file


def write_people(folder: Path, authority: Sandbox) -> None:
    """The authority's root, and for each invented person a certificate with its key. The keys guard nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    for word, one in authority.authorities().items():
        (folder / f"{word}.pem").write_text(ssl.DER_cert_to_PEM_cert(one.certificate.raw), encoding="ascii")
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
