"""What the commands on callers of the API are told. No Django here: it is read to print the help."""

from __future__ import annotations

import argparse
from typing import Final

from qorgan.kit.command import Program
from qorgan.law.factors import Population

ROOM: Final = "callers"
"""Its commands act on rows."""


def register(program: Program, acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands on programs that call the API."""
    add = program.add(acts, "caller-add", ROOM, "let a program of the institution call the API, and give its token")
    add.add_argument("name", help="which program it is")
    kind = "where it runs; an inspector reads the journal, its figures and its evidence, and acts for nobody"
    add.add_argument("--kind", choices=["server", "app", "inspector"], required=True, help=kind)
    populations = [one.value for one in Population]
    add.add_argument("--population", choices=populations, help="whose people; an inspector alone has none")
    revoke = program.add(acts, "caller-revoke", ROOM, "let a program call the API no more")
    revoke.add_argument("caller", help="its id, as caller-add said it")
