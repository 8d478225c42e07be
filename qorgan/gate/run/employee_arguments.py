"""What the command that opens employees' accounts is told. No Django here: it is read to print the help."""

from __future__ import annotations

import argparse
from typing import Final

from qorgan.kit.command import Program

ROOM: Final = "employees"
"""Its command acts on rows."""


def register(program: Program, acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command by which the first administrators come to be; the others are opened at the console."""
    add = program.add(acts, "employee-add", ROOM, "open an employee's account and give its invitation")
    add.add_argument("login", help="small Latin letters, digits, dots, dashes, underscores")
    add.add_argument("--iin", required=True, help="the person's: one person has one account")
    add.add_argument("--name", required=True, help="as in the identity document")
    add.add_argument("--phone", default="", help="where they are told of sign-ins")
    add.add_argument("--duty", choices=["administrator"], help="give the duty of administrator at once; two are needed")
    add.add_argument("--reason", default="opened by command", help="written in the journal")
