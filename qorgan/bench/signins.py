"""Sign-ins with a password and a one-time code through the running gate, against what Argon2id alone allows.

Argon2id is what a sign-in is to cost: all else, HTTP, the rules, the journal, the session, should hardly show.
Processor time of the portal and of the backends that work for it, so that others on the machine do not count.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Final

from qorgan.bench.command import QORGAN, free_port
from qorgan.bench.figures import Figure, at_least, in_turn
from qorgan.kit.postgres import Cluster

CLIENTS: Final = 60
AT_ONCE: Final = 4
"""Callers that wait for an answer each."""
ROUND: Final = 16
"""Sign-ins, and verifications, of a round."""
ROUNDS: Final = 45
LIMIT: Final = 0.85
PASSWORD: Final = "violet harbour 4 lanterns"  # noqa: S105 (of people who are not there)


_BACKENDS: Final = """
SELECT pid FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Running:
    """A gate with clients who may sign in."""

    port: int
    token: str
    people: list[tuple[str, str]]
    """Identifier, and the secret of the app of one-time codes."""
    process: int

    def spent(self) -> float:
        """Processor seconds so far of the portal's process and of the backends of PostgreSQL that work for it."""
        from django.db import connection  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute(_BACKENDS)
            backends = [int(pid) for (pid,) in cursor.fetchall()]
        return sum(_spent(one) for one in (*_portal(self.process), *backends))


def measure() -> list[Figure]:
    """Whole sign-ins, as a share of verifications of Argon2id that the same processor time allows."""
    with running() as gate:
        _sign_ins(gate)
        ratio, ours, peer = in_turn(ROUNDS, lambda: 1 / _sign_ins(gate), lambda: 1 / _verifications())
        cost = _cost()
    how = (
        f"{ours:.1f}/s of a core against {peer:.1f}/s: POST /api/v1/sign-ins by {AT_ONCE} callers, in turn with "
        f"Argon2id ({cost}) alone, {ROUNDS} rounds of {ROUND}, processor time, median of the ratios"
    )
    return [at_least("Sign-ins with password and one-time code, to what Argon2id allows", ratio, LIMIT, how)]


def _sign_ins(gate: Running) -> float:
    """Processor seconds of the gate for each sign-in."""
    _forget_codes()
    requests = [_request(gate, number) for number in range(ROUND)]
    before = gate.spent()
    _several(lambda number: _sign_in(gate, requests[number]))
    return (gate.spent() - before) / ROUND


def _verifications() -> float:
    """Processor seconds for each verification of a password."""
    verify, before = _argon2(), time.process_time()
    _several(verify)
    return (time.process_time() - before) / ROUND


def _several(do: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(do, range(ROUND)))


def _portal(root: int) -> list[int]:
    """The processes that answer: children of the one that was started."""
    running = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    return [one for one in running if _fields(one)[1:2] == [str(root)] and b"gate.run.serve" in _command(one)]


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _spent(process: int) -> float:
    fields = _fields(process)
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _fields(process: int) -> list[str]:
    """What stands after the name in /proc/PID/stat, state first; nothing for a process that has gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


_kept = threading.local()


def _request(gate: Running, number: int) -> bytes:
    """A whole request, made beforehand: what a caller does between two of them interrupts the gate on its own cores."""
    from qorgan.gate.factors.one_time_code import steps  # noqa: PLC0415 (Django is set up by `running`)

    identifier, secret = gate.people[number % len(gate.people)]
    code = steps.code_at(secret, steps.step_at(datetime.now(UTC)))
    body = json.dumps({"identifier": identifier, "password": PASSWORD, "code": code})
    return (
        f"POST /api/v1/sign-ins HTTP/1.1\r\nHost: localhost:{gate.port}\r\nAuthorization: Bearer {gate.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode("ascii")


def _sign_in(gate: Running, request: bytes) -> None:
    if getattr(_kept, "port", None) != gate.port:
        _kept.port, _kept.connection = gate.port, socket.create_connection(("localhost", gate.port), timeout=60)
    _kept.connection.sendall(request)
    answer = HTTPResponse(_kept.connection, method="POST")
    answer.begin()
    said = answer.read()
    if answer.status != HTTPStatus.CREATED:
        raise RuntimeError(f"a sign-in was refused: {said[:300]!r}")


def _argon2() -> Callable[[int], None]:
    from django.conf import settings  # noqa: PLC0415

    from qorgan.gate.factors.password import hashing  # noqa: PLC0415

    cost, encoded = settings.CONFIG.password.cost, _encoded()

    def verify(_number: int) -> None:
        if not hashing.holds(PASSWORD, encoded, cost):
            raise RuntimeError("the password is not its own")

    return verify


def _cost() -> str:
    from django.conf import settings  # noqa: PLC0415

    cost = settings.CONFIG.password.cost
    return f"{cost.memory // 1024} MiB, {cost.passes} passes, {cost.lanes} lane"


@contextmanager
def running() -> Iterator[Running]:
    """A gate of its own as `qorgan gate run` starts it, gone afterwards with its data."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-bench-gate-"))
    port = free_port()
    file = folder / "gate.toml"
    file.write_text(
        f'state = "{folder}/state"\n[portal]\nport = {port}\naddress = "http://localhost:{port}"\n', encoding="utf-8"
    )
    command = [str(QORGAN), "gate", "run", "--config", str(file), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        _await(process)
        os.environ["QORGAN_GATE_CONFIG"] = str(file)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"
        yield _with_people(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)
        Cluster(folder / "state" / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)


def _await(process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        if json.loads(line).get("event") == "ready":
            return
        raise RuntimeError(f"the gate did not start: {line}")
    raise RuntimeError("the gate did not start")


def _with_people(port: int, process: int) -> Running:
    import django  # noqa: PLC0415

    django.setup()
    from qorgan.gate.api import callers  # noqa: PLC0415
    from qorgan.gate.api.models import Kind  # noqa: PLC0415
    from qorgan.gate.clients.act import Act  # noqa: PLC0415
    from qorgan.gate.journal.entry import HERE  # noqa: PLC0415
    from qorgan.law.factors import Population  # noqa: PLC0415

    act = Act(now=datetime.now(UTC), whence=HERE)
    token = callers.register("the measurement", Kind.SERVER, Population.BANK_CLIENT, act=act)[1]
    return Running(port, token, [_person(number, act) for number in range(1, CLIENTS + 1)], process)


def _person(number: int, act: Any) -> tuple[str, str]:
    """Somebody with a password and an app of one-time codes, and that app's secret."""
    from qorgan.eds.pki.sandbox import invented_iin  # noqa: PLC0415
    from qorgan.gate.clients import actions  # noqa: PLC0415
    from qorgan.gate.factors.one_time_code import steps, verifying  # noqa: PLC0415
    from qorgan.gate.factors.password.models import Password  # noqa: PLC0415
    from qorgan.law.factors import Population  # noqa: PLC0415

    iin, before = invented_iin(number), act.now - timedelta(minutes=5)
    said = actions.register(Population.BANK_CLIENT, iin=iin, name="Test", phone=f"+7700{number:07d}", act=act)
    actions.activate(said.pk, act=act)
    Password.objects.create(client=said, encoded=_encoded(), set_at=act.now)
    asked = verifying.enrol_begin(said.pk, ceremony=said.pk, nonce=b"", purpose="", now=before)
    secret = str(asked.public["secret"])
    code = {"code": steps.code_at(secret, steps.step_at(before))}
    verifying.enrol_finish(said.pk, asked.kept, code, ceremony=said.pk, now=before)
    return iin, secret


@cache
def _encoded() -> str:
    from django.conf import settings  # noqa: PLC0415

    from qorgan.gate.factors.password import hashing  # noqa: PLC0415

    return hashing.kept(PASSWORD, settings.CONFIG.password.cost)


def _forget_codes() -> None:
    """Let the codes of this half minute be taken again: otherwise each person signs in once in it."""
    from qorgan.gate.factors.one_time_code.models import OneTimeCode  # noqa: PLC0415

    OneTimeCode.objects.update(last_step=0)
