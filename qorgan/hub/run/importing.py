"""`qorgan hub import`: a sealed package out of a file. Runs inside `acting.act`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from qorgan.hub.config import Config
from qorgan.hub.packages.taking import reply_to, take
from qorgan.kit.outcome import Outcome
from qorgan.kit.refusal import Refusal
from qorgan.wire.package import MAX_SIZE


def import_(_config: Config, args: argparse.Namespace) -> Outcome:
    """Take a package as if it had come over the transport; write its receipt if it is there already."""
    package = take(_read(args.file), now=datetime.now(UTC))
    reply = reply_to(package)
    said = {"card": reply.number, "version": reply.version, "receipt": None}
    words = f"{reply.number}, version {reply.version}, is the card of this package."
    if not reply.is_receipted:
        words += "\nIts receipt is made within seconds while the hub runs: import the file again to get it."
    elif args.receipt is not None:
        args.receipt.write_bytes(msgspec.json.encode(reply) + b"\n")
        said["receipt"] = str(args.receipt)
        words += f"\nThe receipt is in {args.receipt}: give it back to the institution."
    else:
        words += "\nGive its receipt back with --receipt FILE."
    return Outcome(said, words)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_SIZE + 1)
    except OSError as error:
        raise Refusal("file-unreadable", f"{path}: {error.strerror or error}") from None
