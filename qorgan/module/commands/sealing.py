"""`qorgan module spool-key`: the keys under which the spool is sealed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import load
from qorgan.module.fallback.store import Store
from qorgan.module.spool import Spool, SpoolBusy, database, key_file


def spool_key(args: argparse.Namespace) -> Outcome:
    """Say which keys there are; make the first, put a new one before them, or let go of those that nothing needs."""
    config = load(args.config)
    path = args.file or config.keys_at
    if args.new:
        found = key_file.make(path)
    elif args.rotate:
        found = key_file.rotate(path)
    elif args.retire:
        try:
            spool = Spool.open(config.folder, clock=lambda: datetime.now(UTC), keys_at=path)
        except SpoolBusy:
            raise CommandRefused("the module runs; stop it, so that nothing is sealed meanwhile") from None
        try:
            Store(config.folder, path).seal_anew()
            used = spool.keys_in_use()
            gone = set(key_file.ring(path).ids[1:]) - used
            found = key_file.retire(path, used)
            spool.forget_keys(gone)
        finally:
            spool.close()
    else:
        found = key_file.ring(path, credentials=str(path.parent))
    used = database.keys_used(config.folder / database.FILE)
    words = [f"{path}"]
    words += [f"  {name}  {'seals' if name == found.current else 'opens what is older'}" for name in found.ids]
    words += [f"  {name}  IS NEEDED BY THE SPOOL AND NOT THERE" for name in sorted(used - set(found.ids))]
    if args.new or args.rotate:
        words.append("keep a copy in a safe; a running module takes a new key at SIGHUP")
    value = {"file": str(path), "keys": list(found.ids), "current": found.current, "needed": sorted(used)}
    return Outcome(value, "\n".join(words))
