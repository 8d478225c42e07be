"""What an attempt of a ceremony is counted under. Nothing of it depends on whether the person is known."""

from __future__ import annotations

from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.journal.entry import Whence
from qorgan.gate.lockout.counting import Counter
from qorgan.law.factors import Method


def counters(ceremony: Ceremony, method: Method, whence: Whence) -> list[Counter]:
    """The counters of one attempt."""
    raise NotImplementedError
