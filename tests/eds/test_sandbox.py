"""The sandbox speaks the protocols of the registries over real sockets, and says what it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest

from qorgan.cli import main
from qorgan.eds import certificate, evidence, timestamp
from qorgan.eds.algorithms import GOST2004, GOST34311
from qorgan.eds.chain import pinned
from qorgan.eds.pki.keys import read_key
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.pki.signing import Holder, sign_cms
from qorgan.eds.revocation.state import Good, Source
from qorgan.eds.sandbox_server import LABEL, SandboxServer
from qorgan.eds.timestamp import TimestampRules
from qorgan.eds.verify import Trust, Verified, signature

DOCUMENT = b"agreed"


class _Http:
    """What a program puts around the port: a client of its own."""

    def ocsp(self, url: str, request: bytes) -> bytes:
        return httpx.post(url, content=request).raise_for_status().content

    def crl(self, url: str) -> bytes:
        return httpx.get(url).raise_for_status().content


class _OnlyLists(_Http):
    def ocsp(self, url: str, request: bytes) -> bytes:
        raise ConnectionError(url)


@pytest.fixture
def server(at: datetime) -> Iterator[SandboxServer]:
    with SandboxServer(("127.0.0.1", 0), lambda base: Sandbox(at, GOST2004, base), lambda: at) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_signature_is_believed_by_asking_over_http(server: SandboxServer, at: datetime) -> None:
    sandbox = server.sandbox
    raw = sign_cms(DOCUMENT, [sandbox.person()], at)
    for port, source in ((_Http(), Source.OCSP), (_OnlyLists(), Source.DELTA)):
        found = signature(raw, trust=Trust(pins=sandbox.pins), at=at, port=port)
        assert isinstance(found, Verified)
        assert found.signers[0].state == Good(source=source, as_of=at)


def test_timestamps_and_certificates_are_given_and_labelled(server: SandboxServer, at: datetime) -> None:
    asked, nonce = timestamp.request(DOCUMENT, GOST34311)
    answered = httpx.post(f"{server.base}/tsp", content=asked)
    assert answered.headers["X-Qorgan-Sandbox"] == LABEL
    stamp, _ = timestamp.response(answered.content, DOCUMENT, TimestampRules(pins=server.sandbox.pins), nonce)
    assert stamp.at == at
    root = httpx.get(f"{server.base}/cert/root.cer").content
    assert certificate.read(root) == server.sandbox.root.certificate
    assert httpx.get(server.base).text == f"{LABEL}\n"


def test_what_is_no_question_gets_no_answer(server: SandboxServer) -> None:
    assert httpx.post(f"{server.base}/ocsp/ca", content=b"?").status_code == 400
    assert httpx.post(f"{server.base}/ocsp/nobody", content=b"?").status_code == 400
    assert httpx.post(f"{server.base}/tsp", content=b"?").status_code == 400
    assert httpx.post(f"{server.base}/tsp", content=b"?" * 70_000).status_code == 413
    assert httpx.get(f"{server.base}/crl/nobody.crl").status_code == 400
    assert httpx.get(f"{server.base}/else").status_code == 404
    assert httpx.post(f"{server.base}/else", content=b"").status_code == 404


def test_the_command_runs_a_sandbox_whose_people_sign_and_are_verified_offline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "qorgan", "eds", "sandbox", "--folder", str(tmp_path), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            said = json.loads(running.stdout.readline())
            head = certificate.read((tmp_path / "head.cer").read_bytes())
            holder = Holder(head, read_key((tmp_path / "head.key").read_bytes()))
            assert head.subject.organisation == "САНДБОКС АҚ"
            assert said["folder"] == str(tmp_path)
            raw = sign_cms(DOCUMENT, [holder], datetime.now(UTC))
            pins = pinned([(tmp_path / "root.cer").read_bytes()], [(tmp_path / "ca.cer").read_bytes()])
            found = signature(raw, trust=Trust(pins=pins), at=datetime.now(UTC), port=_Http())
        finally:
            running.terminate()
    assert isinstance(found, Verified)
    kept, signed = tmp_path / "kept.json", tmp_path / "signed.cms"
    kept.write_bytes(evidence.write(found.evidence))
    signed.write_bytes(raw)
    pin = ["--pin", str(tmp_path / "root.cer")]
    assert main(["eds", "verify", str(kept), "--evidence", *pin, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signers"][0]["roles"] == ["entity", "head"]
    assert main(["eds", "verify", str(signed), *pin, "--pin", str(tmp_path / "ca.cer")]) == 1
    assert capsys.readouterr().out.startswith("Refused: revocation_unknown (signer 1")
    assert main(["eds", "verify", str(signed), "--integrity"]) == 0
    assert main(["eds", "verify", str(signed)]) == 2
    assert main(["eds", "verify", str(tmp_path / "absent"), *pin]) == 2
    assert "Give " in capsys.readouterr().err
