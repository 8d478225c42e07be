"""The sandbox agent speaks NCALayer's protocol over a real socket, and what it signs is believed."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.sync.client import connect

from qorgan.cli import main
from qorgan.eds.agent.answering import LABEL, Agent, Mood
from qorgan.eds.agent.server import AgentServer, own_certificate
from qorgan.eds.chain import pinned
from qorgan.eds.pki.sandbox import LocalPort, Sandbox, invented_bin
from qorgan.eds.roles import Role, oid_of
from qorgan.eds.verify import Form, Trust, Verified, integrity, signature

DOCUMENT = b'{"kind":"incident-card","number":"IC-2026-AAAAAA"}'
SIGNING = "1.3.6.1.5.5.7.3.4"


def request(**changes: Any) -> dict[str, Any]:
    """What a page asks, as NCALayer's own description and sigex's client have it."""
    args: dict[str, Any] = {
        "allowedStorages": None,
        "format": "cms",
        "data": base64.b64encode(DOCUMENT).decode(),
        "signingParams": {"decode": True, "encapsulate": False, "digested": False},
        "signerParams": {"extKeyUsageOids": [SIGNING, oid_of(Role.ENTITY)], "chain": []},
        "locale": "kk",
    }
    return {"module": "kz.gov.pki.knca.basics", "method": "sign", "args": args | changes}


@pytest.fixture
def agent(world: Sandbox, at: datetime) -> Agent:
    return Agent(holder=world.head(invented_bin(2), "ОЙДАН АҚ"), clock=lambda: at)


@pytest.fixture
def server(agent: Agent, tmp_path: Path, at: datetime) -> Iterator[AgentServer]:
    with AgentServer(agent, 0, own_certificate(tmp_path, datetime.now(UTC))) as running:
        yield running


@contextmanager
def running(arguments: list[str]) -> Iterator[Any]:
    """A command of `qorgan eds`, ended when it is left."""
    command = [sys.executable, "-m", "qorgan", "eds", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def ask(address: str, asked: object) -> dict[str, Any]:
    """Connect as a browser does, be greeted, ask once."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connect(address, ssl=context) as socket:
        assert json.loads(socket.recv()) == {"result": {"version": "1.2"}, "sandbox": LABEL}
        socket.send(asked if isinstance(asked, str) else json.dumps(asked))
        answer: dict[str, Any] = json.loads(socket.recv())
        return answer


@pytest.mark.parametrize("inside", [True, False])
def test_what_it_signs_is_believed(server: AgentServer, world: Sandbox, at: datetime, inside: bool) -> None:
    params = {"decode": True, "encapsulate": inside, "digested": False}
    answer = ask(server.address, request(signingParams=params))
    assert answer["status"] is True
    raw = base64.b64decode(answer["body"]["result"], validate=True)
    beside = None if inside else DOCUMENT
    found = signature(raw, trust=Trust(pins=world.pins), at=at, port=LocalPort(world, at), document=beside)
    assert isinstance(found, Verified)
    assert found.form == (Form.CMS_ATTACHED if inside else Form.CMS_DETACHED)
    assert (found.content, found.signers[0].subject.bin) == (DOCUMENT, invented_bin(2))


def test_several_documents_are_signed_in_one_request(server: AgentServer) -> None:
    many = [base64.b64encode(one).decode() for one in (b"one", b"two")]
    answer = ask(server.address, request(data=many))
    for raw, document in zip(answer["body"]["result"], (b"one", b"two"), strict=True):
        assert integrity(base64.b64decode(raw), document)


def test_it_stamps_where_it_is_asked_and_can(server: AgentServer, world: Sandbox, at: datetime) -> None:
    params = {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}}
    assert ask(server.address, request(signingParams=params))["message"] == "The timestamp service does not answer"
    server.agent = msgspec.structs.replace(server.agent, stamping=lambda over: world.stamper.token(over, at))
    raw = base64.b64decode(ask(server.address, request(signingParams=params))["body"]["result"])
    found = signature(raw, trust=Trust(pins=world.pins), at=at, port=LocalPort(world, at), document=DOCUMENT)
    assert isinstance(found, Verified)
    assert found.signers[0].stamped_at == at


def test_cancelling_is_a_yes_without_a_result_as_ncalayer_says_it(server: AgentServer) -> None:
    server.agent = msgspec.structs.replace(server.agent, mood=Mood.CANCELS)
    assert ask(server.address, request()) == {"status": True, "body": {}}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("{", "truncated"),
        ({"module": "kz.gov.pki.knca.commonUtils", "method": "getActiveTokens"}, "args"),
        (request() | {"method": "browse"}, "The sandbox has no kz.gov.pki.knca.basics.browse"),
        (request(format="xml"), "CMS alone"),
        (request(data="?"), "no base64"),
        (request(signingParams={"decode": True, "encapsulate": False, "digested": True}), "never a digest"),
        (request(signerParams={"extKeyUsageOids": [SIGNING, oid_of(Role.INDIVIDUAL)]}), oid_of(Role.INDIVIDUAL)),
    ],
)
def test_what_it_does_not_do_it_refuses_and_says_why(server: AgentServer, asked: object, says: str) -> None:
    answer = ask(server.address, asked)
    assert (answer["status"], answer["code"]) == (False, "500")
    assert says in answer["message"]


def test_an_agent_that_alters_is_found_out(server: AgentServer) -> None:
    server.agent = msgspec.structs.replace(server.agent, mood=Mood.ALTERS)
    raw = base64.b64decode(ask(server.address, request())["body"]["result"])
    assert not isinstance(integrity(raw, DOCUMENT + b" "), type(integrity(raw, DOCUMENT)))


def test_the_commands_run_an_authority_and_an_agent_of_a_named_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = f"aida:{invented_bin(5)}:ОЙДАН АҚ:Ойдан Аида"
    authority = ["sandbox", "--folder", str(tmp_path), "--port", "0", "--json", "--signer", who]
    with running(authority) as sandbox:
        address = json.loads(sandbox.stdout.readline())["address"]
        serving = ["agent", "--folder", str(tmp_path), "--person", "aida", "--port", "0", "--json"]
        with running([*serving, "--tsp", f"{address}/tsp"]) as agent:
            said = json.loads(agent.stdout.readline())
            assert said["label"] == LABEL
            params = {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}}
            answer = ask(said["address"], request(signingParams=params))
    signed, document = tmp_path / "signed.p7s", tmp_path / "document.json"
    signed.write_bytes(base64.b64decode(answer["body"]["result"]))
    document.write_bytes(DOCUMENT)
    beside = ["eds", "verify", str(signed), "--document", str(document)]
    assert main([*beside, "--integrity"]) == 0
    assert pinned([(tmp_path / "root.cer").read_bytes()])
    capsys.readouterr()
    assert main(["eds", "agent", "--folder", str(tmp_path / "absent")]) == 2
    assert "Give the folder" in capsys.readouterr().err
