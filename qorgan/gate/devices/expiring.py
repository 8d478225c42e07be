"""The clerk's part: proofs that are too old to be taken anyhow are forgotten."""

from __future__ import annotations

from qorgan.gate.devices.models import DeviceProof
from qorgan.kit.clock import now


def expire() -> int:
    """Forget them; gives how many."""
    return DeviceProof.objects.filter(expires_at__lt=now()).delete()[0]
