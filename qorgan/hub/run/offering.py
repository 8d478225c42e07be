"""`qorgan hub packs-offer`: puts a signed set of rule packs where modules that ask will get it."""

from __future__ import annotations

import argparse

from qorgan.hub.config import Config
from qorgan.hub.intake.packs import FILE, number_of
from qorgan.kit.config import ConfigRefused
from qorgan.kit.outcome import Outcome
from qorgan.kit.secret_files import write_secret
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey
from qorgan.wire.packs import PackSetRefused, read_set, verified


def packs_offer(config: Config, args: argparse.Namespace) -> Outcome:
    """Check the set as a module will, and offer it in place of the one before. Raises ConfigRefused."""
    path = config.state / FILE
    try:
        content = args.file.read_bytes()
        keys = [VerifierKey.parse(key) for key in args.key]
        listing = verified(read_set(content), keys)
        before = number_of(read_set(path.read_bytes())) if path.exists() else 0
    except (OSError, NoteError, PackSetRefused) as error:
        raise ConfigRefused(f"{args.file}: {error}") from None
    if listing.number <= before:
        raise ConfigRefused(f"{args.file}: set {listing.number} is not newer than set {before}, which is offered")
    write_secret(path, content)
    words = f"set {listing.number} with {len(listing.digests)} packs is offered; modules ask once an hour"
    return Outcome({"number": listing.number, "before": before}, words)
