"""`qorgan verify`: check a receipt against its document and a pinned key, with no network."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.receipt import ReceiptError, Step, Verified, read, verify

PROVEN, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes."""

_DESCRIPTION = """\
Proves that these very bytes stood in the log when its head was signed: what was submitted, by whom, and
when it was received. Needs no network and no hub.

DOCUMENT is what was accepted: the records of a batch, one a line; or the one record's line, when RECEIPT is
that of a record. KEY is the log's verifier key (name+id+key) as it was pinned at enrolment, or a file with
such keys, one a line; the keys of witnesses may stand there too.
"""
_EPILOG = "Exit code: 0 proven, 1 the proof failed, 2 a file or a key could not be used."


class _UnusableError(Exception):
    """An input that cannot be read at all; the message carries the remedy."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `verify` to the subcommands of `qorgan`."""
    parser = commands.add_parser(
        "verify",
        help="check a receipt against its document, offline",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("receipt", metavar="RECEIPT", type=Path, help="the receipt, a JSON file")
    parser.add_argument("document", metavar="DOCUMENT", type=Path, help="the bytes it is for")
    parser.add_argument(
        "--key",
        metavar="KEY",
        action="append",
        required=True,
        help="a pinned key or a file of them; repeatable",
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify and print. Gives the exit code."""
    try:
        keys = [key for given in args.key for key in _keys(given)]
        proven = verify(read(_bytes(args.receipt)), _bytes(args.document), keys)
    except _UnusableError as wrong:
        return _refuse(args, UNUSABLE, None, str(wrong))
    except ReceiptError as wrong:
        code = UNUSABLE if wrong.step is Step.SHAPE else REFUSED
        return _refuse(args, code, wrong.step, wrong.diagnostics())
    print(json.dumps(_outcome(proven)) if args.json else _sentences(proven))
    return PROVEN


def _refuse(args: argparse.Namespace, code: int, step: Step | None, line: str) -> int:
    if args.json:
        print(json.dumps({"verified": False, "step": step, "error": line}))
    else:
        print(f"qorgan verify: {line}", file=sys.stderr)
    return code


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise _UnusableError(f"{path} cannot be read ({wrong.strerror}). Check the path and its mode.") from wrong


def _keys(given: str) -> list[VerifierKey]:
    """A key itself, or the keys in the file of that name; lines that start with # are remarks."""
    try:
        return [VerifierKey.parse(given)]
    except NoteError as no_key:
        try:
            text = _bytes(Path(given))
        except _UnusableError:
            reason = f"--key is neither a key nor a file: {no_key}. Give the key as it was pinned."
            raise _UnusableError(reason) from no_key
    try:
        lines = [line.strip() for line in text.decode().splitlines()]
        keys = [VerifierKey.parse(line) for line in lines if line and not line.startswith("#")]
    except (NoteError, UnicodeDecodeError) as wrong:
        raise _UnusableError(f"{given} is not a file of keys: {wrong}. Write one key a line.") from wrong
    if not keys:
        raise _UnusableError(f"{given} holds no key. Write the log's verifier key into it.")
    return keys


def _outcome(proven: Verified) -> dict[str, object]:
    return {
        "verified": True,
        "log": proven.log,
        "index": proven.index,
        "size": proven.size,
        "entry": msgspec.to_builtins(proven.entry),
        "record": proven.record,
        "signer": str(proven.signer),
        "witnesses": [{"witness": one.witness, "at": one.at} for one in proven.witnesses],
    }


def _sentences(proven: Verified) -> str:
    entry = msgspec.to_builtins(proven.entry)
    what = "the document" if proven.record is None else f"record {proven.record} of the batch"
    lines = [
        f"Proven: {what} is entry {proven.index} of {proven.log}, in its head of {proven.size}.",
        *(f"  {name}: {value}" for name, value in entry.items()),
        f"  signed with: {proven.signer}",
        *(f"  witnessed by: {one.witness} at POSIX time {one.at}" for one in proven.witnesses),
    ]
    return "\n".join(lines)
