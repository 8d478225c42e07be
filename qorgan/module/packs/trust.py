"""Whose signature under a set of rule packs counts for this module."""

from __future__ import annotations

from qorgan.ledger.note import VerifierKey
from qorgan.module.config import Config
from qorgan.module.packs.store import Store
from qorgan.wire.packs import PINNED


def store_of(config: Config) -> Store:
    """The store of a configuration's module: keys that the release pins, and those the institution added."""
    return Store(config.folder, (*PINNED, *(VerifierKey.parse(key) for key in config.rules.keys)))
