"""Seals identifying fields before they go into the database, and finds them by keyed digests (R57.3.2)."""

from qorgan.gate.sealing.fields import SealBroken, index, seal, seal_bytes, unseal, unseal_bytes

__all__ = ["SealBroken", "index", "seal", "seal_bytes", "unseal", "unseal_bytes"]
