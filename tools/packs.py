"""The rule packs' lists and signatures.

    python tools/packs.py list [--number N]                  write the own packs' list anew, after an edit
    python tools/packs.py check                              fail when it is not that of the own packs
    python tools/packs.py key --out FILE --name NAME         make a key to sign sets with, and print its public half
    python tools/packs.py sign --key FILE --out FILE [--number N] [FOLDER]
                                                             make a signed set of a folder's packs

A set's number goes up by one (`list --number N`) with every release that changes a pack. The signing key stays with
whoever publishes packs, off this repository and off the network; its public half is written into
`[rules] keys` of each module's configuration, which is how an institution says whose rules it takes.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import msgspec

from qorgan.ledger.note import SigningKey
from qorgan.module.classify.check import check_rules
from qorgan.module.classify.pack import FOLDER, LIST, read_files, rules_of_files
from qorgan.wire.packs import Listing, PackSetRefused, signed_set


def own() -> tuple[Listing | None, dict[str, bytes]]:
    """The list as it stands, and the packs as they are."""
    path = FOLDER / LIST
    files = {name: text.encode() for name, text in read_files().items()}
    return (Listing.parse(path.read_text("utf-8")) if path.exists() else None), files


def write_list(arguments: argparse.Namespace) -> int:
    """Write the own packs' list."""
    listed, files = own()
    number = arguments.number or (listed.number if listed else 1)
    (FOLDER / LIST).write_text(Listing.of(number, files).text(), "utf-8")
    print(f"{LIST}: set {number}, {len(files)} packs")
    return 0


def check(_arguments: argparse.Namespace) -> int:
    """Say whether the list is that of the packs."""
    listed, files = own()
    try:
        (listed or Listing(1, {})).check(files)
    except PackSetRefused as error:
        print(f"{error}\nIf a pack was edited on purpose: python tools/packs.py list", file=sys.stderr)
        return 1
    return 0


def make_key(arguments: argparse.Namespace) -> int:
    """Make a signing key, for its owner's eyes only."""
    key = SigningKey.generate(arguments.name)
    descriptor = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(key.secret() + "\n")
    print(key.verifier)
    return 0


def sign(arguments: argparse.Namespace) -> int:
    """Make a signed set, once its rules decide their own test lines."""
    files = read_files(arguments.folder)
    faults = check_rules(rules_of_files(files))
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    listed, _ = own()
    number = arguments.number or (listed.number if listed else 1)
    key = SigningKey.parse(arguments.key.read_text("utf-8").strip())
    packs = signed_set(number, {name: text.encode() for name, text in files.items()}, key)
    arguments.out.write_bytes(msgspec.json.encode(packs))
    print(f"{arguments.out}: set {number}, {len(files)} packs, signed by {key.verifier}")
    return 0


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    acts = parser.add_subparsers(required=True)
    listing = acts.add_parser("list")
    listing.add_argument("--number", type=int)
    listing.set_defaults(act=write_list)
    acts.add_parser("check").set_defaults(act=check)
    key = acts.add_parser("key")
    key.add_argument("--out", type=Path, required=True)
    key.add_argument("--name", required=True)
    key.set_defaults(act=make_key)
    signing = acts.add_parser("sign")
    signing.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    signing.add_argument("--key", type=Path, required=True)
    signing.add_argument("--out", type=Path, required=True)
    signing.add_argument("--number", type=int)
    signing.set_defaults(act=sign)
    arguments = parser.parse_args()
    return int(arguments.act(arguments))


if __name__ == "__main__":
    sys.exit(main())
