"""`qorgan module enrol` and `rotate-key`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

from qorgan.ledger.errors import LedgerError
from qorgan.ledger.note import VerifierKey
from qorgan.module import enrolment, hub_key
from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import Config, load
from qorgan.module.run import now
from qorgan.module.sender.hub import Hub, HubAway
from qorgan.wire.enrolment import Enrolled
from qorgan.wire.package import KEY_PATH


def enrol(args: argparse.Namespace) -> Outcome:
    """Become known to the hub for a one-time code."""
    config = load(args.config)
    if enrolment.identity(config.folder) is not None and not args.replace:
        raise CommandRefused(
            f"{config.folder}: this module is enrolled already; with --replace a new code replaces its key"
        )
    code = args.code if args.code != "-" else sys.stdin.readline()
    found = asyncio.run(_enrol(config, code.strip()))
    words = (
        f"enrolled as module {found.module} of {found.organisation_name} (BIN {found.organisation})\n"
        f"the hub's ledger is {found.audience}; its key is pinned: {found.hub_key}\n"
        "start it with `qorgan module run`"
    )
    return Outcome(msgspec.to_builtins(found), words)


def rotate_key(args: argparse.Namespace) -> Outcome:
    """Replace the signing key by a new one."""
    config = load(args.config)
    found = asyncio.run(_rotate(config, config.folder))
    words = f"the hub knows this module under key {found.key} from now on; a running module takes it by itself"
    return Outcome({"module": found.module, "key": found.key}, words)


async def _enrol(config: Config, code: str) -> Enrolled:
    async with Hub(config.hub) as hub:
        found = await enrolment.enrol(config.folder, hub, code)
        await _keep_sealing_key(config.folder, hub, VerifierKey.parse(found.hub_key))
        return found


async def _keep_sealing_key(folder: Path, hub: Hub, pinned: VerifierKey) -> None:
    """While the hub is there, for a module that has no connection afterwards. Without it the enrolment holds too."""
    with suppress(HubAway, LedgerError, ValueError):
        answer = await hub.get(KEY_PATH)
        if answer.is_taken:
            hub_key.keep(folder, answer.body.decode(), pinned)


async def _rotate(config: Config, folder: Path) -> Enrolled:
    async with Hub(config.hub) as hub:
        return await enrolment.rotate(folder, hub, now())
