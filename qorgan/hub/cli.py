"""`qorgan hub …`: the commands of the sectoral centre. What they do is loaded when they are run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from qorgan.hub.config import CONFIG_VARIABLE, ConfigRefused, load

REFUSED, UNUSABLE = 1, 2
"""Exit codes."""

_ACTING: Final = frozenset({"importing", "membership"})
"""Rooms whose commands act on the hub's rows as the portal does."""
_VERBS: Final = {"import": "import_"}

_DESCRIPTION: Final = """\
ASOI, the hub of the sectoral centre: takes signals from the institutions' modules, keeps them under row security
in PostgreSQL, gives receipts, and shows them to people.

Without QORGAN_DATABASE_URL the hub runs a PostgreSQL of its own under its state folder.
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `hub` to the subcommands of `qorgan`."""
    hub = commands.add_parser(
        "hub",
        help="run the sectoral centre's hub, and keep its members",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = hub.add_subparsers(title="hub commands", metavar="COMMAND", required=True)
    _add(acts, "run", "service", "start everything, until Ctrl-C or SIGTERM")
    _add(acts, "migrate", "service", "bring the database to this release, and stop")
    _add(acts, "audit", "auditing", "recompute the whole ledger and say what was tampered with")
    expire = _add(acts, "expire", "expiring", "drop the signals of days that no act keeps any more")
    expire.add_argument("--before", metavar="DATE", required=True, help="drop every day (UTC) before this one")
    offer = _add(acts, "packs-offer", "offering", "offer a signed set of rule packs to the modules")
    offer.add_argument("file", metavar="FILE", type=Path, help="the set, as tools/packs.py sign makes it")
    offer.add_argument("--key", action="append", required=True, help="a verifier key that modules are told to believe")
    bring = _add(acts, "import", "importing", "take a sealed package that another transport carried")
    bring.add_argument("file", type=Path, metavar="FILE", help="the package, as the institution's module sealed it")
    bring.add_argument("--receipt", type=Path, metavar="FILE", help="write the receipt there, for the institution")
    files = _add(acts, "import-batches", "parcels", "take modules' batches from files, and write their receipts")
    files.add_argument("folder", type=Path, metavar="FOLDER", help="where the files are")
    files.add_argument("--receipts", type=Path, metavar="FOLDER", help="where the receipts go (default: the same)")
    _register_organisations(acts)
    _register_modules(acts)
    _register_people(acts)


def _register_organisations(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add(acts, "organisations", "membership", "list organisations and their modules")
    one = _add(acts, "organisation-add", "membership", "connect an organisation to ASOI")
    one.add_argument("--bin", required=True, help="business identification number, 12 digits")
    one.add_argument("--kind", required=True, help="bank, nonresident-branch, banking-operations, insurer, mfo, soc, …")
    for language, words in (("kk", "Kazakh"), ("ru", "Russian"), ("en", "English")):
        one.add_argument(f"--name-{language}", required=True, help=f"name in {words}")
    one.add_argument("--email", required=True, help="the office's address")
    one.add_argument("--reporting-phone", default="", help="registered phone for reports, as +7…")
    one.add_argument("--served-by", metavar="BIN", help="BIN of the security operations centre that acts for it")
    for verb, words in (("suspend", "take nothing more from"), ("resume", "take again from")):
        move = _add(acts, f"organisation-{verb}", "membership", f"{words} an organisation")
        move.add_argument("bin", metavar="BIN")
        move.add_argument("--reason", required=True, help="goes into the journal")


def _register_modules(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _add(acts, "module-add", "membership", "let an organisation have a module; prints its code")
    add.add_argument("bin", metavar="BIN", help="BIN of the organisation")
    add.add_argument("name", metavar="NAME", help="what its people call it")
    code = _add(acts, "module-code", "membership", "a new one-time code for a module")
    code.add_argument("module", metavar="MODULE", help="the module's id, as `qorgan hub organisations` lists it")
    revoke = _add(acts, "module-revoke", "membership", "take nothing more from a module, for good")
    revoke.add_argument("module", metavar="MODULE")
    revoke.add_argument("--reason", required=True, help="goes into the journal")


def _register_people(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _add(acts, "person-add", "membership", "open an account; its password is read from standard input")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="surname, given name and patronymic, in this order")
    add.add_argument("--bin", required=True, help="BIN of the organisation to act for")
    add.add_argument("--role", required=True, help="centre-analyst, centre-head, auditor, responsible-employee, …")
    add.add_argument("--position", default="")
    add.add_argument("--phones", default="")


def _add(
    acts: argparse._SubParsersAction[argparse.ArgumentParser], name: str, room: str, words: str
) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file; else QORGAN_HUB_CONFIG, else defaults")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_later(name, room))
    return parser


def _later(name: str, room: str) -> Callable[[argparse.Namespace], int]:
    """Load what a command does when it is run, and turn its refusals into one line."""

    def run(args: argparse.Namespace) -> int:
        outcome = import_module("qorgan.hub.run.outcome")
        try:
            config = load(args.config)
            if args.config:
                # The processes a command starts read the same file.
                os.environ[CONFIG_VARIABLE] = str(args.config.resolve())
            verb = _VERBS.get(name, name.replace("-", "_"))
            if room in _ACTING:
                done = import_module("qorgan.hub.run.acting").act(config, args, room, verb)
            else:
                done = getattr(import_module(f"qorgan.hub.run.{room}"), verb)(config, args)
        except ConfigRefused as error:
            return _refuse(args, name, str(error), UNUSABLE)
        except Exception as error:
            line = outcome.refusal_line(error)
            if line is None:
                raise
            return _refuse(args, name, line, REFUSED)
        print(json.dumps(done.value, ensure_ascii=False) if args.json else done.words)
        return int(done.code)

    return run


def _refuse(args: argparse.Namespace, name: str, line: str, code: int) -> int:
    if args.json:
        print(json.dumps({"error": line}, ensure_ascii=False))
    else:
        print(f"qorgan hub {name}: {line}", file=sys.stderr)
    return code
