"""What an attempt of a ceremony is counted under. Nothing of it depends on whether the person is known."""

from __future__ import annotations

from django.conf import settings

from qorgan.gate.ceremonies.engine import proofs_of
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.journal.entry import Whence
from qorgan.gate.lockout.counters import of_attempt
from qorgan.gate.lockout.counting import Counter
from qorgan.law.factors import Method


def counters(ceremony: Ceremony, method: Method, whence: Whence) -> list[Counter]:
    """The counters of one attempt. Whoever has proven a device of theirs stands in its own lane."""
    device = next((one.credential for one in proofs_of(ceremony) if one.method is Method.DEVICE_KEY), None)
    return of_attempt(
        method, account=ceremony.subject, device=device, address=whence.address, limits=settings.CONFIG.limits
    )
