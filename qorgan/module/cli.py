"""`qorgan module …`: the commands of an institution's module. What they do is loaded when they are run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

REFUSED: Final = 2
"""Exit code of a refusal; 1 says that what was asked for is not well."""
CONFIG: Final = Path("/etc/qorgan/module.toml")

_DESCRIPTION: Final = """\
The integration module: reads what an institution's security products write, makes signals of it, removes
personal data and banking secrets, keeps the signals on disk, and sends them to the sectoral centre.
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `module` to the subcommands of `qorgan`."""
    module = commands.add_parser(
        "module",
        help="run an institution's integration module",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = module.add_subparsers(title="module commands", metavar="COMMAND", required=True)
    run = _add(
        acts, "run", "service", "read, spool and send, until Ctrl-C or SIGTERM; SIGHUP reloads the configuration"
    )
    run.add_argument("--verbose", action="store_true", help="log more")
    _add(acts, "check", "checking", "look at configuration, rules, sources, hub and clock, and change nothing")
    _add(acts, "status", "looking", "how the module does, and an account of every record it ever read")
    enrol = _add(acts, "enrol", "enrolling", "become known to the hub with a one-time code from the centre")
    enrol.add_argument(
        "code", metavar="CODE", nargs="?", default="-", help="the code; - or none: read from standard input"
    )
    enrol.add_argument(
        "--replace", action="store_true", help="replace the identity of a module that is enrolled already"
    )
    _add(acts, "desk", "falling_back", "open the desk on this machine: a card is drafted there while ASOI is away")
    person = _add(acts, "desk-person", "falling_back", "let somebody sign in at the desk; the password is typed in")
    person.add_argument("email", metavar="EMAIL", help="the address of the person's account in ASOI")
    person.add_argument("--name", default="", help="surname, given name and patronymic, in this order")
    person.add_argument("--position", default="")
    person.add_argument("--role", choices=["maker", "head"], default="maker", help="who drafts, or who agrees")
    person.add_argument("--close", action="store_true", help="let nobody sign in under this address any more")
    receipt = _add(acts, "receipt", "falling_back", "keep the hub's receipt for a card that was sealed here")
    receipt.add_argument("file", type=Path, metavar="FILE", help="the file that the centre gave back")
    _add(acts, "rotate-key", "enrolling", "replace the signing key")
    receipts = _add(acts, "receipts", "looking", "list the hub's receipts, or write one out for `qorgan verify`")
    receipts.add_argument("--last", type=int, default=20, metavar="N", help="how many of the newest (default 20)")
    receipts.add_argument("--number", type=int, metavar="N", help="the receipt for this sequence number")
    receipts.add_argument("--export", type=Path, metavar="FOLDER", help="write the receipt and its document there")
    explain = _add(acts, "explain", "explaining", "what becomes of a record, why, and what is removed from it")
    explain.add_argument("line", metavar="LINE", nargs="?", default="-", help="the record; - or none: standard input")
    explain.add_argument("--format", default="auto", help="read it as this format instead of finding it")
    packs = _add(acts, "packs", "packs", "list the sets of rule packs, show, accept or roll one back")
    packs.add_argument("act", choices=("list", "show", "accept", "rollback", "add"), nargs="?", default="list")
    packs.add_argument("number", nargs="?", help="the set's number; for add, the file of a signed set")
    export = _add(acts, "export", "relaying", "write what waits as signed files, for a one-way relay or a memory stick")
    export.add_argument("folder", metavar="FOLDER", type=Path, help="where the files go")
    export.add_argument("--most", type=int, default=1000, metavar="N", help="how many files at most (default 1000)")
    relay = _add(acts, "relay", "relaying", "give exported files to the centre, from a machine with a connection")
    relay.add_argument("folder", metavar="FOLDER", type=Path, help="where the files are")
    relay.add_argument("--receipts", metavar="FOLDER", type=Path, help="where the receipts go (default: the same)")
    back = _add(acts, "import-receipts", "relaying", "take the centre's receipts from files")
    back.add_argument("folder", metavar="FOLDER", type=Path, help="where the receipts are")
    key = _add(acts, "spool-key", "sealing", "the keys under which the spool is sealed: list, make, rotate, retire")
    key.add_argument("--file", metavar="FILE", type=Path, help="another file than the configured one")
    ways = key.add_mutually_exclusive_group()
    ways.add_argument("--new", action="store_true", help="make a file with a first key")
    ways.add_argument("--rotate", action="store_true", help="put a new key before the others")
    ways.add_argument("--retire", action="store_true", help="let go of keys that nothing is sealed under any more")
    _register_report(acts)
    quarantine = _add(acts, "quarantine", "looking", "list records that could not be read or that the hub refused")
    quarantine.add_argument("--last", type=int, default=20, metavar="N", help="how many of the newest (default 20)")


def _register_report(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = _add(acts, "report", "reporting", "what left, what was removed, ignored and quarantined, day by day")
    report.add_argument("--day", metavar="DAY", help="one day, as 2026-11-20")
    report.add_argument("--from", dest="since", metavar="DAY", help="the first day (default: a week before the last)")
    report.add_argument("--to", metavar="DAY", help="the last day (default: today)")
    report.add_argument("--lang", choices=("kk", "ru", "en"), default="en", help="in which language")


def _add(
    acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, room: str, words: str
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help=f"the TOML file (default {CONFIG})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_later(name, room))
    return parser


def _later(name: str, room: str) -> Callable[[argparse.Namespace], int]:
    """Load what a command does when it is run, and turn its refusals into one line."""

    def run(args: argparse.Namespace) -> int:
        refusal_line = import_module("qorgan.module.commands.outcome").refusal_line
        verb = getattr(import_module(f"qorgan.module.commands.{room}"), name.replace("-", "_"))
        try:
            done = verb(args)
        except Exception as error:
            line = refusal_line(error)
            if line is None:
                raise
            return _refuse(args, name, line)
        print(json.dumps(done.value, ensure_ascii=False) if args.json else done.words)
        return int(done.code)

    return run


def _refuse(args: argparse.Namespace, name: str, line: str) -> int:
    if args.json:
        print(json.dumps({"error": line}, ensure_ascii=False))
    else:
        print(f"qorgan module {name}: {line}", file=sys.stderr)
    return REFUSED
