"""`qorgan module enrol` and `rotate-key`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec

from qorgan.module import enrolment
from qorgan.module.commands.outcome import CommandRefused, Outcome
from qorgan.module.config import Config, load
from qorgan.module.run import now
from qorgan.module.sender.hub import Hub
from qorgan.wire.enrolment import Enrolled


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
        return await enrolment.enrol(config.folder, hub, code)


async def _rotate(config: Config, folder: Path) -> Enrolled:
    async with Hub(config.hub) as hub:
        return await enrolment.rotate(folder, hub, now())
