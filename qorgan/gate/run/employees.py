"""What `qorgan gate employee-add` does. It runs inside `acting.act`."""

from __future__ import annotations

import argparse

from django.db import transaction

from qorgan.gate.clients import actions
from qorgan.gate.clients.act import Act
from qorgan.gate.config import Config
from qorgan.gate.console import duties
from qorgan.gate.console.rights import Duty
from qorgan.gate.journal.entry import HERE
from qorgan.kit.clock import now
from qorgan.kit.outcome import Outcome


@transaction.atomic
def employee_add(config: Config, args: argparse.Namespace) -> Outcome:
    """The account, its invitation, and the duty if one was named: all or nothing. Raises Refusal."""
    act = Act(now=now(), whence=HERE, by=duties.COMMAND, reason=args.reason)
    made = actions.open_employee(login=args.login, iin=args.iin, name=args.name, phone=args.phone, act=act)
    secret = actions.invite(made.pk, act=act)
    if args.duty:
        duties.give_by_command(made.pk, Duty(args.duty), act=act)
    where = f"{config.portal.address.rstrip('/')}/invitation"
    value = {"id": str(made.pk), "login": made.login, "invitation": secret, "at": where}
    words = f"The account {made.login} is open. Within a day, at {where}, its owner shows this invitation:\n{secret}"
    return Outcome(value, words)
