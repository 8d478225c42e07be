"""`qorgan gate …`: the commands of an institution's gate. What they do is loaded when they are run."""

from __future__ import annotations

import argparse
from typing import Final

from qorgan.gate.config import CONFIG_VARIABLE, load
from qorgan.gate.providers.sandbox import command as sandbox
from qorgan.gate.run import application_arguments, caller_arguments, employee_arguments
from qorgan.kit.command import Program

_GATE: Final = Program(
    "gate",
    load,
    CONFIG_VARIABLE,
    frozenset({application_arguments.ROOM, caller_arguments.ROOM, employee_arguments.ROOM, "keys"}),
)

_DESCRIPTION: Final = """\
The gate of one institution: identifies and signs in its clients, a platform's participants and its employees, keeps
the journal of it, and is the OpenID Connect provider of its applications.

Without QORGAN_GATE_DATABASE_URL the gate runs a PostgreSQL of its own under its state folder.
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `gate` to the subcommands of `qorgan`."""
    gate = commands.add_parser(
        "gate",
        help="run an institution's gate: who is it, and may they come in",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = gate.add_subparsers(title="gate commands", metavar="COMMAND", required=True)
    _GATE.add(acts, "run", "service", "start everything, until Ctrl-C or SIGTERM")
    _GATE.add(acts, "migrate", "service", "bring the database to this release, and stop")
    _GATE.add(acts, "audit", "journal", "recompute the journal and its archives; exit code 1 when anything was changed")
    _GATE.add(acts, "archive", "journal", "move days of the journal past their three months into sealed files")
    _GATE.add(acts, "expire", "journal", "destroy archives whose year is over")
    rotate = _GATE.add(acts, "rotate-keys", "keys", "seal identifying fields anew with a new key")
    rotate.add_argument("--resume", action="store_true", help="go on with the newest key after an interruption")
    application_arguments.register(_GATE, acts)
    caller_arguments.register(_GATE, acts)
    employee_arguments.register(_GATE, acts)
    sandbox.register(acts)
