"""`qorgan hub …`: the commands of the sectoral centre. What they do is loaded when they are run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from qorgan.hub.config import CONFIG_VARIABLE, load
from qorgan.kit.command import Program

_HUB: Final = Program("hub", load, CONFIG_VARIABLE, acting=frozenset({"importing", "membership"}))

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
    _HUB.add(acts, "run", "service", "start everything, until Ctrl-C or SIGTERM")
    _HUB.add(acts, "migrate", "service", "bring the database to this release, and stop")
    _HUB.add(acts, "audit", "auditing", "recompute the whole ledger and say what was tampered with")
    expire = _HUB.add(acts, "expire", "expiring", "drop the signals of days that no act keeps any more")
    expire.add_argument("--before", metavar="DATE", required=True, help="drop every day (UTC) before this one")
    offer = _HUB.add(acts, "packs-offer", "offering", "offer a signed set of rule packs to the modules")
    offer.add_argument("file", metavar="FILE", type=Path, help="the set, as tools/packs.py sign makes it")
    offer.add_argument("--key", action="append", required=True, help="a verifier key that modules are told to believe")
    bring = _HUB.add(acts, "import", "importing", "take a sealed package that another transport carried")
    bring.add_argument("file", type=Path, metavar="FILE", help="the package, as the institution's module sealed it")
    bring.add_argument("--receipt", type=Path, metavar="FILE", help="write the receipt there, for the institution")
    files = _HUB.add(acts, "import-batches", "parcels", "take modules' batches from files, and write their receipts")
    files.add_argument("folder", type=Path, metavar="FOLDER", help="where the files are")
    files.add_argument("--receipts", type=Path, metavar="FOLDER", help="where the receipts go (default: the same)")
    _register_organisations(acts)
    _register_modules(acts)
    _register_people(acts)


def _register_organisations(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _HUB.add(acts, "organisations", "membership", "list organisations and their modules")
    one = _HUB.add(acts, "organisation-add", "membership", "connect an organisation to ASOI")
    one.add_argument("--bin", required=True, help="business identification number, 12 digits")
    one.add_argument("--kind", required=True, help="bank, nonresident-branch, banking-operations, insurer, mfo, soc, …")
    for language, words in (("kk", "Kazakh"), ("ru", "Russian"), ("en", "English")):
        one.add_argument(f"--name-{language}", required=True, help=f"name in {words}")
    one.add_argument("--email", required=True, help="the office's address")
    one.add_argument("--reporting-phone", default="", help="registered phone for reports, as +7…")
    one.add_argument("--served-by", metavar="BIN", help="BIN of the security operations centre that acts for it")
    for verb, words in (("suspend", "take nothing more from"), ("resume", "take again from")):
        move = _HUB.add(acts, f"organisation-{verb}", "membership", f"{words} an organisation")
        move.add_argument("bin", metavar="BIN")
        move.add_argument("--reason", required=True, help="goes into the journal")


def _register_modules(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _HUB.add(acts, "module-add", "membership", "let an organisation have a module; prints its code")
    add.add_argument("bin", metavar="BIN", help="BIN of the organisation")
    add.add_argument("name", metavar="NAME", help="what its people call it")
    code = _HUB.add(acts, "module-code", "membership", "a new one-time code for a module")
    code.add_argument("module", metavar="MODULE", help="the module's id, as `qorgan hub organisations` lists it")
    revoke = _HUB.add(acts, "module-revoke", "membership", "take nothing more from a module, for good")
    revoke.add_argument("module", metavar="MODULE")
    revoke.add_argument("--reason", required=True, help="goes into the journal")


def _register_people(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _HUB.add(acts, "person-add", "membership", "open an account; its password is read from standard input")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, help="surname, given name and patronymic, in this order")
    add.add_argument("--bin", required=True, help="BIN of the organisation to act for")
    add.add_argument("--role", required=True, help="centre-analyst, centre-head, auditor, responsible-employee, …")
    add.add_argument("--position", default="")
    add.add_argument("--phones", default="")
