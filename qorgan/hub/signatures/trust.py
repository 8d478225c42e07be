"""What the hub holds for true, out of its configuration."""

from __future__ import annotations

from functools import cache

from qorgan.eds.chain import pinned
from qorgan.eds.verify import Trust
from qorgan.hub.config import Agreement


@cache
def trust_of(agreement: Agreement) -> Trust:
    """Pins and rules. Raises OSError or eds.refusal.RefusedError for files that will not do."""
    anchors = [path.read_bytes() for path in agreement.pins]
    helpers = [path.read_bytes() for path in agreement.intermediates]
    return Trust(pins=pinned(anchors, helpers), test_numbers=agreement.test_authority)
