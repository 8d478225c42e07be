"""A prepared hub in a temporary folder with intake processes, and modules whose batches are made beforehand."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.hub.config import CONFIG_VARIABLE, Config, load
from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import make_log_key
from qorgan.hub.database.prepare import prepare
from qorgan.kit.postgres import Cluster, Running
from qorgan.wire import batch, signature

ORIGIN = "bench.example/asoi"


@dataclass(frozen=True)
class Sender:
    """A module made straight in the database: enrolment is not what is measured."""

    module: UUID
    organisation: UUID
    key: Ed25519PrivateKey

    def request(self, first: int, lines: Sequence[bytes], port: int) -> bytes:
        """A whole signed HTTP request with one batch."""
        body = batch.pack(lines)
        said = batch.SequenceRange(first, first + len(lines) - 1)
        headers = signature.sign(
            "POST",
            batch.PATH,
            {
                "Content-Type": batch.CONTENT_TYPE,
                "Content-Encoding": batch.CONTENT_ENCODING,
                signature.MODULE: str(self.module),
                signature.SEQUENCE: str(said),
                signature.AUDIENCE: ORIGIN,
            },
            body,
            key=self.key,
            now=datetime.now(UTC),
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return (
            f"POST {batch.PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode()
            + body
        )


@dataclass(frozen=True)
class Hub:
    """A prepared database, and the superuser's way in, which the peer's writers use too."""

    config: Config
    cluster: Running
    folder: Path

    @property
    def superuser(self) -> str:
        """URL of the database for whoever may do everything."""
        return self.cluster.superuser_dsn("qorgan_bench")

    def sender(self, number: int) -> Sender:
        """An enrolled module of an institution of its own."""
        sender = Sender(uuid4(), uuid4(), Ed25519PrivateKey.generate())
        public = sender.key.public_key().public_bytes_raw()
        with psycopg.connect(self.superuser) as connection:
            connection.execute(
                "INSERT INTO organisation (id, bin, kind, name_kk, name_ru, name_en, email, reporting_phone, contacts, "
                "inventory, state, created_at) VALUES (%s, %s, 'bank', %s, %s, %s, '', '', '[]', '[]', 'connected', now())",
                [sender.organisation, f"{number:012d}", *[f"Bench {number}"] * 3],
            )
            connection.execute(
                "INSERT INTO module (id, organisation_id, name, state, version, high_water, created_at, enrolled_at) "
                "VALUES (%s, %s, 'bench', 'enrolled', '0', 0, now(), now())",
                [sender.module, sender.organisation],
            )
            connection.execute(
                "INSERT INTO module_key (id, module_id, organisation_id, public_key, state, created_at) "
                "VALUES (%s, %s, %s, %s, 'active', now())",
                [signature.key_id(public), sender.module, sender.organisation, public],
            )
        return sender

    @contextmanager
    def intake(self, processes: int) -> Iterator[int]:
        """Intake under uvicorn with so many processes; gives its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "qorgan.hub.intake.app:application", "--factory", "--host", "127.0.0.1"]
            + ["--port", str(port), "--workers", str(processes), "--loop", "uvloop", "--http", "httptools"]
            + ["--no-access-log", "--log-level", "warning"],
            env=os.environ | {CONFIG_VARIABLE: str(self.folder / "hub.toml")},
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)


@contextmanager
def prepared() -> Iterator[Hub]:
    """A hub of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="qorgan-bench-data-")))
    (folder / "hub.toml").write_text(f'state = "{folder}/state"\norigin = "{ORIGIN}"\n')
    config = load(folder / "hub.toml")
    try:
        with cluster.start({"shared_buffers": "512MB", "max_wal_size": "8GB"}) as running:
            with psycopg.connect(running.superuser_dsn(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE qorgan_bench")
            os.environ[CONFIG_VARIABLE] = str(folder / "hub.toml")
            prepare(config, running.superuser_dsn("qorgan_bench"))
            make_log_key(config)
            yield Hub(config, running, folder)
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def intake_url(hub: Hub) -> str:
    """Where the intake role connects."""
    return role_url(hub.config, Role.INTAKE)


def _wait_for(url: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")
