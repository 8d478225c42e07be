"""`qorgan hub import-batches`: batches of modules that no connection leads to."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

import msgspec

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.database.sealing_key import sealing_key, sealing_note
from qorgan.hub.intake.parcels import Keys, import_folder
from qorgan.hub.run.server import connected
from qorgan.kit.outcome import Outcome

_NOT_ALL = 1


def import_batches(config: Config, args: argparse.Namespace) -> Outcome:
    """Take the files of a folder; exit code 1 when one of them was refused."""
    receipts = args.receipts or args.folder
    log_key = read_log_key(config)
    with connected(config) as urls:
        taking = import_folder(
            args.folder,
            receipts,
            urls[Role.INTAKE],
            Keys(log=log_key, sealing=sealing_key(config), note=sealing_note(config, log_key)),
            audience=config.origin,
            clock=lambda: datetime.now(UTC),
        )
        imported = asyncio.run(taking)
    words = f"{len(imported.taken)} batches taken; their receipts are in {receipts}"
    words += "".join(f"\n! {name}: {why}" for name, why in imported.refused.items())
    return Outcome(msgspec.to_builtins(imported), words, _NOT_ALL if imported.refused else 0)
