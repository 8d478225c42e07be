"""Whose signature under a set of rule packs counts for this module."""

from __future__ import annotations

from qorgan.ledger.note import VerifierKey
from qorgan.module.config import Config
from qorgan.module.packs.store import Store


def store_of(config: Config) -> Store:
    """The store of a configuration's module. Nobody's set is believed until the institution has named a key."""
    return Store(config.folder, tuple(VerifierKey.parse(key) for key in config.rules.keys))
