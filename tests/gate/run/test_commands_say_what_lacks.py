"""A command that finds no tables, older ones, or no server says so in one line and names the remedy."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qorgan.gate.cli import register
from qorgan.kit.postgres import Running

COMMANDS = {
    "applications": "",
    "application-add": "shop --name Shop --redirect https://shop.example/back --kind browser --population bank-client",
    "application-change": "shop --name Shop",
    "application-remove": "shop",
    "application-secret": "shop",
    "archive": "",
    "audit": "",
    "caller-add": "the-app --kind app --population bank-client",
    "caller-revoke": "00000000-0000-0000-0000-000000000001",
    "employee-add": "a.b --iin 000101300079 --name Test --phone +77000000001",
    "expire": "",
    "rotate-keys": "",
    "rotate-signing-key": "",
}
WITHOUT_TABLES = {"run", "migrate", "sandbox"}
Asked = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def asked(gate: Any, tmp_path: Path) -> Asked:
    """Runs a command on a copy of the gate's secrets, which it may change."""
    shutil.copytree(gate.config.state, tmp_path / "state")

    def run(command: str, url: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"QORGAN_GATE_STATE": str(tmp_path / "state"), "QORGAN_GATE_DATABASE_URL": url}
        words = [sys.executable, "-m", "qorgan", "gate", command, *COMMANDS.get(command, "").split()]
        return subprocess.run(words, env=environment | more, capture_output=True, text=True, check=False, timeout=120)

    return run


@pytest.fixture
def nobody() -> str:
    """A URL at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"postgresql://gate_owner@127.0.0.1:{taken.getsockname()[1]}/gate"


def test_no_command_is_left_out() -> None:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    gate = parser._subparsers._group_actions[0].choices["gate"]  # type: ignore[index,union-attr]
    named = set(gate._subparsers._group_actions[0].choices)
    assert named - WITHOUT_TABLES == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_before_the_tables_are_made_it_says_which_command_makes_them(
    asked: Asked, cluster: Running, database: str, command: str
) -> None:
    done = asked(command, cluster.superuser_dsn(database))
    said = f"qorgan gate {command}: the database has no tables yet; `qorgan gate migrate` makes them\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_the_tables_of_an_earlier_release_are_told_too(gate: Any, asked: Asked) -> None:
    gate.tamper("DROP TABLE provider_outage")
    done = asked("audit", gate.superuser)
    assert done.returncode == 1
    assert "of an earlier release: it has no table provider_outage" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [*COMMANDS, "migrate", "run"])
def test_where_no_server_answers_it_says_so(asked: Asked, nobody: str, command: str) -> None:
    done = asked(command, nobody)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith(f"qorgan gate {command}: PostgreSQL does not answer: ")
    assert "check QORGAN_GATE_DATABASE_URL" in done.stderr


@pytest.mark.parametrize(("role", "command"), [("READ", "audit"), ("CLERK", "archive"), ("WEB", "applications")])
def test_a_roles_own_url_that_leads_nowhere_is_told_the_same(
    gate: Any, asked: Asked, nobody: str, role: str, command: str
) -> None:
    done = asked(command, gate.superuser, **{f"QORGAN_GATE_DATABASE_URL_{role}": nobody})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "PostgreSQL does not answer" in done.stderr.splitlines()[-1]
