"""What `qorgan gate rotate-keys` does: a new key for identifying fields, and everything sealed with it."""

from __future__ import annotations

import argparse

from django.db import transaction
from msgspec.structs import replace

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role, role_url
from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.sealing.resealing import reseal
from qorgan.gate.sealing.ring import changing, read_ring, write_ring
from qorgan.kit import clock
from qorgan.kit.outcome import Outcome


def rotate_keys(config: Config, args: argparse.Namespace) -> Outcome:
    """Put a new key on the ring, unless an interrupted rotation goes on, and seal everything anew with it."""
    with changing(config.state):
        ring = read_ring(config.state)
        if not args.resume or ring.newest not in ring.bound:
            ring = ring.with_new_key()
            write_ring(config.state, ring)
            _tell(ring.newest, {})
        done = reseal(role_url(config, Role.OWNER), ring)
        if not done.broken:
            # From now on a value that is bound to no row is none of ours.
            write_ring(config.state, replace(ring, all_bound=True))
        _tell(ring.newest, done.rows)
    value = {"key": ring.newest, "resealed": done.rows, "broken": done.broken}
    words = [f"{name:<34}{count}" for name, count in done.rows.items()]
    words += [f"does not open: {one}; put its row back from a backup" for one in done.broken]
    return Outcome(value, "\n".join([f"key  {ring.newest}", *words]), int(bool(done.broken)))


def _tell(key: str, rows: dict[str, int]) -> None:
    """Write in the journal that the key seals, and afterwards what was sealed anew."""
    with transaction.atomic():
        detail = {"key": key, "resealed": sum(rows.values())} if rows else {"key": key}
        write(Entry(event=Event.KEY_ROTATED, outcome="done", at=clock.now(), whence=HERE, detail=detail))
