"""What `qorgan gate run` and `qorgan gate migrate` do."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import prepared
from qorgan.gate.providers import configured
from qorgan.gate.run.supervisor import run as supervise
from qorgan.gate.sealing import belonging
from qorgan.gate.sealing.ring import bind
from qorgan.kit.outcome import Outcome


def run(config: Config, args: argparse.Namespace) -> Outcome:
    """Run until told to stop. Says the address once it answers."""
    configured.check(config)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s gate %(levelname)s %(message)s")

    def announce(portal: str) -> None:
        said = {"event": "ready", "portal": portal}
        sys.stdout.write(json.dumps(said) + "\n" if args.json else f"portal  {portal}\n")
        sys.stdout.flush()

    supervise(config, dict(os.environ), announce)
    return Outcome({"event": "stopped"}, "Stopped.")


def migrate(config: Config, _args: argparse.Namespace) -> Outcome:
    """Prepare the database."""
    with prepared(config) as urls:
        belonging.check(urls[Role.OWNER], config.state)
        bind(config.state)
        return Outcome({"migrated": True}, "The database is ready.")
