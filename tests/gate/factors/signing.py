"""The sandbox's authority, whom the gate believes, and a participant who signs by its keys."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from qorgan.eds.algorithms import GOST2004
from qorgan.eds.pki.sandbox import Sandbox, invented_bin, invented_iin
from qorgan.eds.pki.signing import Holder, sign_cms, sign_xml
from qorgan.eds.sandbox_server import SandboxServer
from qorgan.gate.factors.base import Challenge, FactorRefused, Reason
from qorgan.law.factors import Population
from tests.gate.fixtures_people import pem

IIN, BIN = invented_iin(1), invented_bin(1)
PURPOSE = "sign-in:participant"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass
class Authority:
    """The sandbox's authority, whom the gate believes."""

    server: SandboxServer

    @property
    def world(self) -> Sandbox:
        return self.server.sandbox


@pytest.fixture
def authority(gate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """A server of the sandbox, in the gate's configuration."""
    from django.conf import settings as django

    with SandboxServer(("127.0.0.1", 0), lambda base: Sandbox(NOW, GOST2004, base), lambda: NOW) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        names = {"anchors": running.sandbox.root.certificate, "helpers": running.sandbox.authority.certificate}
        rules = django.CONFIG.providers.signatures
        for name, certificate in names.items():
            file = tmp_path / f"{name}.pem"
            file.write_bytes(pem(certificate.raw))
            rules = msgspec.structs.replace(rules, **{name: file})
        providers = msgspec.structs.replace(django.CONFIG.providers, signatures=rules)
        monkeypatch.setattr(django, "CONFIG", msgspec.structs.replace(django.CONFIG, providers=providers))
        yield Authority(running)
        running.shutdown()
        thread.join()


def cms(asked: Challenge, holder: Holder, *, attached: bool = True, at: datetime = NOW) -> dict[str, str]:
    """What a signing program answers."""
    raw = sign_cms(asked.public["text"].encode(), [holder], at, attached=attached)
    return {"cms": base64.encodebytes(raw).decode()}


def xml(asked: Challenge, holder: Holder) -> dict[str, str]:
    return {"xml": sign_xml(asked.public["xml"].encode(), holder, NOW).decode()}


def begun(client: UUID | None, ceremony: UUID, nonce: bytes = b"n" * 32) -> Challenge:
    from qorgan.gate.factors.signature import verifying

    return verifying.begin(client, ceremony=ceremony, nonce=nonce, purpose=PURPOSE, now=NOW)


def enrol(client: UUID, holder: Holder) -> Any:
    from qorgan.gate.factors.signature import verifying

    ceremony = uuid4()
    asked = verifying.enrol_begin(client, ceremony=ceremony, nonce=b"e" * 32, purpose=PURPOSE, now=NOW)
    answer, told = cms(asked, holder), {"ceremony": ceremony, "now": NOW}
    heard = verifying.hear(client, asked.kept, answer, **told).run()
    return verifying.enrol_finish(client, asked.kept, answer, **told, heard=heard)


def proven(client: UUID | None, asked: Challenge, answer: Any, ceremony: UUID, now: datetime = NOW) -> Any:
    from qorgan.gate.factors.signature import verifying

    heard = verifying.hear(client, asked.kept, answer, ceremony=ceremony, now=now).run()
    return verifying.verify(client, asked.kept, answer, ceremony=ceremony, now=now, heard=heard)


def why(client: UUID | None, asked: Challenge, answer: Any, ceremony: UUID, now: datetime = NOW) -> str:
    with pytest.raises(FactorRefused) as caught:
        proven(client, asked, answer, ceremony, now)
    return caught.value.detail if caught.value.reason is Reason.SIGNATURE_REFUSED else caught.value.reason.value


@pytest.fixture
def participant(new_client: Callable[..., Any]) -> UUID:
    return UUID(str(new_client(Population.PARTICIPANT, iin=IIN).pk))
