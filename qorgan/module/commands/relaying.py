"""`qorgan module export`, `relay` and `import-receipts`: where no connection leads from the module to the centre."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from qorgan.ledger.errors import LedgerError
from qorgan.module import enrolment, hub_key
from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import Config, load
from qorgan.module.relay import inbox, outbox
from qorgan.module.relay.carrying import Carried, carry
from qorgan.module.relay.outbox import RelayRefused
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.module.sender.speaker import Speaker
from qorgan.module.spool import Spool, SpoolBusy

_NOT_ALL = 1


def export(args: argparse.Namespace) -> Outcome:
    """Write what waits as files that are signed and sealed to the hub. Also while the module runs."""
    config = load(args.config)
    speaker = enrolment.speaker(config.folder)
    try:
        written = outbox.export(
            config.folder, config.keys_at, args.folder, speaker, now=datetime.now(UTC), most=args.most
        )
    except RelayRefused as refused:
        raise CommandRefused(str(refused)) from None
    words = f"{len(written.files)} files with {written.signals} signals are in {args.folder}"
    return Outcome(msgspec.to_builtins(written), words)


def relay(args: argparse.Namespace) -> Outcome:
    """Give a folder of files to the hub, and write its receipts."""
    config = load(args.config)
    try:
        carried = asyncio.run(_carry(config, args))
    except RelayRefused as refused:
        raise CommandRefused(str(refused)) from None
    except HubAway as away:
        raise CommandRefused(f"the hub does not answer ({away}); run it again, nothing is counted twice") from None
    words = f"the hub has taken {len(carried.taken)} files; their receipts are in {args.receipts or args.folder}"
    words += "".join(f"\n! {name}: {why}" for name, why in carried.refused.items())
    return Outcome(msgspec.to_builtins(carried), words, _NOT_ALL if carried.refused else 0)


def import_receipts(args: argparse.Namespace) -> Outcome:
    """Take receipts and the hub's sealing key from a folder; a running module takes them from where this puts them."""
    config = load(args.config)
    speaker = enrolment.speaker(config.folder)
    _take_key(config, args.folder, speaker)
    found = inbox.look(args.folder)
    inbox.put(config.folder, found)
    taken = inbox.Taken(refused=found.refused)
    words = f"{len(found.good)} receipts are handed to the running module, which takes them within seconds"
    try:
        spool = Spool.open(
            config.folder, clock=lambda: datetime.now(UTC), limits=config.spool_limits(), keys_at=config.keys_at
        )
    except SpoolBusy:
        pass
    else:
        try:
            taken = inbox.take(spool, config.folder, speaker)
        finally:
            spool.close()
        taken.refused |= found.refused
        words = f"{taken.taken} receipts taken, {taken.known} known already, {taken.waiting} wait for one before them"
    words += "".join(f"\n! {name}: {why}" for name, why in taken.refused.items())
    return Outcome(msgspec.to_builtins(taken), words, _NOT_ALL if taken.refused else 0)


def _take_key(config: Config, folder: Path, speaker: Speaker) -> None:
    try:
        note = (folder / hub_key.FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        raise CommandRefused(f"{folder / hub_key.FILE}: cannot be read; remove it, or carry it again") from None
    try:
        hub_key.keep(config.folder, note, speaker.pinned)
    except (LedgerError, ValueError):
        words = "is not signed by the hub's pinned key; nothing of this folder was taken"
        raise CommandRefused(f"{folder / hub_key.FILE}: {words}") from None


async def _carry(config: Config, args: argparse.Namespace) -> Carried:
    async with Hub(config.hub) as hub:
        return await carry(args.folder, args.receipts or args.folder, hub)
