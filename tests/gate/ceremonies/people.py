"""People of a test's gate: obviously invented, with factors of which the test holds the other half."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.law.factors import Method, Population

PASSWORD = "violet harbour 4 lanterns"
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Somebody:
    """A client with a password and an app of one-time codes."""

    id: UUID
    identifier: str
    secret: str
    population: Population
    used: int = 0
    clock: datetime = field(default=NOW)

    def code(self, at: datetime | None = None) -> str:
        """The code of the moment."""
        from qorgan.gate.factors.one_time_code import steps

        return steps.code_at(self.secret, steps.step_at(at or self.clock))

    def answers(self, at: datetime | None = None) -> dict[Method, dict[str, str]]:
        """Both right answers."""
        return {Method.PASSWORD: {"password": PASSWORD}, Method.ONE_TIME_CODE: {"code": self.code(at)}}


def whence(address: str = "203.0.113.5", program: str = "test"):
    from qorgan.gate.journal.entry import Whence

    return Whence(address, 40_000, program, "trace")


def act(at: datetime = NOW, **more):
    from qorgan.gate.clients.act import Act

    return Act(now=at, whence=whence(), **more)


def somebody(population: Population = Population.BANK_CLIENT, number: int = 0) -> Somebody:
    """A new client of this population who may sign in."""
    from uuid import uuid4

    from qorgan.gate.clients import actions

    iin, phone = invented_iin(number + 1), invented_phone(number + 1)
    if population is Population.EMPLOYEE:
        login = f"tester-{number}"
        made = actions.open_employee(login=login, iin=iin, name="Test", act=act(by=uuid4(), reason="a test"))
        identifier = login
    else:
        made = actions.register(population, iin=iin, name="Test Testuly", phone=phone, act=act())
        made = actions.activate(made.pk, act=act(rule="D26.remote-registration", edition="a test"))
        identifier = iin
    return Somebody(made.pk, identifier, _enrol(made.pk), population)


def _enrol(client_id: UUID) -> str:
    from qorgan.gate.factors.one_time_code import steps
    from qorgan.gate.factors.one_time_code import verifying as codes
    from qorgan.gate.factors.password import verifying as password

    ceremony = UUID(int=1)
    password.enrol_finish(client_id, {}, {"password": PASSWORD}, ceremony=ceremony, now=NOW)
    asked = codes.enrol_begin(client_id, ceremony=ceremony, nonce=b"0" * 32, purpose="", now=NOW)
    secret = str(asked.public["secret"])
    before = NOW - timedelta(minutes=5)
    code = steps.code_at(secret, steps.step_at(before))
    codes.enrol_finish(client_id, asked.kept, {"code": code}, ceremony=ceremony, now=before)
    return secret
