"""What `qorgan hub run` and `qorgan hub migrate` do."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys

from qorgan.hub.config import Config
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.run.server import prepared
from qorgan.hub.run.supervisor import Addresses
from qorgan.hub.run.supervisor import run as supervise
from qorgan.kit.outcome import Outcome


def run(config: Config, args: argparse.Namespace) -> Outcome:
    """Run until told to stop. Says the addresses once they answer."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s hub %(levelname)s %(message)s")

    def announce(addresses: Addresses) -> None:
        said = {
            "event": "ready",
            "portal": addresses.portal,
            "intake": addresses.intake,
            "ledger": str(read_log_key(config).verifier()),
        }
        words = "".join(f"{name:<8}{value}\n" for name, value in said.items() if name != "event")
        sys.stdout.write(json.dumps(said) + "\n" if args.json else words)
        sys.stdout.flush()

    supervise(config, dict(os.environ), announce)
    return Outcome({"event": "stopped"}, "Stopped.")


def migrate(config: Config, _args: argparse.Namespace) -> Outcome:
    """Prepare the database and the ledger's key."""
    with prepared(config):
        key = str(read_log_key(config).verifier())
    return Outcome({"migrated": True, "ledger": key}, f"The database is ready.\nledger  {key}")
