"""Makes people at the demonstration's gate: clients of the sample bank, and a participant of the sample platform.

Run as `python -m qorgan.demo.gate_people`, in a process of its own because Django takes its settings once; it reads the
gate's configuration from the environment, and the password and the codes' secret as JSON from standard input.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import django

from qorgan.demo.gate_known import KNOWN, Known
from qorgan.gate.config import load
from qorgan.gate.database.connection import Role, role_url
from qorgan.gate.rules import policy
from qorgan.gate.rules.verdict import Allowed
from qorgan.law.factors import Identification, Population

_NAMES: Final = {Population.BANK_CLIENT: "Үлгі Клиент", Population.PARTICIPANT: "Үлгі Қатысушы"}


def main() -> int:
    """Make them, through the gate's own doors."""
    said = json.load(sys.stdin)
    os.environ["QORGAN_GATE_DATABASE_URL_WEB"] = role_url(load(), Role.WEB)
    os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"
    django.setup()
    for one in KNOWN:
        _make(one, said["password"], said["totp"])
    return 0


def _make(one: Known, password: str, totp: str) -> None:
    # Models can be imported only once Django is set up.
    from qorgan.gate.clients import actions  # noqa: PLC0415
    from qorgan.gate.clients.act import Act  # noqa: PLC0415
    from qorgan.gate.factors.one_time_code import steps  # noqa: PLC0415
    from qorgan.gate.factors.one_time_code import verifying as codes  # noqa: PLC0415
    from qorgan.gate.factors.password import verifying as passwords  # noqa: PLC0415
    from qorgan.gate.journal.entry import Whence  # noqa: PLC0415
    from qorgan.gate.sealing.fields import seal  # noqa: PLC0415

    now = datetime.now(UTC)
    ceremony = uuid4()
    # As if each had been identified in every way: their ceremonies are not there, and the rule by which they are is.
    by = policy.registration(one.population, frozenset(Identification), now)
    assert isinstance(by, Allowed)  # noqa: S101 (more than every way there is not)
    whence = Whence("127.0.0.1", 0, "qorgan demo", ceremony.hex)
    act = Act(now=now, whence=whence, ceremony=ceremony, rule=by.rule, edition=by.edition)
    made = actions.register(one.population, iin=one.iin, name=_NAMES[one.population], phone=one.phone, act=act)
    actions.activate(made.pk, act=act)
    passwords.enrol_finish(made.pk, {}, {"password": password}, ceremony=ceremony, now=now)
    asked = codes.enrol_begin(made.pk, ceremony=ceremony, nonce=b"", purpose="", now=now)
    # An earlier code than the present one: each counts once, and the present one is for whoever reads this first.
    before = now - timedelta(minutes=5)
    kept = {**asked.kept, "secret": seal(totp, field=codes.FIELD, row=ceremony)}
    code = {"code": steps.code_at(totp, steps.step_at(before))}
    codes.enrol_finish(made.pk, kept, code, ceremony=ceremony, now=before)


if __name__ == "__main__":
    sys.exit(main())
