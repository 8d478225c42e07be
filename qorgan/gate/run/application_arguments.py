"""What the commands on applications are told. No Django here: it is read to print the help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.gate.oidc.scopes import Scope
from qorgan.kit.command import Program
from qorgan.law.factors import Population

ROOM: Final = "applications"
"""Its commands act on rows."""


def register(program: Program, acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands on applications and on the key that signs for them."""
    program.add(acts, "applications", ROOM, "list the applications that sign in through the gate")
    add = program.add(acts, "application-add", ROOM, "let an application sign people in through the gate")
    _described(add)
    add.add_argument("--kind", choices=[kind.value for kind in Kind], required=True)
    add.add_argument("--population", choices=[one.value for one in Population], required=True, help="whose people")
    add.add_argument("--authentication", choices=[way.value for way in Authentication], help="how it proves itself")
    change = program.add(acts, "application-change", ROOM, "describe an application anew; its secret stays")
    _described(change)
    for name, words in (
        ("application-secret", "give an application another secret; the old one ends at once"),
        ("application-remove", "let an application in no more"),
    ):
        program.add(acts, name, ROOM, words).add_argument("client_id")
    rotate = program.add(acts, "rotate-signing-key", ROOM, "make the next key that ID tokens are signed with")
    rotate.add_argument(
        "--withdraw", action="store_true", help="sign with it at once and give up the older keys: one was stolen"
    )


def _described(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("client_id", help="its public name: small Latin letters, digits, hyphens")
    parser.add_argument("--name", help="as people read it")
    parser.add_argument("--redirect", action="append", metavar="ADDRESS", help="where people are sent back to; repeat")
    parser.add_argument("--after-sign-out", action="append", metavar="ADDRESS", help="the same after signing out")
    parser.add_argument("--back-channel", metavar="ADDRESS", help="where it is told that a session has ended")
    parser.add_argument("--scope", action="append", choices=[scope.value for scope in Scope], help="repeat")
    parser.add_argument("--jwks", type=Path, metavar="FILE", help="its public keys, when it proves itself by signing")
