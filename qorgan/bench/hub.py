"""A hub in a temporary folder, and modules whose batches are made beforehand."""

from __future__ import annotations

import shutil
import subprocess
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

from qorgan.bench.command import QORGAN, free_port
from qorgan.kit.postgres import Cluster
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
        start = f"POST {batch.PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
        return f"{start}{head}\r\n".encode() + body


@dataclass(frozen=True)
class Hub:
    """A running hub, and the superuser's way into its database, which peers use too."""

    intake: int
    """Port."""
    portal: int
    """Port."""
    superuser: str
    """URL of the database for whoever may do everything."""
    folder: Path
    process: subprocess.Popen[bytes]

    def sender(self, number: int) -> Sender:
        """An enrolled module of an institution of its own."""
        sender = Sender(uuid4(), uuid4(), Ed25519PrivateKey.generate())
        public = sender.key.public_key().public_bytes_raw()
        with psycopg.connect(self.superuser) as connection:
            connection.execute(ADD_ORGANISATION, [sender.organisation, f"{number:012d}", *[f"Bench {number}"] * 3])
            connection.execute(ADD_MODULE, [sender.module, sender.organisation])
            connection.execute(ADD_KEY, [signature.key_id(public), sender.module, sender.organisation, public])
        return sender


ADD_ORGANISATION = """
INSERT INTO organisation (id, bin, kind, name_kk, name_ru, name_en, email, reporting_phone, contacts, inventory, state,
                          created_at)
VALUES (%s, %s, 'bank', %s, %s, %s, '', '', '[]', '[]', 'connected', now())
"""
ADD_MODULE = """
INSERT INTO module (id, organisation_id, name, state, version, high_water, created_at, enrolled_at)
VALUES (%s, %s, 'bench', 'enrolled', '0', 0, now(), now())
"""
ADD_KEY = """
INSERT INTO module_key (id, module_id, organisation_id, public_key, state, created_at)
VALUES (%s, %s, %s, %s, 'active', now())
"""


@contextmanager
def running(processes: int) -> Iterator[Hub]:
    """`qorgan hub run` in a folder of its own, with so many intake processes; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-"))
    # PostgreSQL runs as another user when root starts it, and must be able to pass.
    folder.chmod(0o755)
    intake, portal = free_port(), free_port()
    config = folder / "hub.toml"
    config.write_text(
        f'state = "{folder}/state"\norigin = "{ORIGIN}"\n[intake]\nport = {intake}\nprocesses = {processes}\n'
        f'[portal]\nport = {portal}\naddress = "http://127.0.0.1:{portal}"\n'
    )
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen([QORGAN, "hub", "run", "--config", config], stdout=log, stderr=log)
    cluster = None
    try:
        _wait_for(f"http://127.0.0.1:{intake}/health", process, folder)
        cluster = Cluster(folder / "state" / "postgres")
        with cluster.start() as server:
            yield Hub(intake, portal, server.superuser_dsn("qorgan"), folder, process)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if cluster is not None:
            cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the hub does not come up: {(folder / 'hub.log').read_text()[-1500:]}")
