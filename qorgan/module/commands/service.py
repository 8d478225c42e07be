"""`qorgan module run`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time

from qorgan.module.allocator import hold_little
from qorgan.module.commands.outcome import Outcome
from qorgan.module.run import Service


def run(args: argparse.Namespace) -> Outcome:
    """Run until told to stop."""
    hold_little()
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
    logging.Formatter.converter = time.gmtime
    for noisy in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

    async def serve() -> None:
        await Service(args.config).run()

    asyncio.run(serve())
    return Outcome({"stopped": True}, "stopped")
